//! Calls: powers and functions as graphs.

use ecs_core::number::Real;

use super::{Lower, Refused};
use crate::check;
use crate::functions::{Function, function};
use crate::syntax::Expression;
use crate::term::{Constant, Term};
use crate::value::Value;

impl Lower<'_> {
    pub(super) fn power(
        &mut self,
        base: &Expression<'_>,
        exponent: &Expression<'_>,
    ) -> Result<Value, Refused> {
        let value = self.value(base)?;
        let number = check::constant(exponent);
        if number == Some(1.0) {
            return Ok(value);
        }
        let of = value.pure().expect("powers of noise were refused");
        let one =
            Term::Constant(Constant { unit: matches!(of, Term::Constant(c) if c.unit), ..Constant::ONE });
        Ok(match number {
            Some(n) if n.fract() == 0.0 => {
                self.spend(n.abs() as usize, &base.span)?;
                let power = (1..n.abs() as usize).fold(of, |power, _| power.times(of));
                let power = if n == 0.0 { Term::Constant(Constant::number(1.0)) } else { power };
                if n < 0.0 { one.over(power) } else { power }
            }
            Some(0.5) => Term::Node(of.expr().sqrt()),
            Some(-0.5) => one.over(Term::Node(of.expr().sqrt())),
            Some(n) => Term::Node((of.expr().ln() * n).exp()),
            None => Term::Node((of.expr().ln() * self.term(exponent)?).exp()),
        }
        .into())
    }

    pub(super) fn call(&mut self, name: &str, arguments: &[Expression<'_>]) -> Result<Value, Refused> {
        let (function, _) = function(name).expect("unknown functions were refused");
        let mut node = |k: usize| self.term(&arguments[k]);
        let made = match function {
            Function::Bare(f) => f(node(0)?),
            Function::Root => node(0)?.sqrt(),
            Function::Absolute => node(0)?.abs(),
            Function::Smaller => node(0)?.min(node(1)?),
            Function::Larger => node(0)?.max(node(1)?),
            Function::Clip => node(0)?.max(node(1)?).min(node(2)?),
            Function::Indicator => self.mask(&arguments[0])?,
            Function::Where => return self.choice(arguments),
        };
        self.spend(3, &arguments[0].span)?;
        Ok(Term::Node(made).into())
    }

    /// `where(condition, yes, no)`, noise in the branches included.
    fn choice(&mut self, arguments: &[Expression<'_>]) -> Result<Value, Refused> {
        let mask = self.mask(&arguments[0])?;
        let (mut yes, mut no) = (self.value(&arguments[1])?, self.value(&arguments[2])?);
        let zero = || Term::Constant(Constant::number(0.0));
        for branch in [&mut yes, &mut no] {
            branch.base = branch.base.or_else(|| Some(zero()));
        }
        let absent = |from: &Value, of: &Value| -> Vec<(usize, Term)> {
            let missing = from.noise.iter().filter(|(j, _)| of.noise.iter().all(|(k, _)| k != j));
            missing.map(|(j, _)| (*j, zero())).collect()
        };
        let (more_yes, more_no) = (absent(&no, &yes), absent(&yes, &no));
        for (branch, more) in [(&mut yes, more_yes), (&mut no, more_no)] {
            branch.noise.extend(more);
            branch.noise.sort_by_key(|part| part.0);
        }
        Ok(yes.joined(no, |a, b| Term::Node(mask.select(a.expr(), b.expr())), |term| term))
    }
}

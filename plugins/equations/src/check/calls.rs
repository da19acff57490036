//! Calls: dimensions of powers and functions.

use super::{Check, Found};
use crate::dimension::Dimension;
use crate::error::{Problem, shorten};
use crate::functions::{self, Function};
use crate::syntax::{Expression, Factor, Form};

/// Powers are repeated multiplication up to this exponent.
pub(crate) const LARGEST_POWER: f64 = 64.0;

impl Check<'_> {
    pub(super) fn power(&mut self, base: &Expression<'_>, exponent: &Expression<'_>) -> Found {
        let of = self.infer(base, None);
        let Some(number) = constant(exponent) else {
            self.bare(exponent);
            if of.is_some_and(|of| of != Dimension::BARE) {
                self.mismatch(base, of?, Dimension::BARE, &self.divide_by(of?));
            }
            return Some(Dimension::BARE);
        };
        let whole = number.fract() == 0.0;
        if whole && number.abs() > LARGEST_POWER {
            let found = format!("the exponent `{}`", self.shown(&exponent.span));
            let allowed = format!("whole exponents up to {LARGEST_POWER}");
            self.error(Problem::new(
                exponent.span.clone(),
                found,
                allowed,
                "write `exp(n*log(x))` for a large power",
            ));
            return None;
        }
        if whole {
            return Some(of?.power(number as i16));
        }
        let root = of?.root();
        match (of? == Dimension::BARE, number, root) {
            (true, ..) => of,
            (_, 0.5, Some(root)) => Some(root),
            (_, -0.5, Some(root)) => Some(Dimension::BARE.over(root)),
            _ => {
                let found = format!("`{}` is {}", self.shown(&base.span), of?);
                let allowed = "whole exponents and 0.5 for what has a dimension";
                self.error(Problem::new(base.span.clone(), found, allowed, self.divide_by(of?)));
                None
            }
        }
    }

    pub(super) fn call(
        &mut self,
        name: &str,
        arguments: &[Expression<'_>],
        e: &Expression<'_>,
        hint: Found,
    ) -> Found {
        let at = e.span.start..e.span.start + name.len();
        let Some((function, wanted)) = functions::function(name) else {
            for argument in arguments {
                self.infer(argument, None);
            }
            let problem = if self.scope.lookup(name).is_some() {
                let found = format!("`{}` is no function", shorten(name));
                Problem::new(
                    at,
                    found,
                    functions::names().join(", "),
                    "write `*` before the bracket to multiply",
                )
            } else {
                functions::unknown(at, name)
            };
            self.error(problem);
            return None;
        };
        if arguments.len() != wanted {
            let count = |n: usize| if n == 1 { "1 argument".to_owned() } else { format!("{n} arguments") };
            let found = format!("`{name}` with {}", count(arguments.len()));
            let advice = "separate arguments by commas";
            self.error(Problem::new(e.span.clone(), found, count(wanted), advice));
            return None;
        }
        self.called(function, arguments, hint)
    }

    fn called(&mut self, function: Function, arguments: &[Expression<'_>], hint: Found) -> Found {
        let same = "these arguments have one dimension";
        match function {
            Function::Bare(_) => {
                self.bare(&arguments[0]);
                Some(Dimension::BARE)
            }
            Function::Root => {
                let of = self.infer(&arguments[0], None)?;
                of.root().or_else(|| {
                    let found = format!("`{}` is {of}", self.shown(&arguments[0].span));
                    let problem =
                        Problem::new(arguments[0].span.clone(), found, "what has a root", self.divide_by(of));
                    self.error(problem);
                    None
                })
            }
            Function::Absolute => self.infer(&arguments[0], hint),
            Function::Smaller | Function::Larger | Function::Clip => self.agree(arguments.iter(), hint, same),
            Function::Where => {
                self.condition(&arguments[0]);
                self.agree(arguments[1..].iter(), hint, same)
            }
            Function::Indicator => {
                self.condition(&arguments[0]);
                Some(Dimension::BARE)
            }
        }
    }
}

/// The number that an exponent is, where it is one: `3`, `-2`, `0.5`, `1/3`.
pub(crate) fn constant(e: &Expression<'_>) -> Option<f64> {
    match &e.form {
        Form::Number(number) => Some(*number),
        Form::Negative(inner) => constant(inner).map(|number| -number),
        Form::Product(factors) => factors.iter().try_fold(1.0, |all, (factor, part)| match factor {
            Factor::Times => Some(all * constant(part)?),
            Factor::Over => Some(all / constant(part)?),
        }),
        _ => None,
    }
}

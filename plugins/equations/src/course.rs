//! Course: how a variable goes on from spike to spike by its line, in closed form: that is all an event-driven rule needs.

use std::collections::BTreeSet;

use crate::degree::{Degree, Degrees};
use crate::draft::Draft;
use crate::error::{Place, Problem, shorten};
use crate::lower::{Lower, Refused};
use crate::scope::Meaning;
use crate::syntax::{Equation, Expression, Factor, Form, Sign};
use crate::term::Term;

/// What time does to a variable.
#[derive(Clone, Debug)]
pub(crate) enum Course<'a> {
    /// dx/dt = 0, or no derivative at all.
    Stays,
    /// dx/dt is proportional to x.
    Decays,
    /// dx/dt = (target - x)·rate, with the target, and the product in which time stands for `(target - x)`.
    Relaxes(Expression<'a>, Expression<'a>),
}

/// Whether a meaning is that of something that changes in a run.
pub(crate) fn varies(meaning: Meaning) -> bool {
    !matches!(meaning, Meaning::Parameter | Meaning::Constant | Meaning::Unit | Meaning::Definition(_))
}

impl<'a> Draft<'a> {
    /// The names that an expression needs, through definitions.
    pub fn needs(&self, body: &Expression<'a>) -> BTreeSet<&'a str> {
        let mut all = BTreeSet::new();
        let mut open = Vec::new();
        body.names(&mut |name, _| open.push(name));
        while let Some(name) = open.pop() {
            if all.insert(name)
                && let Some(line) = self.definitions.iter().find(|line| line.name == name)
            {
                line.body.names(&mut |name, _| open.push(name));
            }
        }
        all
    }

    /// Those of them that change in a run.
    fn variables(&self, body: &Expression<'a>) -> BTreeSet<&'a str> {
        let varies = |name: &&str| self.scope.lookup(name).is_some_and(|symbol| varies(symbol.meaning));
        self.needs(body).into_iter().filter(varies).collect()
    }

    /// The course of a variable, where `time` is what passes; only what `may` says stands in its target.
    pub fn course(&mut self, line: &'a Equation<'a>, time: &'a str, may: &[&str]) -> Option<Course<'a>> {
        let found = self.found(line, time, may);
        if found.is_none() {
            let text = self.text.equations.get(line.body.span.clone()).unwrap_or("");
            let found = format!("`{}` is not solved from spike to spike", shorten(text));
            let (allowed, advice) = match self.scope.lookup(line.name).map(|symbol| symbol.meaning) {
                Some(Meaning::Sender | Meaning::Level) => (
                    "`-x/tau`, with a `tau` of parameters",
                    "let a trace decay to 0 and add what else there is",
                ),
                Some(Meaning::Receiver) if may.is_empty() => (
                    "`-x/tau`, with a `tau` of parameters",
                    "let a trace decay to 0 and add what else there is",
                ),
                _ => (
                    "`-x/tau` and `(target - x)/tau`, with a `tau` of parameters",
                    "write the solution as a statement of `between`",
                ),
            };
            let problem = Problem::new(line.body.span.clone(), found, allowed, advice);
            self.errors.push(&Place::Equations, problem);
        }
        found
    }

    fn found(&self, line: &'a Equation<'a>, time: &'a str, may: &[&str]) -> Option<Course<'a>> {
        let variables = self.variables(&line.body);
        let linear = || {
            let mut degrees = Degrees::new(&self.scope, varies, &self.definitions, &self.order);
            degrees.of(&line.body) == Degree::Linear
        };
        let alone = variables.iter().all(|name| *name == line.name);
        match line.body.is_zero() {
            true => Some(Course::Stays),
            false if alone && !variables.is_empty() && linear() => Some(Course::Decays),
            false => self.relaxes(line, time, may),
        }
    }

    fn relaxes(&self, line: &'a Equation<'a>, time: &'a str, may: &[&str]) -> Option<Course<'a>> {
        let Form::Product(factors) = &line.body.form else { return None };
        let target = |part: &Expression<'a>| match &part.form {
            Form::Sum(terms) => match terms.as_slice() {
                [(_, target), (Sign::Minus, x)] if matches!(x.form, Form::Name(name) if name == line.name) => {
                    Some(target.clone())
                }
                _ => None,
            },
            _ => None,
        };
        let at =
            factors.iter().position(|(factor, part)| *factor == Factor::Times && target(part).is_some())?;
        let target = target(&factors[at].1)?;
        let mut rest = factors.clone();
        rest[at].1.form = Form::Name(time);
        let free =
            |(k, (_, part)): (usize, &(Factor, Expression<'a>))| k == at || self.variables(part).is_empty();
        let known = self.variables(&target).iter().all(|name| may.contains(name));
        let span = line.body.span.clone();
        (known && factors.iter().enumerate().all(free))
            .then_some(Course::Relaxes(target, Expression { form: Form::Product(rest), span }))
    }
}

impl Course<'_> {
    /// The variable after `time`, in coherent units.
    pub fn after<'a>(&self, lower: &mut Lower<'a>, line: &Equation<'_>, time: &str) -> Result<Term, Refused> {
        let x = lower.current(line.name);
        Ok(match self {
            Self::Stays => x,
            Self::Decays => {
                let passed = lower.current(time);
                lower.change(line.name, passed);
                let exponent = lower.pure(&line.body)?;
                lower.restore(line.name);
                x.times(exponential(exponent))
            }
            Self::Relaxes(target, rest) => {
                let target = lower.pure(target)?;
                let exponent = lower.pure(rest)?.negative();
                x.minus(target).times(exponential(exponent)).plus(target)
            }
        })
    }
}

fn exponential(x: Term) -> Term {
    use ecs_core::number::Real;
    Term::Node(x.expr().exp())
}

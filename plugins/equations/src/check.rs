//! Check: names and dimensions of an expression, term by term.

mod calls;

use std::ops::Range;

use crate::dimension::Dimension;
use crate::error::{Errors, Place, Problem, shorten};
use crate::scope::{self, Meaning, Reach, Scope};
use crate::syntax::{Expression, Factor, Form};
pub(crate) use calls::{LARGEST_POWER, constant};

/// What stands where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub place: &'a Place,
    /// What must not be used here.
    pub forbidden: Reach,
    /// What may be.
    pub allowed: &'static str,
}

/// The dimension of an expression; `None` after an error that was reported, so that it does not cause others.
type Found = Option<Dimension>;

/// Checks the expressions of one text.
pub(crate) struct Check<'a> {
    pub scope: &'a Scope<'a>,
    pub text: &'a str,
    pub setting: Setting<'a>,
    pub errors: &'a mut Errors,
}

impl Check<'_> {
    /// A number of dimension `wanted`.
    pub fn number(&mut self, e: &Expression<'_>, wanted: Option<Dimension>, advice: &str) {
        let found = self.infer(e, wanted);
        if let (Some(found), Some(wanted)) = (found, wanted)
            && found != wanted
            && !e.is_zero()
        {
            self.mismatch(e, found, wanted, advice);
        }
    }

    /// The dimension of a number, whatever it is.
    pub fn dimension(&mut self, e: &Expression<'_>) -> Option<Dimension> {
        self.infer(e, None)
    }

    /// Something that is true or false.
    pub fn condition(&mut self, e: &Expression<'_>) {
        match &e.form {
            Form::Compare(_, sides) => {
                self.agree(
                    [&sides[0], &sides[1]].into_iter(),
                    None,
                    "the two sides of a comparison have one dimension",
                );
            }
            Form::All(parts) | Form::Any(parts) => parts.iter().for_each(|part| self.condition(part)),
            Form::Not(inner) => self.condition(inner),
            _ => {
                self.infer(e, None);
                let found = format!("`{}` is a number, not a condition", self.shown(&e.span));
                let allowed = "a comparison such as `v >= v_th`";
                self.error(Problem::new(
                    e.span.clone(),
                    found,
                    allowed,
                    "compare it with `>=` or another sign",
                ));
            }
        }
    }

    fn infer(&mut self, e: &Expression<'_>, hint: Found) -> Found {
        match &e.form {
            Form::Number(_) => Some(Dimension::BARE),
            Form::Name(name) => self.name(name, &e.span),
            Form::Quantity(_, unit) => self.unit(unit, &e.span),
            Form::Call(name, arguments) => self.call(name, arguments, e, hint),
            Form::Negative(inner) => self.infer(inner, hint),
            Form::Power(base, exponent) => self.power(base, exponent),
            Form::Product(factors) => self.product(factors),
            Form::Sum(terms) => {
                self.agree(terms.iter().map(|(_, term)| term), hint, "the terms of a sum have one dimension")
            }
            Form::Compare(..) | Form::All(_) | Form::Any(_) | Form::Not(_) => {
                self.condition(e);
                let shown = self.shown(&e.span);
                let (found, inner) = (format!("`{shown}` is a condition"), shown.trim_matches(['(', ')']));
                let advice = format!("write `int({inner})`");
                self.error(Problem::new(e.span.clone(), found, "a number", advice));
                None
            }
        }
    }

    /// The dimension that the parts share: `hint` where one of them has it, else that of the first.
    fn agree<'e>(
        &mut self,
        parts: impl Iterator<Item = &'e Expression<'e>>,
        hint: Found,
        advice: &str,
    ) -> Found {
        let parts: Vec<_> = parts.map(|part| (part, self.infer(part, hint))).collect();
        // A zero has every dimension.
        let telling: Vec<Found> =
            parts.iter().filter(|(part, _)| !part.is_zero()).map(|part| part.1).collect();
        let hidden = telling.contains(&None);
        let hint = hint.filter(|hint| hidden || telling.contains(&Some(*hint)));
        let known = hint.or_else(|| telling.iter().flatten().next().copied());
        let Some(shared) = known else { return Some(Dimension::BARE).filter(|_| !hidden) };
        for (part, found) in &parts {
            if let Some(found) = found.filter(|found| *found != shared && !part.is_zero()) {
                self.mismatch(part, found, shared, advice);
            }
        }
        Some(shared)
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Found {
        let Some(symbol) = self.scope.lookup(name) else {
            if !self.errors.are_enough() {
                self.error(self.scope.unknown(name, span.clone()));
            }
            return None;
        };
        let bad = self.scope.reach_of(name) & self.setting.forbidden;
        if bad != 0 {
            self.error(self.out_of_place(name, bad, span.clone()));
            return None;
        }
        symbol.scale.map(|scale| scale.dimension)
    }

    fn out_of_place(&self, name: &str, bad: Reach, span: Range<usize>) -> Problem {
        let direct = !matches!(self.scope.lookup(name).map(|s| s.meaning), Some(Meaning::Definition(_)));
        let (what, advice) = if bad & scope::INPUT != 0 {
            ("the input", "let the input act through a derivative")
        } else if bad & scope::NOISE != 0 {
            ("noise", "let noise act through a derivative")
        } else if bad & scope::WEIGHT != 0 {
            ("the weight of a spike", "let a spike act through `on_pre`")
        } else if bad & scope::SENDER != 0 {
            ("a trace of the sender", "use it in `on_pre` or `on_post`")
        } else if bad & scope::RECEIVER != 0 {
            ("a trace of the receiver", "use it in `on_pre` or `on_post`")
        } else if bad & scope::LEVEL != 0 {
            ("the level of the modulator", "let it act through `between`")
        } else if bad & scope::ELAPSED != 0 {
            ("the time since the last spike", "let it act through `between`")
        } else if bad & scope::VOLTAGE != 0 {
            ("the receiver's voltage or its step", "let it act through `on_step` or a derivative")
        } else {
            ("the state", "write it with parameters")
        };
        let verb = if direct { "is" } else { "depends on" };
        let found = format!("`{name}` {verb} {what}, which is not known here");
        Problem::new(span, found, self.setting.allowed, advice)
    }

    /// The unit behind a number.
    fn unit(&mut self, unit: &Expression<'_>, whole: &Range<usize>) -> Found {
        let name = match &unit.form {
            Form::Power(base, _) => &base.form,
            form => form,
        };
        let Form::Name(name) = name else {
            return self.infer(unit, None);
        };
        let symbol = self.scope.lookup(name);
        if symbol.is_some_and(|symbol| symbol.meaning != Meaning::Unit) {
            let found = format!("`{}` has no operator, and `{name}` is no unit here", self.shown(whole));
            let advice = format!("write `*` before `{name}`");
            self.error(Problem::new(whole.clone(), found, "a unit behind a number", advice));
            return None;
        }
        if symbol.is_none() {
            let error = ecs_core::units::UnitError::UnknownSymbol((*name).to_owned());
            self.error(crate::scale::problem(
                unit.span.clone(),
                self.text.get(whole.clone()).unwrap_or(""),
                &error,
            ));
            return None;
        }
        self.infer(unit, None)
    }

    fn product(&mut self, factors: &[(Factor, Expression<'_>)]) -> Found {
        let found: Vec<_> = factors.iter().map(|(factor, part)| (*factor, self.infer(part, None))).collect();
        found.into_iter().try_fold(Dimension::BARE, |all, (factor, part)| match factor {
            Factor::Times => Some(all.times(part?)),
            Factor::Over => Some(all.over(part?)),
        })
    }

    /// A bare number, as functions take them.
    fn bare(&mut self, e: &Expression<'_>) {
        let Some(found) = self.infer(e, None) else { return };
        if found != Dimension::BARE {
            self.mismatch(e, found, Dimension::BARE, &self.divide_by(found));
        }
    }

    fn divide_by(&self, of: Dimension) -> String {
        format!("divide it by a quantity in `{}`", of.unit())
    }

    fn mismatch(&mut self, e: &Expression<'_>, found: Dimension, wanted: Dimension, advice: &str) {
        let mut hint = None;
        e.names(&mut |name, _| match self.scope.lookup(name).map(|symbol| symbol.meaning) {
            Some(Meaning::Unit) if name.len() == 1 => {
                hint = Some(format!("`{name}` is a unit here: define it if a variable is meant"));
            }
            Some(Meaning::Noise(_)) if hint.is_none() => {
                hint = Some(format!("`{name}` is in `1/ms^0.5`: divide by the root of a time"));
            }
            _ => {}
        });
        let advice = hint.unwrap_or_else(|| advice.to_owned());
        let allowed = match wanted {
            Dimension::BARE | Dimension::WEIGHT => wanted.to_string(),
            _ if wanted.to_string().contains('`') => wanted.to_string(),
            _ => format!("{wanted}, as in `{}`", wanted.unit()),
        };
        let found = format!("`{}` is {found}", self.shown(&e.span));
        self.error(Problem::new(e.span.clone(), found, allowed, advice));
    }

    fn shown(&self, span: &Range<usize>) -> String {
        shorten(self.text.get(span.clone()).unwrap_or(""))
    }

    fn error(&mut self, problem: Problem) {
        self.errors.push(self.setting.place, problem);
    }
}

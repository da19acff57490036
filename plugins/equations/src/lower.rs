//! Lower: expressions into the graph, one operation for each that is written, in the order in which they are written.

mod calls;
mod channels;
mod condition;

use std::collections::HashMap;

use ecs_core::model::ChannelEquations;
use ecs_core::number::Expr;

use crate::error::{Place, Problem};
use crate::order::Order;
use crate::scale::Scale;
use crate::scope::{Meaning, Scope, Symbol};
use crate::syntax::{Equation, Expression, Factor, Form, Sign};
use crate::term::{Constant, Term};
use crate::value::Value;

/// Models with more operations are refused.
const MOST_NODES: usize = 100_000;

/// What could not be lowered, and in which text.
pub(crate) type Refused = Box<(Place, Problem)>;

/// What lowering needs to know of a model.
#[derive(Clone, Copy)]
pub(crate) struct Model<'a> {
    pub scope: &'a Scope<'a>,
    pub definitions: &'a [&'a Equation<'a>],
    pub order: &'a Order,
    pub channels: &'a [&'a ChannelEquations],
}

/// Lowers the expressions of one graph; lives inside a trace.
pub(crate) struct Lower<'a> {
    pub model: Model<'a>,
    place: Place,
    variables: HashMap<String, Expr>,
    definitions: Vec<Option<Value>>,
    /// State variables that a statement has changed, in coherent units.
    changed: HashMap<String, Term>,
    currents: Option<Vec<Term>>,
    left: usize,
}

impl<'a> Lower<'a> {
    pub fn new(model: Model<'a>, place: Place) -> Self {
        Self {
            model,
            place,
            variables: HashMap::new(),
            definitions: vec![None; model.definitions.len()],
            changed: HashMap::new(),
            currents: None,
            left: MOST_NODES,
        }
    }

    /// An expression, after the definitions it needs.
    pub fn expression(&mut self, e: &Expression<'_>) -> Result<Value, Refused> {
        self.define(e)?;
        self.value(e)
    }

    /// An expression without noise.
    pub fn pure(&mut self, e: &Expression<'_>) -> Result<Term, Refused> {
        Ok(self.expression(e)?.pure().expect("noise outside derivatives was refused"))
    }

    /// A number that is zero or above where a condition holds.
    pub fn margin(&mut self, e: &Expression<'_>) -> Result<Expr, Refused> {
        self.define(e)?;
        self.distance(e, true)
    }

    /// Gives a state variable another value, in coherent units.
    pub fn change(&mut self, name: &str, term: Term) {
        self.changed.insert(name.to_owned(), term);
        self.definitions.fill(None);
    }

    /// Gives a state variable the value back that it had at first.
    pub fn restore(&mut self, name: &str) {
        self.changed.remove(name);
        self.definitions.fill(None);
    }

    /// Goes on in another text.
    pub fn move_to(&mut self, place: Place) {
        self.place = place;
    }

    /// The value that a statement gave to a state variable.
    pub fn changed(&self, name: &str) -> Option<Term> {
        self.changed.get(name).copied()
    }

    /// A state variable as it is now, in coherent units.
    pub fn current(&mut self, name: &str) -> Term {
        let symbol = self.model.scope.lookup(name).expect("unknown names were refused");
        self.changed(name).unwrap_or_else(|| self.read(name, symbol))
    }

    /// A variable of the graph, in its own unit.
    pub fn variable(&mut self, name: &str) -> Expr {
        if let Some(known) = self.variables.get(name) {
            return *known;
        }
        let made = Expr::variable(name);
        self.variables.insert(name.to_owned(), made);
        made
    }

    /// Computes the definitions that `e` needs.
    fn define(&mut self, e: &Expression<'_>) -> Result<(), Refused> {
        let model = self.model;
        let place = std::mem::replace(&mut self.place, Place::Equations);
        for k in model.order.needed(e, model.scope) {
            if self.definitions[k].is_none() {
                self.definitions[k] = Some(self.value(&model.definitions[k].body)?);
            }
        }
        self.place = place;
        Ok(())
    }

    fn value(&mut self, e: &Expression<'_>) -> Result<Value, Refused> {
        self.spend(1, &e.span)?;
        let value = match &e.form {
            Form::Number(number) => Term::Constant(Constant::number(*number)).into(),
            Form::Name(name) => self.name(name)?,
            Form::Quantity(number, unit) => {
                let number = Value::from(Term::Constant(Constant::number(*number)));
                number.times(self.value(unit)?)
            }
            Form::Call(name, arguments) => self.call(name, arguments)?,
            Form::Negative(inner) => self.value(inner)?.each(Term::negative),
            Form::Power(base, exponent) => self.power(base, exponent)?,
            Form::Product(factors) => self.product(factors, e)?,
            Form::Sum(terms) => self.sum(terms)?,
            Form::Compare(..) | Form::All(_) | Form::Any(_) | Form::Not(_) => {
                Term::Node(self.mask(e)?).into()
            }
        };
        self.spend(value.noise.len(), &e.span)?;
        self.finite(value, e)
    }

    /// `value`, unless a known number in it does not fit.
    fn finite(&self, value: Value, e: &Expression<'_>) -> Result<Value, Refused> {
        if value.is_finite() {
            return Ok(value);
        }
        let found = "a constant here is not finite in single precision";
        let problem =
            Problem::new(e.span.clone(), found, "sizes up to 3.4e38", "check the numbers and units in it");
        Err(Box::new((self.place.clone(), problem)))
    }

    fn name(&mut self, name: &str) -> Result<Value, Refused> {
        let symbol = self.model.scope.lookup(name).expect("unknown names were refused");
        Ok(match symbol.meaning {
            Meaning::Definition(k) => {
                self.definitions[k].clone().expect("definitions come before their users")
            }
            Meaning::Noise(j) => Value::noise(j, Term::Constant(Constant::ONE)),
            Meaning::Channels => self.channels()?,
            Meaning::Constant | Meaning::Unit => {
                let Scale { number, power, .. } = symbol.scale.expect("units are known");
                Term::Constant(Constant { number, power, unit: symbol.meaning == Meaning::Unit }).into()
            }
            Meaning::Parameter
            | Meaning::State
            | Meaning::Input
            | Meaning::Weight
            | Meaning::Sender
            | Meaning::Receiver
            | Meaning::Level
            | Meaning::Elapsed
            | Meaning::Voltage => self.current(name).into(),
        })
    }

    /// A variable in coherent units.
    fn read(&mut self, name: &str, symbol: Symbol) -> Term {
        let variable = self.variable(name);
        match symbol.scale.and_then(|scale| scale.factor_in_graph()) {
            Some(factor) => Term::Node(variable * factor),
            None => Term::Node(variable),
        }
    }

    fn sum(&mut self, terms: &[(Sign, Expression<'_>)]) -> Result<Value, Refused> {
        let mut sum = self.value(&terms[0].1)?;
        for (sign, term) in &terms[1..] {
            sum = match sign {
                Sign::Plus => sum.plus(self.value(term)?),
                Sign::Minus if self.are_channels(term) => {
                    self.currents()?.into_iter().fold(sum, |sum, current| sum.minus(current.into()))
                }
                Sign::Minus => sum.minus(self.value(term)?),
            };
        }
        Ok(sum)
    }

    /// A number and the units behind it are one factor: `x * 2 mS/cm2` is one multiplication.
    fn product(
        &mut self,
        factors: &[(Factor, Expression<'_>)],
        e: &Expression<'_>,
    ) -> Result<Value, Refused> {
        let mut product = self.value(&factors[0].1)?;
        let mut run = Run { factor: Factor::Times, constant: Constant::ONE };
        for (factor, part) in &factors[1..] {
            let value = self.value(part)?;
            // Each noise has a product of its own.
            self.spend(product.noise.len(), &part.span)?;
            match value.pure() {
                Some(Term::Constant(unit)) if unit.unit => {
                    run.constant = run.with(*factor, unit);
                }
                Some(Term::Constant(constant)) => {
                    product = self.finite(product.each(|term| run.applied(term)), e)?;
                    run = Run { factor: *factor, constant };
                }
                _ => {
                    product = self.finite(product.each(|term| run.applied(term)), e)?;
                    run = Run { factor: Factor::Times, constant: Constant::ONE };
                    product =
                        if *factor == Factor::Times { product.times(value) } else { product.over(value) };
                }
            }
        }
        self.finite(product.each(|term| run.applied(term)), e)
    }

    /// A node without noise.
    fn term(&mut self, e: &Expression<'_>) -> Result<Expr, Refused> {
        Ok(self.value(e)?.pure().expect("noise inside functions was refused").expr())
    }

    /// Counts operations, so that a short text cannot make a huge graph.
    fn spend(&mut self, nodes: usize, span: &std::ops::Range<usize>) -> Result<(), Refused> {
        match self.left.checked_sub(nodes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                let allowed = format!("{MOST_NODES} operations in a model");
                let problem = Problem::new(
                    span.clone(),
                    "too many operations up to here",
                    allowed,
                    "simplify the model",
                );
                Err(Box::new((self.place.clone(), problem)))
            }
        }
    }
}

/// A known factor that has not been applied yet, since units may follow it.
#[derive(Clone, Copy)]
struct Run {
    factor: Factor,
    constant: Constant,
}

impl Run {
    fn with(self, factor: Factor, unit: Constant) -> Constant {
        if self.factor == factor { self.constant.times(unit) } else { self.constant.over(unit) }
    }

    fn applied(self, term: Term) -> Term {
        match self.factor {
            Factor::Times if self.constant.unit => term.in_unit(self.constant),
            Factor::Times => term.times(Term::Constant(self.constant)),
            Factor::Over => term.over(Term::Constant(self.constant)),
        }
    }
}

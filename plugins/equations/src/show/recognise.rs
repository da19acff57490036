//! Recognise: finds powers, comparisons, branches and sigmoids in the operations of a graph. Each is found only in the form
//! that reading the text writes down again.

use std::collections::HashMap;

use ecs_core::number::Op;

use super::formula::{Form, Formulas, Id, Operator};
use super::model::Model;
use super::pool::{Pool, Shared};
use crate::check::LARGEST_POWER;
use crate::scale::Scale;

/// Turns the nodes of a pool into formulas.
pub(crate) struct Recognise<'a> {
    pub pool: &'a Pool,
    pub formulas: Formulas,
    /// Sizes of units that are not those the engine computes in: reading a text multiplies such a variable first.
    factors: HashMap<&'a str, f64>,
    known: HashMap<usize, Id>,
}

impl<'a> Recognise<'a> {
    pub fn new(pool: &'a Pool, model: Model<'a>) -> Self {
        let factors = model.variables().filter_map(|(name, unit)| Some((name, size(unit)?))).collect();
        let mut read = Self { pool, formulas: Formulas::default(), factors, known: HashMap::new() };
        // In order, so that a deep graph is no deep recursion.
        for place in 0..pool.len() {
            read.formula(place);
        }
        read
    }

    /// What an equation says that a variable in `unit`, or its derivative, is.
    pub fn whole(&mut self, place: usize, unit: &str) -> Id {
        let inner = match size(unit) {
            None => self.formula(place),
            Some(factor) => match self.pool.pair(Op::Div, place) {
                Some((above, below)) if self.pool.literal(below) == Some(factor) => self.formula(above),
                _ => self.scaled(place, factor),
            },
        };
        self.formulas.push(Form::Whole(inner))
    }

    /// A number of whatever dimension.
    pub fn any(&mut self, place: usize) -> Id {
        self.formula(place)
    }

    fn scaled(&mut self, place: usize, factor: f64) -> Id {
        let parts = [self.formula(place), self.formulas.push(Form::Literal(factor))];
        self.formulas.push(Form::Binary(Operator::Mul, parts[0], parts[1]))
    }

    /// Where the number at `place` is zero or above.
    pub fn margin(&mut self, place: usize) -> Id {
        let form = if let Some((a, b)) = self.pool.pair(Op::Sub, place) {
            Form::AtLeast(self.formula(a), self.formula(b))
        } else if let Some((a, b)) = self.pool.pair(Op::Min, place) {
            Form::All(self.margin(a), self.margin(b))
        } else if let Some((a, b)) = self.pool.pair(Op::Max, place) {
            Form::Any(self.margin(a), self.margin(b))
        } else {
            Form::AtLeast(self.formula(place), self.formulas.push(Form::Literal(0.0)))
        };
        self.formulas.push(form)
    }

    fn formula(&mut self, place: usize) -> Id {
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let form = self.form(place);
        let literal = matches!(form, Form::Literal(_));
        let id = self.formulas.push(form);
        if !literal {
            self.known.insert(place, id);
        }
        id
    }

    fn form(&mut self, place: usize) -> Form {
        match self.pool.node(place).clone() {
            Shared::Literal(bits) => Form::Literal(f64::from_bits(bits)),
            Shared::Variable(name) => match self.factors.get(name.as_str()).copied() {
                Some(factor) => {
                    let name = self.formulas.push(Form::Name(name));
                    Form::Binary(Operator::Div, name, self.formulas.push(Form::Literal(factor)))
                }
                None => Form::Name(name),
            },
            Shared::Apply(op, operands) => self.applied(op, place, &operands),
        }
    }

    fn applied(&mut self, op: Op, place: usize, operands: &[usize]) -> Form {
        match op {
            Op::Neg => Form::Negative(self.formula(operands[0])),
            Op::Add => self.binary(Operator::Add, operands),
            Op::Sub => self.binary(Operator::Sub, operands),
            Op::Mul => self.product(place, operands),
            Op::Div => match self.sigmoid(operands) {
                Some(of) => Form::Call("sigmoid", vec![self.formula(of)]),
                None => self.binary(Operator::Div, operands),
            },
            Op::Spike => Form::Indicator(self.condition(place)),
            Op::Select => Form::Where([
                self.branching(operands[0]),
                self.formula(operands[1]),
                self.formula(operands[2]),
            ]),
            _ => Form::Call(name(op), operands.iter().map(|operand| self.formula(*operand)).collect()),
        }
    }

    fn binary(&mut self, operator: Operator, operands: &[usize]) -> Form {
        let parts = [self.formula(operands[0]), self.formula(operands[1])];
        Form::Binary(operator, parts[0], parts[1])
    }

    fn product(&mut self, place: usize, operands: &[usize]) -> Form {
        if let Some((base, exponent)) = self.power(place) {
            return Form::Power(self.formula(base), exponent);
        }
        if let (Shared::Variable(name), Some(by)) =
            (self.pool.node(operands[0]), self.pool.literal(operands[1]))
            && self.factors.get(name.as_str()) == Some(&by)
        {
            return Form::Name(name.clone());
        }
        self.binary(Operator::Mul, operands)
    }

    /// Base and exponent of a repeated multiplication.
    fn power(&self, place: usize) -> Option<(usize, u32)> {
        let (mut left, base) =
            self.pool.pair(Op::Mul, place).filter(|(_, b)| self.pool.literal(*b).is_none())?;
        let mut exponent = 2;
        while left != base && f64::from(exponent) < LARGEST_POWER {
            left = self.pool.pair(Op::Mul, left).filter(|(_, again)| *again == base)?.0;
            exponent += 1;
        }
        (left == base).then_some((base, exponent))
    }

    /// The x of 1 / (1 + e^-x).
    fn sigmoid(&self, operands: &[usize]) -> Option<usize> {
        let one = |place: usize| self.pool.literal(place) == Some(1.0);
        let (exp, added) = self.pool.pair(Op::Add, operands[1])?;
        let negative = self.pool.operands(Op::Exp, exp)?[0];
        let of = self.pool.operands(Op::Neg, negative)?[0];
        (one(operands[0]) && one(added)).then_some(of)
    }

    /// The condition of a branch: any number that is not 0.
    fn branching(&mut self, place: usize) -> Id {
        if self.is_condition(place) {
            return self.condition(place);
        }
        let (x, zeros) = (self.formula(place), [0.0; 2].map(|zero| self.formulas.push(Form::Literal(zero))));
        let sides = [Form::Below(x, zeros[0]), Form::Below(zeros[1], x)].map(|form| self.formulas.push(form));
        self.formulas.push(Form::Any(sides[0], sides[1]))
    }

    fn is_condition(&self, place: usize) -> bool {
        match self.pool.node(place) {
            Shared::Apply(Op::Spike, _) => true,
            Shared::Apply(Op::Min | Op::Max, parts) => parts.iter().all(|part| self.is_condition(*part)),
            Shared::Apply(Op::Sub, parts) => {
                self.pool.literal(parts[0]) == Some(1.0) && self.is_condition(parts[1])
            }
            _ => false,
        }
    }

    /// A number that is 1 or 0, as what it says.
    fn condition(&mut self, place: usize) -> Id {
        let form = match self.pool.node(place).clone() {
            Shared::Apply(Op::Min, parts) => Form::All(self.condition(parts[0]), self.condition(parts[1])),
            Shared::Apply(Op::Max, parts) => Form::Any(self.condition(parts[0]), self.condition(parts[1])),
            Shared::Apply(Op::Sub, parts) => match self.pool.operands(Op::Spike, parts[1]) {
                Some(of) => self.below(of[0]),
                None => Form::Not(self.condition(parts[1])),
            },
            Shared::Apply(_, of) => match self.pool.pair(Op::Sub, of[0]) {
                Some((a, b)) => Form::AtLeast(self.formula(a), self.formula(b)),
                None => Form::AtLeast(self.formula(of[0]), self.formulas.push(Form::Literal(0.0))),
            },
            Shared::Literal(_) | Shared::Variable(_) => unreachable!("only conditions are asked for"),
        };
        self.formulas.push(form)
    }

    fn below(&mut self, of: usize) -> Form {
        match self.pool.pair(Op::Sub, of) {
            Some((a, b)) => Form::Below(self.formula(a), self.formula(b)),
            None => Form::Below(self.formula(of), self.formulas.push(Form::Literal(0.0))),
        }
    }
}

/// The size of a unit that is not what the engine computes in.
fn size(unit: &str) -> Option<f64> {
    Scale::parse(unit).ok()?.factor_in_graph()
}

/// What a text calls an operation.
fn name(op: Op) -> &'static str {
    match op {
        Op::Exp => "exp",
        Op::Expm1 => "expm1",
        Op::Ln => "ln",
        Op::Sqrt => "sqrt",
        Op::Tanh => "tanh",
        Op::Abs => "abs",
        Op::Min => "min",
        Op::Max => "max",
        Op::Exprel => "exprel",
        Op::Exprelr => "exprelr",
        _ => unreachable!("a model is written in `Real`, which has no bits"),
    }
}

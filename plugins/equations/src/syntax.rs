//! Syntax: what a text says, before names and dimensions are looked at.
//!
//! Chains of one operator are lists, so that the depth of a tree is the depth of brackets, which is limited.

use std::ops::Range;

/// An expression and its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Expression<'a> {
    pub form: Form<'a>,
    pub span: Range<usize>,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub(crate) enum Form<'a> {
    Number(f64),
    Name(&'a str),
    /// A number with a unit behind it, which is a name or a power of one.
    Quantity(f64, Box<Expression<'a>>),
    Call(&'a str, Vec<Expression<'a>>),
    Negative(Box<Expression<'a>>),
    Power(Box<Expression<'a>>, Box<Expression<'a>>),
    /// The first factor stands with `Times`.
    Product(Vec<(Factor, Expression<'a>)>),
    /// The first term stands with `Plus`.
    Sum(Vec<(Sign, Expression<'a>)>),
    Compare(Relation, Box<[Expression<'a>; 2]>),
    All(Vec<Expression<'a>>),
    Any(Vec<Expression<'a>>),
    Not(Box<Expression<'a>>),
}

/// How a factor enters a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Factor {
    Times,
    Over,
}

/// How a term enters a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Plus,
    Minus,
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl<'a> Expression<'a> {
    /// Whether it is the bare number 0, which has any dimension.
    pub fn is_zero(&self) -> bool {
        matches!(self.form, Form::Number(number) if number == 0.0)
    }

    /// Calls `f` with every name and its bytes, functions and units behind numbers left out.
    pub fn names(&self, f: &mut impl FnMut(&'a str, &Range<usize>)) {
        match &self.form {
            Form::Number(_) | Form::Quantity(..) => {}
            Form::Name(name) => f(name, &self.span),
            Form::Negative(inner) | Form::Not(inner) => inner.names(f),
            Form::Call(_, parts) | Form::All(parts) | Form::Any(parts) => {
                parts.iter().for_each(|part| part.names(f));
            }
            Form::Power(base, exponent) => [base, exponent].into_iter().for_each(|part| part.names(f)),
            Form::Product(parts) => parts.iter().for_each(|(_, part)| part.names(f)),
            Form::Sum(parts) => parts.iter().for_each(|(_, part)| part.names(f)),
            Form::Compare(_, sides) => sides.iter().for_each(|part| part.names(f)),
        }
    }
}

/// What stands left of the equals sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// `dx/dt = ...`: x is a state variable.
    Derivative,
    /// `x = ...`: x is a name for what follows.
    Definition,
    /// `x : UNIT`: x is a state variable that only statements change.
    Declaration,
}

/// A line of the equations.
#[derive(Clone, Debug)]
pub(crate) struct Equation<'a> {
    pub head: Head,
    pub name: &'a str,
    pub at: Range<usize>,
    pub body: Expression<'a>,
    pub unit: (&'a str, Range<usize>),
    /// Whether the variable is held while the neuron is refractory.
    pub held: bool,
    /// Where `(event-driven)` stands behind it.
    pub event_driven: Option<Range<usize>>,
    /// The comment behind it.
    pub doc: &'a str,
}

/// How an assignment changes a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Becomes,
    Grows,
    Shrinks,
    Multiplies,
    Divides,
}

/// A statement of a reset.
#[derive(Clone, Debug)]
pub(crate) struct Assignment<'a> {
    pub change: Change,
    pub name: &'a str,
    pub at: Range<usize>,
    /// The operator.
    pub operator: Range<usize>,
    pub body: Expression<'a>,
}

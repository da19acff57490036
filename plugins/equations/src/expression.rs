//! Expression: the grammar of formulas. Weakest first: `or`, `and`, `not`, comparison, sum, product, sign, power.

use crate::error::Problem;
use crate::parser::Parser;
use crate::syntax::{Expression, Factor, Form, Relation, Sign};
use crate::token::Kind;

const OPERAND: &str = "a number, a name, a function or `(`";

type Read<'a> = Result<Expression<'a>, Problem>;

/// Words that are operators.
pub(crate) const KEYWORDS: [&str; 3] = ["and", "or", "not"];

const RELATIONS: [(&str, Relation); 4] = [
    ("<", Relation::Less),
    ("<=", Relation::LessOrEqual),
    (">", Relation::Greater),
    (">=", Relation::GreaterOrEqual),
];

impl<'a> Parser<'a> {
    /// A formula or a condition.
    pub fn expression(&mut self) -> Read<'a> {
        self.chain("or", Self::all, Form::Any)
    }

    /// An expression and nothing behind it.
    pub fn whole(&mut self) -> Read<'a> {
        self.skip_ends();
        let whole = self.expression()?;
        self.skip_ends();
        if self.is_done() { Ok(whole) } else { Err(self.unexpected("an operator, or the end")) }
    }

    fn all(&mut self) -> Read<'a> {
        self.chain("and", Self::not, Form::All)
    }

    /// Parts with a word between them.
    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Read<'a>,
        form: fn(Vec<Expression<'a>>) -> Form<'a>,
    ) -> Read<'a> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.takes_word(word) {
            parts.push(part(self)?);
        }
        Ok(joined(parts, form))
    }

    fn not(&mut self) -> Read<'a> {
        let start = self.peek().span.start;
        if self.takes_word("not") {
            let inner = self.deeper(Self::not)?;
            return Ok(self.made(start, Form::Not(Box::new(inner))));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Read<'a> {
        let left = self.sum()?;
        let Some(relation) = self.relation() else { return Ok(left) };
        let start = left.span.start;
        let right = self.sum()?;
        let compared = self.made(start, Form::Compare(relation, Box::new([left, right])));
        let next = self.peek().span.clone();
        if self.relation().is_some() {
            let advice = "write `a < b and b < c`";
            return Err(Problem::new(next, "a second comparison", "one comparison of two numbers", advice));
        }
        Ok(compared)
    }

    fn relation(&mut self) -> Option<Relation> {
        RELATIONS.iter().find(|(symbol, _)| self.takes(symbol)).map(|(_, relation)| *relation)
    }

    fn sum(&mut self) -> Read<'a> {
        let mut terms = vec![(Sign::Plus, self.product()?)];
        loop {
            let sign = if self.takes("+") {
                Sign::Plus
            } else if self.takes("-") {
                Sign::Minus
            } else {
                return Ok(chained(terms, Form::Sum));
            };
            terms.push((sign, self.product()?));
        }
    }

    fn product(&mut self) -> Read<'a> {
        let mut factors = vec![(Factor::Times, self.signed()?)];
        loop {
            let factor = if self.takes("*") {
                Factor::Times
            } else if self.takes("/") {
                Factor::Over
            } else {
                return Ok(chained(factors, Form::Product));
            };
            factors.push((factor, self.signed()?));
        }
    }

    fn signed(&mut self) -> Read<'a> {
        let start = self.peek().span.start;
        if self.takes("+") {
            return self.deeper(Self::signed);
        }
        if !self.takes("-") {
            return self.power();
        }
        let inner = self.deeper(Self::signed)?;
        let form = match inner.form {
            Form::Number(number) => Form::Number(-number),
            _ => Form::Negative(Box::new(inner)),
        };
        Ok(self.made(start, form))
    }

    fn power(&mut self) -> Read<'a> {
        let base = self.operand()?;
        if !self.takes("**") && !self.takes("^") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(self.made(base.span.start, Form::Power(Box::new(base), Box::new(exponent))))
    }

    fn operand(&mut self) -> Read<'a> {
        let token = self.peek().clone();
        match token.kind {
            Kind::Number(number) => self.quantity(number),
            Kind::Name if !KEYWORDS.contains(&self.slice(&token)) => self.named(),
            Kind::Symbol("(") => {
                self.next();
                let inner = self.bracket(token.span.clone(), Self::expression)?;
                Ok(self.made(token.span.start, inner.form))
            }
            _ => Err(self.unexpected(OPERAND)),
        }
    }

    /// A number, with a unit where a name stands behind it: `2 mS`, `5 cm**2`.
    fn quantity(&mut self, number: f64) -> Read<'a> {
        let token = self.next();
        if !number.is_finite() {
            let found = "the number is not finite";
            return Err(Problem::new(token.span, found, "numbers up to 1.8e308", "write a smaller number"));
        }
        let unit = self.peek().clone();
        let is_unit = unit.kind == Kind::Name && !KEYWORDS.contains(&self.slice(&unit));
        if !is_unit || self.second() == Kind::Symbol("(") {
            return Ok(self.made(token.span.start, Form::Number(number)));
        }
        let unit = self.power()?;
        Ok(self.made(token.span.start, Form::Quantity(number, Box::new(unit))))
    }

    /// A name, or a function with its arguments.
    fn named(&mut self) -> Read<'a> {
        let token = self.next();
        let name = self.slice(&token);
        if !self.sees("(") {
            return Ok(self.made(token.span.start, Form::Name(name)));
        }
        let opened = self.next();
        let arguments = self.bracket(opened.span, Self::arguments)?;
        Ok(self.made(token.span.start, Form::Call(name, arguments)))
    }

    fn arguments(&mut self) -> Result<Vec<Expression<'a>>, Problem> {
        if self.sees(")") {
            return Ok(Vec::new());
        }
        let mut list = vec![self.expression()?];
        while self.takes(",") {
            list.push(self.expression()?);
        }
        Ok(list)
    }

    /// An expression from `start` to the last token.
    fn made(&self, start: usize, form: Form<'a>) -> Expression<'a> {
        Expression { form, span: start..self.end() }
    }
}

/// A chain of conditions, or the only one.
fn joined<'a>(parts: Vec<Expression<'a>>, form: fn(Vec<Expression<'a>>) -> Form<'a>) -> Expression<'a> {
    let parts = parts.into_iter().map(|part| ((), part)).collect();
    chained(parts, |parts| form(parts.into_iter().map(|(_, part)| part).collect()))
}

/// A chain of terms or factors, or the only one.
fn chained<'a, T>(
    mut parts: Vec<(T, Expression<'a>)>,
    form: impl FnOnce(Vec<(T, Expression<'a>)>) -> Form<'a>,
) -> Expression<'a> {
    let start = parts.first().map_or(0, |(_, part)| part.span.start);
    let end = parts.last().map_or(0, |(_, part)| part.span.end);
    match parts.len() {
        1 => parts.remove(0).1,
        _ => Expression { form: form(parts), span: start..end },
    }
}

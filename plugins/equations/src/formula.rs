//! Formula: an expression of bare numbers that are known by name, computed wherever it is wanted.
//!
//! It has the grammar and the functions of models; names stand for numbers without a unit, and a condition is 1 where it holds, else 0.

use std::ops::Range;

use ecs_core::number::{Expr, Graph, Num, Real, trace};

use crate::check::LARGEST_POWER;
use crate::error::{Errors, Place, Problem, TextError};
use crate::functions::{Function, function, unknown};
use crate::parser::Parser;
use crate::syntax::{Expression, Factor, Form, Relation, Sign};

/// An expression of named numbers.
#[derive(Clone, Debug)]
pub struct Formula {
    graph: Graph,
    text: String,
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.graph.variables == other.graph.variables
    }
}

/// Reads an expression of the numbers with these names.
///
/// # Errors
/// What is no expression, unknown names and functions, another number of arguments, and units.
pub fn formula(text: &str, names: &[&str]) -> Result<Formula, Vec<TextError>> {
    let mut errors = Errors::default();
    let place = Place::Value;
    let read = Parser::new(text, &place, &mut errors).map(|mut parser| parser.whole());
    let read = match read {
        Some(Ok(read)) => Some(read),
        Some(Err(problem)) => {
            errors.push(&place, problem);
            None
        }
        None => None,
    };
    let read = read.filter(|read| {
        check(read, names, &mut |problem| errors.push(&place, problem));
        errors.is_empty()
    });
    let made = read.map(|read| {
        let graph = trace(|| {
            let variables: Vec<Expr> = names.iter().map(|name| Expr::variable(*name)).collect();
            let of = |name: &str| {
                variables[names.iter().position(|known| *known == name).expect("unknown names were refused")]
            };
            vec![(String::new(), lower(&read, &of))]
        });
        Formula { graph, text: text.to_owned() }
    });
    errors.or(made)
}

impl Formula {
    /// A number that is the same whatever the others are.
    #[must_use]
    pub fn constant(number: f64, names: &[&str]) -> Self {
        let graph = trace(|| {
            for name in names {
                Expr::variable(*name);
            }
            vec![(String::new(), Expr::lit(number))]
        });
        Self { graph, text: number.to_string() }
    }

    /// Its value where the names stand for these numbers, in the order in which they were given.
    #[must_use]
    pub fn at(&self, values: &[f64]) -> f64 {
        let values: Vec<Num<f64>> = values.iter().map(|x| Num(*x)).collect();
        self.graph.values(&values)[self.graph.outputs[0].1 as usize].0
    }

    /// Whether it depends on one of the names.
    #[must_use]
    pub fn depends_on(&self, name: &str) -> bool {
        self.graph.depends(self.graph.outputs[0].1, |known| known == name)
    }

    /// What was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn check(e: &Expression<'_>, names: &[&str], refuse: &mut dyn FnMut(Problem)) {
    let of = |span: &Range<usize>, length: usize| span.start..span.start + length;
    match &e.form {
        Form::Number(_) => {}
        Form::Quantity(_, unit) => refuse(Problem::new(
            unit.span.clone(),
            "a number with a unit",
            "bare numbers",
            "leave the unit away; times are in ms",
        )),
        Form::Name(name) if !names.contains(name) => {
            refuse(Problem::unknown(e.span.clone(), "unknown name", name, names));
        }
        Form::Name(_) => {}
        Form::Call(name, arguments) => {
            match function(name) {
                None => refuse(unknown(of(&e.span, name.len()), name)),
                Some((_, wanted)) if wanted != arguments.len() => {
                    let found = format!("`{name}` has {} arguments here", arguments.len());
                    let (allowed, advice) = (format!("{wanted}"), "give as many as it takes");
                    refuse(Problem::new(e.span.clone(), found, allowed, advice));
                }
                Some(_) => {}
            }
            arguments.iter().for_each(|part| check(part, names, refuse));
        }
        Form::All(parts) | Form::Any(parts) => parts.iter().for_each(|part| check(part, names, refuse)),
        Form::Negative(inner) | Form::Not(inner) => check(inner, names, refuse),
        Form::Power(base, exponent) => [base, exponent].into_iter().for_each(|e| check(e, names, refuse)),
        Form::Product(parts) => parts.iter().for_each(|(_, part)| check(part, names, refuse)),
        Form::Sum(parts) => parts.iter().for_each(|(_, part)| check(part, names, refuse)),
        Form::Compare(_, sides) => sides.iter().for_each(|part| check(part, names, refuse)),
    }
}

fn lower(e: &Expression<'_>, name: &dyn Fn(&str) -> Expr) -> Expr {
    let of = |e: &Expression<'_>| lower(e, name);
    match &e.form {
        Form::Number(number) | Form::Quantity(number, _) => Expr::lit(*number),
        Form::Name(known) => name(known),
        Form::Call(known, arguments) => {
            let parts: Vec<Expr> = arguments.iter().map(of).collect();
            let (function, _) = function(known).expect("unknown functions were refused");
            match (function, &parts[..]) {
                (Function::Bare(f), [x]) => f(*x),
                (Function::Root, [x]) => x.sqrt(),
                (Function::Absolute, [x]) => x.abs(),
                (Function::Smaller, [a, b]) => a.min(*b),
                (Function::Larger, [a, b]) => a.max(*b),
                (Function::Clip, [x, low, high]) => x.max(*low).min(*high),
                (Function::Where, [condition, yes, no]) => condition.select(*yes, *no),
                (_, parts) => parts[0],
            }
        }
        Form::Negative(inner) => -of(inner),
        Form::Not(inner) => of(inner).select(Expr::lit(0.0), Expr::lit(1.0)),
        Form::Power(base, exponent) => power(of(base), exponent, of(exponent)),
        Form::Product(parts) => parts[1..].iter().fold(of(&parts[0].1), |so_far, (factor, part)| {
            if *factor == Factor::Times { so_far * of(part) } else { so_far / of(part) }
        }),
        Form::Sum(parts) => parts[1..].iter().fold(of(&parts[0].1), |so_far, (sign, part)| {
            if *sign == Sign::Plus { so_far + of(part) } else { so_far - of(part) }
        }),
        Form::Compare(relation, sides) => {
            let [a, b] = [of(&sides[0]), of(&sides[1])];
            match relation {
                Relation::GreaterOrEqual => (a - b).spike(),
                Relation::LessOrEqual => (b - a).spike(),
                Relation::Less => (a - b).spike().complement(),
                Relation::Greater => (b - a).spike().complement(),
            }
        }
        Form::All(parts) => parts[1..].iter().fold(of(&parts[0]), |so_far, part| {
            so_far.select(of(part).select(Expr::lit(1.0), Expr::lit(0.0)), Expr::lit(0.0))
        }),
        Form::Any(parts) => parts[1..].iter().fold(of(&parts[0]), |so_far, part| {
            so_far.select(Expr::lit(1.0), of(part).select(Expr::lit(1.0), Expr::lit(0.0)))
        }),
    }
}

/// Whole exponents are products.
fn power(base: Expr, exponent: &Expression<'_>, by: Expr) -> Expr {
    match exponent.form {
        Form::Number(n) if n.fract() == 0.0 && n.abs() <= LARGEST_POWER => {
            let product = (0..n.abs() as u32).fold(Expr::lit(1.0), |so_far, _| so_far * base);
            if n < 0.0 { Expr::lit(1.0) / product } else { product }
        }
        _ => (base.ln() * by).exp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_of_numbers_have_the_values_of_arithmetic() {
        let names = ["a", "b"];
        let at = |text: &str| formula(text, &names).unwrap().at(&[3.0, -2.0]);
        assert_eq!(at("a + 2*b**3 - 1"), 3.0 - 16.0 - 1.0);
        assert_eq!(at("-a/4"), -0.75);
        assert_eq!(at("where(a > 3, 1, 7)"), 7.0);
        assert_eq!(at("where(a >= 3 and b < 0, 1, 7)"), 1.0);
        assert_eq!(at("not (a < 3 or b > 5)"), 1.0);
        assert_eq!(at("a < 3"), 0.0);
        assert_eq!(at("max(abs(b), 1) + int(a <= 3)"), 3.0);
        assert_eq!(at("b**-2"), 0.25);
        assert!(formula("a*2", &names).unwrap().depends_on("a"));
        assert!(!formula("a*2", &names).unwrap().depends_on("b"));
        assert_eq!(Formula::constant(4.0, &names).at(&[0.0, 0.0]), 4.0);
    }

    #[test]
    fn what_is_no_formula_of_known_numbers_is_refused_where_it_stands() {
        let refused = |text: &str| formula(text, &["angle"]).unwrap_err()[0].clone();
        let unknown = refused("2*angel");
        assert_eq!(unknown.span, 2..7);
        assert!(unknown.found.contains("`angel`") && unknown.advice.contains("angle"), "{unknown}");
        assert!(refused("sine(angle)").found.contains("unknown function"));
        assert!(refused("max(angle)").found.contains("1 arguments"));
        assert!(refused("angle + 20 ms").found.contains("unit"));
        assert!(!refused("angle +").found.is_empty());
    }
}

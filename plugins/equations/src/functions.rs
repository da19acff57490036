//! Functions: those that a text may call, which are those that [`Real`] has.

use std::ops::Range;

use ecs_core::number::{Expr, Real};

use crate::error::Problem;

/// What a function does.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    /// A bare number of a bare number.
    Bare(fn(Expr) -> Expr),
    /// The square root, of a dimension as well.
    Root,
    /// The absolute value.
    Absolute,
    /// The smaller of two.
    Smaller,
    /// The larger of two.
    Larger,
    /// The first, held between the second and the third.
    Clip,
    /// The second where the first holds, else the third.
    Where,
    /// 1 where a condition holds, else 0.
    Indicator,
}

/// Name, function, number of arguments.
pub(crate) const FUNCTIONS: &[(&str, Function, usize)] = &[
    ("exp", Function::Bare(Expr::exp), 1),
    ("expm1", Function::Bare(Expr::expm1), 1),
    ("log", Function::Bare(Expr::ln), 1),
    ("ln", Function::Bare(Expr::ln), 1),
    ("sqrt", Function::Root, 1),
    ("tanh", Function::Bare(Expr::tanh), 1),
    ("abs", Function::Absolute, 1),
    ("min", Function::Smaller, 2),
    ("max", Function::Larger, 2),
    ("exprel", Function::Bare(Expr::exprel), 1),
    ("exprelr", Function::Bare(Expr::exprelr), 1),
    ("sigmoid", Function::Bare(Expr::sigmoid), 1),
    ("clip", Function::Clip, 3),
    ("where", Function::Where, 3),
    ("select", Function::Where, 3),
    ("int", Function::Indicator, 1),
];

/// The function of that name, and how many arguments it takes.
pub(crate) fn function(name: &str) -> Option<(Function, usize)> {
    FUNCTIONS.iter().find(|row| row.0 == name).map(|row| (row.1, row.2))
}

/// The names of all functions.
pub(crate) fn names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|row| row.0).collect()
}

/// What to write instead of functions that others have.
const INSTEAD: &[(&str, &str)] = &[
    ("sin", "let two state variables oscillate, or a stimulus"),
    ("cos", "let two state variables oscillate, or a stimulus"),
    ("tan", "write what you need of it as a quotient or `tanh`"),
    ("log10", "write `log(x)/log(10)`"),
    ("pow", "write `x**y`"),
    ("power", "write `x**y`"),
    ("floor", "write conditions with `int`"),
    ("rand", "write white noise as `xi`"),
    ("randn", "write white noise as `xi`"),
];

/// A function that does not exist.
pub(crate) fn unknown(at: Range<usize>, name: &str) -> Problem {
    let problem = Problem::unknown(at, "unknown function", name, &names());
    match INSTEAD.iter().find(|row| row.0 == name) {
        Some((_, advice)) => Problem { advice: (*advice).to_owned(), ..problem },
        None => problem,
    }
}

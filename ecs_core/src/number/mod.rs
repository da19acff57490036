//! Numbers: one trait, [`Real`], that models are written against, and the types that give it its meanings.
//!
//! | type | what calling a model with it does |
//! | --- | --- |
//! | [`Num`] of `f32` or `f64` | computes |
//! | [`Dual`] | computes the value and the partial derivatives with it |
//! | [`Expr`] | writes every operation down as a graph |

mod dual;
mod expr;
pub mod math;
mod num;
mod real;
pub mod special;

pub use dual::Dual;
pub use expr::{Expr, Graph, Node, Op, trace};
pub use num::{Float, Num};
pub use real::{Bits, Real};

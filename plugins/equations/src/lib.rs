//! Equations: models written as text, read into the graph that tracing a compiled model gives, and printed from it.
//!
//! The steps: [`ModelText`] -> tokens -> syntax -> names and dimensions checked -> graph. All errors of a text are found at
//! once; what a check refuses, lowering never sees. `docs/equations.md` is the reference for authors.

mod changes;
mod channel;
mod check;
mod course;
mod degree;
mod dimension;
mod draft;
mod error;
mod expression;
mod formula;
mod functions;
mod graph;
mod latex;
mod lower;
mod nearest;
mod neuron;
mod order;
mod parser;
mod plasticity;
mod rows;
mod scale;
mod scope;
mod short_term;
mod show;
mod sides;
mod statement;
mod synapse;
mod syntax;
mod term;
mod text;
mod token;
mod value;

pub use channel::channel;
pub use error::{Place, TextError};
pub use formula::{Formula, formula};
pub use latex::latex;
pub use neuron::{neuron, rate};
pub use plasticity::plasticity;
pub use short_term::short_term;
pub use show::{Model, show};
pub use synapse::synapse;
pub use text::{Initial, ModelText, Parameter};

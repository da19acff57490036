//! Place: where the neurons of a population lie.

use std::path::PathBuf;

use crate::diagnostic::Span;

/// The space of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// How neurons lie in it.
    pub positions: Positions,
    /// Its sides, mm, as many as it has axes; `None` only for positions from a file, whose box it is then.
    pub extent: Option<Vec<f64>>,
    /// Whether opposite sides are one.
    pub periodic: bool,
    /// Neurons at each place of a grid; 1 elsewhere.
    pub channels: u64,
    /// The key that says how neurons lie.
    pub span: Span,
}

/// How neurons lie in a space.
#[derive(Clone, Debug, PartialEq)]
pub enum Positions {
    /// So many along each axis, the last running fastest.
    Grid(Vec<u64>),
    /// Anywhere with equal chance.
    Random,
    /// As a file lists them, which may not exist.
    File(PathBuf),
}

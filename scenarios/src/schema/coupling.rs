//! Couplings: continuous projections.

use std::path::PathBuf;

use super::{Part, Selection, Value};
use crate::diagnostic::Span;

/// `[[coupling]]`
#[derive(Clone, Debug)]
pub struct Coupling {
    /// Name given, or "FROM to TO".
    pub name: String,
    /// Senders: neurons, no sources.
    pub from: Selection,
    /// Receivers: neurons, no sources.
    pub to: Selection,
    /// The coupling with all of its parameters.
    pub kind: Part,
    /// State of every sender at the beginning, in the order of the table; empty where the coupling begins as it says itself.
    pub state: Vec<f64>,
    /// The variable that is read; every sender has it.
    pub variable: String,
    /// A file of parameters that differ between senders: it may not exist.
    pub senders: Option<(PathBuf, Span)>,
    /// The rule that says who is connected to whom.
    pub connect: Part,
    /// Unit of the weights, which follows from the coupling and the neurons at both ends.
    pub weight_unit: String,
    /// In `weight_unit`; `None` only where the rule reads a file.
    pub weight: Option<Value>,
    /// In ms, at least `dt`, constants on the grid; `None` where signals act at once, or the rule's file brings delays.
    pub delay: Option<Value>,
    /// Whether every synapse connects both ways.
    pub symmetric: bool,
    /// Its header.
    pub span: Span,
}

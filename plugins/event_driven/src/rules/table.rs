//! Synapses listed one by one, with their own weights and delays where the list has such columns.
//!
//! Ids count from the first neuron of the projection's ranges. Pairs may repeat; repeats keep the order of the list.

use ecs_core::registry::{Bound, Field, Form};

use super::error::with_room;
use super::{ConnectError, Connector, Pattern, Progress, Rule, Stream, Whole, entry};
use crate::csr::Targets;
use crate::ends::Ends;

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        "table",
        "Synapses listed one by one in a file with columns pre, post and, where wanted, weight and delay_ms.",
        &[Field {
            name: "file",
            default: f64::NAN,
            unit: "",
            doc: "The file of the list, relative to the scenario.",
            bound: Bound::Any,
            form: Form::File,
        }],
    ),
    make: |arguments| Ok(Box::new(Table(arguments.pairs.ok_or(ConnectError::NoTable)?))),
};

/// Columns of a list of synapses, all of one length; `[row]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    /// Pre-neurons, from 0 at the first of the range.
    pub pre: Vec<u32>,
    /// Post-neurons, from 0 at the first of the range.
    pub post: Vec<u32>,
    /// Weights in the unit of the synapse; without them, the projection's distribution.
    pub weight: Option<Vec<f64>>,
    /// Delays in ms; without them, the projection's distribution.
    pub delay: Option<Vec<f64>>,
    /// Rows and columns of the matrix that it was.
    pub shape: Option<[u64; 2]>,
}

/// The listed synapses.
#[derive(Clone, Debug)]
pub struct Table(pub Pairs);

impl Table {
    fn check_lengths(&self) -> Result<(), ConnectError> {
        let Pairs { pre, post, weight, delay, .. } = &self.0;
        let lengths = [
            ("post", Some(post.len())),
            ("weight", weight.as_ref().map(Vec::len)),
            ("delay", delay.as_ref().map(Vec::len)),
        ];
        for (column, found) in lengths {
            if let Some(found) = found.filter(|&found| found != pre.len()) {
                return Err(ConnectError::Lengths { column, found, expected: pre.len() });
            }
        }
        Ok(())
    }

    /// Refuses a matrix of another shape.
    pub(super) fn check_shape(&self, ends: &Ends) -> Result<(), ConnectError> {
        let wanted = [ends.n_pre(), ends.n_post()];
        match self.0.shape {
            Some(found) if found != wanted => Err(ConnectError::Shape { found, wanted }),
            _ => Ok(()),
        }
    }

    fn check_ids(&self, ends: &Ends) -> Result<(), ConnectError> {
        for (end, ids, size) in [("pre", &self.0.pre, ends.n_pre()), ("post", &self.0.post, ends.n_post())] {
            if let Some(row) = ids.iter().position(|&id| u64::from(id) >= size) {
                return Err(ConnectError::Id { end, row, found: ids[row], size });
            }
        }
        Ok(())
    }

    fn check_values(&self) -> Result<(), ConnectError> {
        let wrong_weight = self.0.weight.iter().flatten().position(|weight| !weight.is_finite());
        if let (Some(row), Some(weights)) = (wrong_weight, &self.0.weight) {
            return Err(ConnectError::Value { column: "weight", row, found: weights[row] });
        }
        let wrong_delay =
            self.0.delay.iter().flatten().position(|delay| !(delay.is_finite() && *delay >= 0.0));
        if let (Some(row), Some(delays)) = (wrong_delay, &self.0.delay) {
            return Err(ConnectError::Value { column: "delay", row, found: delays[row] });
        }
        Ok(())
    }
}

impl Rule for Table {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        self.check_lengths()?;
        self.check_shape(ends)?;
        self.check_ids(ends)?;
        self.check_values()
    }

    fn expected(&self, _: &Ends) -> f64 {
        self.0.pre.len() as f64
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        _: Stream,
        _: usize,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        let Pairs { pre, post, weight, delay, .. } = &self.0;
        let mut row_ptr = with_room::<u64>(ends.n_pre() + 1)?;
        row_ptr.resize(ends.n_pre() as usize + 1, 0);
        for &row in pre {
            row_ptr[row as usize + 1] += 1;
        }
        for row in 1..row_ptr.len() {
            row_ptr[row] += row_ptr[row - 1];
        }
        let mut order = with_room::<usize>(pre.len() as u64)?;
        order.extend(0..pre.len());
        order.sort_by_key(|&at| (pre[at], post[at]));
        let mut targets = Targets::narrowest(ends.post_size);
        for chunk in order.chunks(4096) {
            let posts: Vec<u32> = chunk.iter().map(|&at| ends.post.start as u32 + post[at]).collect();
            targets.append(&posts);
        }
        let reordered = |column: &Vec<f64>| order.iter().map(|&at| column[at]).collect();
        let (weights, delays) = (weight.as_ref().map(reordered), delay.as_ref().map(reordered));
        Ok(Pattern::Whole(Whole { row_ptr, targets, weights, delays }))
    }
}

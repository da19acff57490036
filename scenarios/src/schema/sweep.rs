//! Sweep: what `[sweep]` says.

use crate::diagnostic::Span;
use crate::tree::Node;

/// `[sweep]`
#[derive(Clone, Debug)]
pub struct Sweep {
    /// What is varied.
    pub axes: Vec<Axis>,
    /// Whether values of all axes go together, instead of each with each.
    pub zip: bool,
    /// Seeds of each point, from that of the run on.
    pub seeds: u64,
    /// Its header.
    pub span: Span,
}

/// `[[sweep.axis]]`
#[derive(Clone, Debug)]
pub struct Axis {
    /// The path, as on the command line.
    pub of: String,
    /// The unit of the numbers, which is that of the first value; empty where they are bare.
    pub unit: String,
    /// The values as numbers in that unit; none where some are none.
    pub numbers: Vec<f64>,
    /// The values as they are written.
    pub written: Vec<String>,
    /// The path in the file.
    pub span: Span,
    /// The values as they are put in the place that the path names.
    pub(crate) values: Vec<Node>,
}

impl Sweep {
    /// The values of each point, `[point][axis]`: the last axis changes fastest.
    pub fn points(&self) -> Vec<Vec<usize>> {
        let lengths = self.axes.iter().map(|axis| axis.values.len());
        if self.zip {
            return (0..lengths.min().unwrap_or(0)).map(|k| vec![k; self.axes.len()]).collect();
        }
        lengths.fold(vec![Vec::new()], |points, n| {
            let longer = |point: &Vec<usize>| {
                let point = point.clone();
                (0..n).map(move |k| point.iter().copied().chain([k]).collect())
            };
            points.iter().flat_map(longer).collect()
        })
    }
}

//! A graph that grows: each new neuron joins m1 earlier ones with probability p, and m2 otherwise, with a chance in proportion to the
//! edges that these have.
//!
//! Growth begins with a star of the larger number + 1 neurons and is for one thread: see `attachment`.
//!
//! Source: Moshiri 2018, "The dual-Barabasi-Albert model", arXiv:1810.10538, section 2.

use ecs_core::random::Purpose;

use super::attachment::Growth;
use super::graph::{check_one_set, synapses};
use super::{ConnectError, Connector, DIRECTED, Pattern, Progress, Rule, Stream, count, entry, probability};
use crate::ends::Ends;

const NAME: &str = "scale_free_dual";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Preferential attachment with m1 edges for a new neuron with probability p, else m2 (Moshiri 2018).",
        &[
            count("m1", "Edges of a new neuron, with probability p."),
            count("m2", "Edges of a new neuron otherwise."),
            probability("p", "Probability of m1."),
            DIRECTED,
        ],
    ),
    make: |arguments| {
        Ok(Box::new(ScaleFreeDual {
            m: [
                arguments.whole(NAME, 0, "m1", f64::from(u32::MAX))? as u32,
                arguments.whole(NAME, 1, "m2", f64::from(u32::MAX))? as u32,
            ],
            p: arguments.probability(NAME, 2)?,
            directed: arguments.switch_or(NAME, 3, DIRECTED.name, false)?,
        }))
    },
};

/// Preferential attachment with two numbers of edges.
#[derive(Clone, Copy, Debug)]
pub struct ScaleFreeDual {
    /// Edges of a new neuron: with probability `p`, and otherwise.
    pub m: [u32; 2],
    /// Probability of the first number.
    pub p: f64,
    /// Whether an edge is one synapse, from the newer neuron to the older, rather than two.
    pub directed: bool,
}

impl ScaleFreeDual {
    fn larger(&self) -> u32 {
        self.m[0].max(self.m[1])
    }
}

impl Rule for ScaleFreeDual {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        check_one_set(NAME, ends, (if self.m[0] >= self.m[1] { "m1" } else { "m2" }, self.larger()))
    }

    fn expected(&self, ends: &Ends) -> f64 {
        let star = f64::from(self.larger());
        let mean = self.p * f64::from(self.m[0]) + (1.0 - self.p) * f64::from(self.m[1]);
        let edges = star + (ends.n_pre() as f64 - star - 1.0).max(0.0) * mean;
        if self.directed { edges } else { 2.0 * edges }
    }

    fn preparation(&self, ends: &Ends) -> u64 {
        ends.n_pre()
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        let growth = Growth::star(self.larger(), self.expected(ends), stream.key(Purpose::Connect))?;
        let edges = growth.grow(ends.n_pre() as u32, progress, |growth| {
            let (chance, _) = growth.draw();
            for _ in 0..self.m[usize::from(chance >= self.p)] {
                let (_, bits) = growth.draw();
                growth.join_by_edges(bits);
            }
        });
        Ok(Pattern::Whole(synapses(&edges, self.directed, ends)?))
    }
}

//! A graph that grows: each new neuron joins m earlier ones, with a chance in proportion to the edges that these have. Degrees then
//! follow a power law with exponent 3.
//!
//! Growth begins with a star of m + 1 neurons and is for one thread: see `attachment`.
//!
//! Source: Barabasi & Albert 1999, "Emergence of scaling in random networks", Science 286, 509-512,
//! doi:10.1126/science.286.5439.509.

use ecs_core::random::Purpose;

use super::attachment::{Growth, synapses_grown};
use super::graph::{check_one_set, synapses};
use super::{ConnectError, Connector, DIRECTED, Pattern, Progress, Rule, Stream, count, entry};
use crate::ends::Ends;

const NAME: &str = "scale_free";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Growth by preferential attachment, m edges for each new neuron (Barabasi & Albert 1999).",
        &[count("m", "Edges of each new neuron."), DIRECTED],
    ),
    make: |arguments| {
        Ok(Box::new(ScaleFree {
            m: arguments.whole(NAME, 0, "m", f64::from(u32::MAX))? as u32,
            directed: arguments.switch_or(NAME, 1, DIRECTED.name, false)?,
        }))
    },
};

/// Preferential attachment.
#[derive(Clone, Copy, Debug)]
pub struct ScaleFree {
    /// Edges of each new neuron.
    pub m: u32,
    /// Whether an edge is one synapse, from the newer neuron to the older, rather than two.
    pub directed: bool,
}

impl Rule for ScaleFree {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        check_one_set(NAME, ends, ("m", self.m))
    }

    fn expected(&self, ends: &Ends) -> f64 {
        synapses_grown(ends, self.m, self.directed)
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
        let growth = Growth::star(self.m, self.expected(ends), stream.key(Purpose::Connect))?;
        let edges = growth.grow(ends.n_pre() as u32, progress, |growth| {
            for _ in 0..self.m {
                let (_, bits) = growth.draw();
                growth.join_by_edges(bits);
            }
        });
        Ok(Pattern::Whole(synapses(&edges, self.directed, ends)?))
    }
}

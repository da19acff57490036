//! Exactly n synapses, each between a pre- and a post-neuron drawn uniformly and independently; pairs may repeat.
//!
//! The numbers of synapses per row are multinomial: draw j of `Select` (index j / 65536) names the row of synapse j. Row i then takes
//! its targets from row i of `Connect`.

use ecs_core::random::{Key, Purpose, below};

use super::choice::{Candidates, for_each_draw};
use super::error::with_room;
use super::{ConnectError, Connector, Pattern, Progress, Rows, Rule, Stream, count, entry};
use crate::ends::Ends;

const NAME: &str = "fixed_total";

/// Largest whole number below which f64 holds all: 2^53.
const MOST: f64 = 9_007_199_254_740_992.0;

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Exactly n synapses, each between neurons drawn uniformly; pairs may repeat.",
        &[count("n", "Synapses of the projection.")],
    ),
    make: |arguments| Ok(Box::new(FixedTotal { n: arguments.whole(NAME, 0, "n", MOST)? })),
};

/// Exactly `n` synapses in all.
#[derive(Clone, Copy, Debug)]
pub struct FixedTotal {
    /// Synapses of the projection.
    pub n: u64,
}

impl Rule for FixedTotal {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        for (end, size) in [("pre", ends.n_pre()), ("post", ends.n_post())] {
            if self.n > 0 && size == 0 {
                return Err(ConnectError::Nobody { rule: NAME, end, wanted: self.n });
            }
        }
        Ok(())
    }

    fn expected(&self, _: &Ends) -> f64 {
        self.n as f64
    }

    fn preparation(&self, _: &Ends) -> u64 {
        self.n.div_ceil(STRIDE)
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        let mut degrees = with_room::<u64>(ends.n_pre())?;
        degrees.resize(ends.n_pre() as usize, 0);
        let select = stream.key(Purpose::Select);
        for chunk in 0..self.n.div_ceil(STRIDE) {
            let here = (self.n - chunk * STRIDE).min(STRIDE);
            for_each_draw(select, chunk, here, |_, bits| {
                degrees[below(bits, ends.n_pre() as u32) as usize] += 1
            });
            progress.advance(1);
        }
        Ok(Pattern::Rows(Box::new(Split { degrees, ends, key: stream.key(Purpose::Connect) })))
    }
}

/// Draws with one index of `Select`; part of the definition of every seeded result.
const STRIDE: u64 = 1 << 16;

struct Split<'a> {
    degrees: Vec<u64>,
    ends: &'a Ends,
    key: Key,
}

impl Rows for Split<'_> {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        let first = targets.len();
        let (offset, degree) = (self.ends.post.start as u32, self.degrees[row as usize]);
        Candidates::new(self.ends.n_post(), None).with_repeats(
            self.key,
            u64::from(row),
            degree,
            offset,
            targets,
        );
        targets[first..].sort_unstable();
    }
}

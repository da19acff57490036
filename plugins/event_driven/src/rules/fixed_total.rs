//! Exactly n synapses, each between a pre- and a post-neuron drawn independently; pairs may repeat.
//!
//! Neurons are drawn uniformly, or with chances of a log-normal law: then degrees are as broad as those of connectomes are. The numbers of synapses per row are multinomial: draw j of `Select` (index j / 65536) names the row of synapse j. Row i then takes
//! its targets from row i of `Connect`.

use ecs_core::random::{Key, Purpose, below};
use ecs_core::registry::Field;

use super::broad::Chances;
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
        "Exactly n synapses, each between neurons drawn uniformly or unequally; pairs may repeat.",
        &[
            count("n", "Synapses of the projection."),
            broad("out_sigma", "Spread of the logarithm of a pre-neuron's expected synapses; 0: all alike."),
            broad("in_sigma", "Spread of the logarithm of a post-neuron's expected synapses; 0: all alike."),
        ],
    ),
    make: |arguments| {
        let sigma = |at: usize| arguments.numbers.get(at).copied().unwrap_or(0.0);
        Ok(Box::new(FixedTotal {
            n: arguments.whole(NAME, 0, "n", MOST)?,
            out_sigma: sigma(1),
            in_sigma: sigma(2),
        }))
    },
};

const fn broad(name: &'static str, doc: &'static str) -> Field {
    Field { default: 0.0, ..count(name, doc) }
}

/// Exactly `n` synapses in all.
#[derive(Clone, Copy, Debug)]
pub struct FixedTotal {
    /// Synapses of the projection.
    pub n: u64,
    /// Standard deviation of the logarithm of pre-neurons' chances.
    pub out_sigma: f64,
    /// The same of post-neurons.
    pub in_sigma: f64,
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
        let pre = Chances::new(select, 0, ends.n_pre(), self.out_sigma)?;
        let post = Chances::new(select, 1, ends.n_post(), self.in_sigma)?;
        for chunk in 0..self.n.div_ceil(STRIDE) {
            let here = (self.n - chunk * STRIDE).min(STRIDE);
            for_each_draw(select, chunk, here, |_, bits| {
                let row =
                    pre.as_ref().map_or_else(|| below(bits, ends.n_pre() as u32), |pre| pre.choose(bits));
                degrees[row as usize] += 1;
            });
            progress.advance(1);
        }
        Ok(Pattern::Rows(Box::new(Split { degrees, post, ends, key: stream.key(Purpose::Connect) })))
    }
}

/// Draws with one index of `Select`; part of the definition of every seeded result.
const STRIDE: u64 = 1 << 16;

struct Split<'a> {
    degrees: Vec<u64>,
    post: Option<Chances>,
    ends: &'a Ends,
    key: Key,
}

impl Rows for Split<'_> {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        let first = targets.len();
        let (offset, degree) = (self.ends.post.start as u32, self.degrees[row as usize]);
        let (key, index) = (self.key, u64::from(row));
        match &self.post {
            None => {
                Candidates::new(self.ends.n_post(), None).with_repeats(key, index, degree, offset, targets)
            }
            Some(post) => {
                for_each_draw(key, index, degree, |_, bits| targets.push(offset + post.choose(bits)));
            }
        }
        targets[first..].sort_unstable();
    }
}

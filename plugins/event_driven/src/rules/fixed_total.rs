//! Exactly n synapses, each between a pre- and a post-neuron drawn uniformly and independently; pairs may repeat.
//!
//! The numbers of synapses per row are multinomial: draw j of `Select` (index j / 65536) names the row of synapse j. Row i then takes
//! its targets from row i of `Connect`.
//!
//! In place of n, a probability p: that a pair is joined at least once. With P pairs that is
//!
//! ```text
//! n = ln(1 - p) / ln(1 - 1 / P), rounded
//! ```
//!
//! Source: Potjans & Diesmann (2014), Cerebral Cortex 24, 785-806, Eq. 1, doi:10.1093/cercor/bhs358.

use ecs_core::random::{Key, Purpose, below};

use super::choice::{Candidates, for_each_draw};
use super::error::with_room;
use super::{ConnectError, Connector, Pattern, Progress, Rows, Rule, Stream, count, entry};
use crate::ends::Ends;
use ecs_core::network::Scale;
use ecs_core::registry::{Bound, Field};

const NAME: &str = "fixed_total";

/// Largest whole number below which f64 holds all: 2^53.
const MOST: f64 = 9_007_199_254_740_992.0;

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Exactly n synapses, each between neurons drawn uniformly; pairs may repeat.",
        &[
            Field { default: f64::INFINITY, ..count("n", "Synapses of the projection.") },
            Field {
                bound: Bound::Fraction,
                default: f64::INFINITY,
                ..count("p", "In place of `n`: the probability that a pair is joined at least once.")
            },
        ],
    ),
    make: |arguments| {
        let given = |at: usize| arguments.numbers.get(at).copied().filter(|x| *x != f64::INFINITY);
        match (given(0), given(1)) {
            (None, Some(p)) if (0.0..1.0).contains(&p) => Ok(Box::new(JoinedWith { p })),
            (Some(_), None) => Ok(Box::new(FixedTotal { n: arguments.whole(NAME, 0, "n", MOST)? })),
            (n, p) => Err(ConnectError::OneOf { rule: NAME, names: ["n", "p"], found: [n, p] }),
        }
    },
};

/// Exactly `n` synapses in all.
#[derive(Clone, Copy, Debug)]
pub struct FixedTotal {
    /// Synapses of the projection.
    pub n: u64,
}

/// As many synapses in all as join a pair at least once with probability `p`, below 1.
#[derive(Clone, Copy, Debug)]
pub struct JoinedWith {
    /// The probability.
    pub p: f64,
}

impl JoinedWith {
    fn total(self, ends: &Ends) -> FixedTotal {
        // With one pair, the second logarithm is that of zero.
        let n = (-self.p).ln_1p() / (-1.0 / ends.pairs()).ln_1p();
        FixedTotal { n: if ends.pairs() > 1.0 { n.round() as u64 } else { self.p.round() as u64 } }
    }
}

impl Rule for JoinedWith {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        self.total(ends).check(ends)
    }

    fn expected(&self, ends: &Ends) -> f64 {
        self.total(ends).expected(ends)
    }

    fn preparation(&self, ends: &Ends) -> u64 {
        self.total(ends).preparation(ends)
    }

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        // n grows with the pairs; the rest of what the scale asks for is in ln(1 - p).
        Some(vec![f64::INFINITY, -((-self.p).ln_1p() * scale.in_degrees / scale.neurons).exp_m1()])
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        self.total(ends).split(ends, stream, progress)
    }
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

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        Some(vec![(self.n as f64 * scale.neurons * scale.in_degrees).round(), f64::INFINITY])
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        self.split(ends, stream, progress)
    }
}

impl FixedTotal {
    fn split<'a>(
        self,
        ends: &'a Ends,
        stream: Stream,
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

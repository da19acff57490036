//! Exactly n synapses, each between a pre- and a post-neuron drawn independently; pairs may repeat.
//!
//! Neurons are drawn uniformly, or with chances of a log-normal law: then degrees are as broad as those of connectomes are. The
//! numbers of synapses per row are multinomial: draw j of `Select` (index j / 65536) names the row of synapse j. Row i then takes its
//! targets from row i of `Connect`.
//!
//! In place of n, a probability p: that a pair is joined at least once. With P pairs that is
//!
//! ```text
//! n = ln(1 - p) / ln(1 - 1 / P), rounded
//! ```
//!
//! Source: Potjans & Diesmann (2014), Cerebral Cortex 24, 785-806, Eq. 1, doi:10.1093/cercor/bhs358.

use ecs_core::network::Scale;
use ecs_core::random::{Key, Purpose, below};
use ecs_core::registry::{Bound, Field};

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
            Field { default: f64::INFINITY, ..count("n", "Synapses of the projection.") },
            broad("out_sigma", "Spread of the logarithm of a pre-neuron's expected synapses; 0: all alike."),
            broad("in_sigma", "Spread of the logarithm of a post-neuron's expected synapses; 0: all alike."),
            Field {
                bound: Bound::Fraction,
                default: f64::INFINITY,
                ..count("p", "In place of `n`: the probability that a pair is joined at least once.")
            },
        ],
    ),
    make: |arguments| {
        let given = |at: usize| arguments.numbers.get(at).copied().filter(|x| *x != f64::INFINITY);
        let [out_sigma, in_sigma] = [1, 2].map(|at| given(at).unwrap_or(0.0));
        match (given(0), given(3)) {
            (None, Some(p)) if (0.0..1.0).contains(&p) => Ok(Box::new(JoinedWith { p, out_sigma, in_sigma })),
            (Some(_), None) => {
                let n = arguments.whole(NAME, 0, "n", MOST)?;
                Ok(Box::new(FixedTotal { n, out_sigma, in_sigma }))
            }
            (n, p) => Err(ConnectError::OneOf { rule: NAME, names: ["n", "p"], found: [n, p] }),
        }
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

/// As many synapses in all as join a pair at least once with probability `p`, below 1.
#[derive(Clone, Copy, Debug)]
pub struct JoinedWith {
    /// The probability.
    pub p: f64,
    /// As in [`FixedTotal`].
    pub out_sigma: f64,
    /// As in [`FixedTotal`].
    pub in_sigma: f64,
}

impl JoinedWith {
    fn total(self, ends: &Ends) -> FixedTotal {
        // With one pair, the second logarithm is that of zero.
        let n = (-self.p).ln_1p() / (-1.0 / ends.pairs()).ln_1p();
        let n = if ends.pairs() > 1.0 { n.round() as u64 } else { self.p.round() as u64 };
        FixedTotal { n, out_sigma: self.out_sigma, in_sigma: self.in_sigma }
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

    fn held(&self, ends: &Ends) -> f64 {
        self.total(ends).held(ends)
    }

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        // n grows with the pairs; the rest of what the scale asks for is in ln(1 - p).
        let p = -((-self.p).ln_1p() * scale.in_degrees / scale.neurons).exp_m1();
        Some(vec![f64::INFINITY, self.out_sigma, self.in_sigma, p])
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
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

    /// Eight bytes for each degree, and for each neuron with a chance of its own.
    fn held(&self, ends: &Ends) -> f64 {
        let chances = |sigma: f64, n: u64| if sigma > 0.0 { n as f64 } else { 0.0 };
        8.0 * (ends.n_pre() as f64
            + chances(self.out_sigma, ends.n_pre())
            + chances(self.in_sigma, ends.n_post()))
    }

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        let n = (self.n as f64 * scale.neurons * scale.in_degrees).round();
        Some(vec![n, self.out_sigma, self.in_sigma, f64::INFINITY])
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
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

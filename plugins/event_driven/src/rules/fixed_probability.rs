//! Every pair is joined with probability p, independently of all others (Bernoulli, Erdos-Renyi).
//!
//! The gaps between the targets of a row are geometric, so a row costs one draw per synapse and not one per pair, and comes out
//! sorted. Draw j of row i takes half of block (i, j / 2) of `Connect`. Self connections are left out after drawing, which leaves
//! all other pairs independent.
//!
//! Source: Batagelj & Brandes 2005, "Efficient generation of large random networks", Phys. Rev. E 71, 036113,
//! doi:10.1103/PhysRevE.71.036113, algorithm 1.

use ecs_core::dispatch;
use ecs_core::model::instructions;
use ecs_core::network::Scale;
use ecs_core::random::{Geometric, Key, Purpose, pair};
use ecs_core::registry::{Bound, Field};

use super::{ConnectError, Connector, Pattern, Progress, Rows, Rule, SELF_CONNECTIONS, Stream, count, entry};
use crate::ends::Ends;

const NAME: &str = "fixed_probability";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every pair is joined with probability p, independently of all others.",
        &[
            Field { bound: Bound::Fraction, ..count("p", "Probability that a pair is joined.") },
            SELF_CONNECTIONS,
        ],
    ),
    make: |arguments| {
        let p = arguments.numbers.first().copied().unwrap_or(f64::NAN);
        let self_connections = arguments.switch(NAME, 1, SELF_CONNECTIONS.name)?;
        Ok(Box::new(FixedProbability { p, self_connections }))
    },
};

/// Every pair with probability `p`.
#[derive(Clone, Copy, Debug)]
pub struct FixedProbability {
    /// Probability that a pair is joined.
    pub p: f64,
    /// Whether a neuron may meet itself.
    pub self_connections: bool,
}

impl Rule for FixedProbability {
    fn check(&self, _: &Ends) -> Result<(), ConnectError> {
        if (0.0..=1.0).contains(&self.p) {
            Ok(())
        } else {
            Err(ConnectError::Probability { rule: NAME, found: self.p })
        }
    }

    fn scaled(&self, scale: Scale) -> Option<Vec<f64>> {
        Some(vec![self.p * scale.in_degrees / scale.neurons, self.self_connections.into()])
    }

    fn expected(&self, ends: &Ends) -> f64 {
        let excluded = if self.self_connections { 0 } else { ends.self_pairs() };
        self.p * (ends.pairs() - excluded as f64)
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        let key = stream.key(Purpose::Connect);
        let (skips, draw) = (Geometric::new(self.p), draw_at(instructions()));
        Ok(Pattern::Rows(Box::new(Bernoulli { rule: self, ends, key, skips, draw })))
    }
}

struct Bernoulli<'a> {
    rule: &'a FixedProbability,
    ends: &'a Ends,
    key: Key,
    skips: Geometric,
    draw: fn(&mut Row<'_>),
}

/// Blocks made at once, of two gaps each.
const LANES: usize = 8;

impl Bernoulli<'_> {
    /// Gaps 2b, 2b + 1 for the blocks b from `block`: even ones, odd ones.
    #[inline(always)]
    fn gaps(&self, row: u32, block: u64) -> [[u32; LANES]; 2] {
        let words = self.key.blocks::<LANES>(u64::from(row), block);
        let mut gaps = [[0; LANES]; 2];
        for lane in 0..LANES {
            gaps[0][lane] = self.skips.skip(pair(words[0][lane], words[1][lane]), u32::MAX);
            gaps[1][lane] = self.skips.skip(pair(words[2][lane], words[3][lane]), u32::MAX);
        }
        gaps
    }
}

impl Rows for Bernoulli<'_> {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        if self.rule.p == 0.0 {
            return;
        }
        let first = targets.len();
        (self.draw)(&mut Row { bernoulli: self, row, targets });
        if !self.rule.self_connections
            && let Some(own) = self.ends.own_column(row)
        {
            let own = self.ends.post.start as u32 + own;
            if let Ok(at) = targets[first..].binary_search(&own) {
                targets.remove(first + at);
            }
        }
    }
}

/// A row to be drawn.
struct Row<'a> {
    bernoulli: &'a Bernoulli<'a>,
    row: u32,
    targets: &'a mut Vec<u32>,
}

#[inline(always)]
fn draw_body(row: &mut Row<'_>) {
    let ends = row.bernoulli.ends;
    let (mut next, past) = (ends.post.start, ends.post.end);
    let mut block = 0;
    while next < past {
        let [even, odd] = row.bernoulli.gaps(row.row, block);
        let mut batch = [0; 2 * LANES];
        let mut inside = 0;
        for at in 0..2 * LANES {
            let gap = if at % 2 == 0 { even[at / 2] } else { odd[at / 2] };
            let target = next + u64::from(gap);
            batch[at] = target as u32;
            // Targets ascend: those inside come first.
            inside += usize::from(target < past);
            next = target + 1;
        }
        row.targets.extend_from_slice(&batch[..inside]);
        block += LANES as u64;
    }
}

dispatch!(
    /// Drawing for an instruction set: twice as fast with 512-bit vectors as at the baseline.
    fn draw_at<>(&mut Row<'_>) = draw_body where u32: Copy
);

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::model::Instructions;

    #[test]
    fn every_instruction_set_draws_the_same_rows() {
        let rule = FixedProbability { p: 0.013, self_connections: true };
        let (ends, stream) = (Ends::between(50, 9_000), Stream { seed: 5, projection: 6 });
        let (key, skips) = (stream.key(Purpose::Connect), Geometric::new(rule.p));
        let [mut first, mut other] = [Vec::new(), Vec::new()];
        for &level in Instructions::available() {
            other.clear();
            let bernoulli = Bernoulli { rule: &rule, ends: &ends, key, skips, draw: draw_at(level) };
            (0..50).for_each(|row| bernoulli.row(row, &mut other));
            if level == Instructions::Baseline {
                first.clone_from(&other);
            }
            assert!(!first.is_empty() && first == other, "{level:?}");
        }
    }
}

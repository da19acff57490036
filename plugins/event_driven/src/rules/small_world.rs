//! Neurons on a ring meet their k nearest, k / 2 on each side; then each edge keeps its first neuron and, with probability p,
//! gets a new second one, drawn uniformly from those that are not joined to the first.
//!
//! Undirected: lap j = 1 to k / 2 passes over all neurons and rewires the edge to the j-th neighbour, as in the source. What may be drawn
//! depends on all edges so far, so this is built by one thread. Directed: each of the k synapses of a neuron is rewired, whatever
//! other neurons do, and rows are built in parallel. Attempt a at edge j of neuron i is block (i, j 2^32 + a) of `Connect`.
//!
//! Source: Watts & Strogatz 1998, "Collective dynamics of 'small-world' networks", Nature 393, 440-442, doi:10.1038/30918,
//! figure 1.

use ecs_core::random::{Key, Purpose, below, pair, uniform};

use super::graph::{Edge, check_one_set, synapses};
use super::{
    ConnectError, Connector, DIRECTED, Pattern, Progress, Rows, Rule, Stream, count, entry, probability,
};
use crate::ends::Ends;

const NAME: &str = "small_world";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "A ring of k nearest neighbours, each edge rewired with probability p (Watts & Strogatz 1998).",
        &[
            count("k", "Neighbours of each neuron, half of them on each side."),
            probability("p", "Probability that an edge is rewired."),
            DIRECTED,
        ],
    ),
    make: |arguments| {
        Ok(Box::new(SmallWorld {
            k: arguments.whole(NAME, 0, "k", f64::from(u32::MAX))? as u32,
            p: arguments.probability(NAME, 1)?,
            directed: arguments.switch_or(NAME, 2, DIRECTED.name, false)?,
        }))
    },
};

/// A ring with shortcuts.
#[derive(Clone, Copy, Debug)]
pub struct SmallWorld {
    /// Neighbours on the ring, an even number.
    pub k: u32,
    /// Probability that an edge is rewired.
    pub p: f64,
    /// Whether an edge is one synapse rather than two.
    pub directed: bool,
}

impl Rule for SmallWorld {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        check_one_set(NAME, ends, ("k", self.k))?;
        if self.k % 2 == 1 { Err(ConnectError::Odd { rule: NAME, found: self.k }) } else { Ok(()) }
    }

    fn expected(&self, ends: &Ends) -> f64 {
        f64::from(self.k) * ends.n_pre() as f64
    }

    fn preparation(&self, _: &Ends) -> u64 {
        if self.directed { 0 } else { u64::from(self.k / 2) }
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        let draws = Rewiring { n: ends.n_pre() as u32, p: self.p, key: stream.key(Purpose::Connect) };
        if self.directed {
            return Ok(Pattern::Rows(Box::new(Ring {
                half: self.k / 2,
                first: ends.post.start as u32,
                draws,
            })));
        }
        let edges = draws.undirected(self.k / 2, progress)?;
        Ok(Pattern::Whole(synapses(&edges, false, ends)?))
    }
}

struct Rewiring {
    n: u32,
    p: f64,
    key: Key,
}

impl Rewiring {
    /// The new second neuron of edge `edge` of neuron `i`, if it gets one; `joined` are not to be drawn.
    fn drawn(&self, i: u32, edge: u32, joined: impl Fn(u32) -> bool) -> Option<u32> {
        let block = |attempt: u64| self.key.block(i.into(), u64::from(edge) << 32 | attempt);
        let [a, b, mut c, mut d] = block(0);
        if uniform(pair(a, b)) >= self.p {
            return None;
        }
        let mut attempt = 0;
        loop {
            let drawn = below(pair(c, d), self.n);
            if drawn != i && !joined(drawn) {
                return Some(drawn);
            }
            attempt += 1;
            [_, _, c, d] = block(attempt);
        }
    }

    /// The edges of neuron i are `half` from i * `half`.
    fn undirected(&self, half: u32, progress: &mut Progress<'_>) -> Result<Vec<Edge>, ConnectError> {
        let (n, width) = (self.n, half as usize);
        let mut edges = super::error::with_room::<Edge>(u64::from(n) * u64::from(half))?;
        edges.extend((0..n).flat_map(|i| {
            (1..=half).map(move |lap| [i, ((u64::from(i) + u64::from(lap)) % u64::from(n)) as u32])
        }));
        let mut degrees = vec![2 * half; n as usize];
        for lap in 0..half {
            for i in 0..n {
                // One who is joined to all others keeps them.
                if degrees[i as usize] >= n - 1 {
                    continue;
                }
                let own = |neuron: u32| neuron as usize * width..(neuron as usize + 1) * width;
                let joined = |other: u32| {
                    edges[own(i)].iter().any(|edge| edge[1] == other)
                        || edges[own(other)].iter().any(|edge| edge[1] == i)
                };
                if let Some(drawn) = self.drawn(i, lap, joined) {
                    let edge = &mut edges[i as usize * width + lap as usize];
                    degrees[edge[1] as usize] -= 1;
                    degrees[drawn as usize] += 1;
                    edge[1] = drawn;
                }
            }
            progress.advance(1);
        }
        Ok(edges)
    }
}

struct Ring {
    half: u32,
    first: u32,
    draws: Rewiring,
}

impl Rows for Ring {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        let (begin, n, half) = (targets.len(), u64::from(self.draws.n), u64::from(self.half));
        targets
            .extend((1..=half).flat_map(|lap| [lap, n - lap]).map(|way| ((u64::from(row) + way) % n) as u32));
        if 2 * half < n - 1 {
            for edge in 0..2 * self.half {
                let joined = |other: u32| targets[begin..].contains(&other);
                if let Some(drawn) = self.draws.drawn(row, edge, joined) {
                    targets[begin + edge as usize] = drawn;
                }
            }
        }
        targets[begin..].iter_mut().for_each(|target| *target += self.first);
        targets[begin..].sort_unstable();
    }
}

//! A graph that grows by preferential attachment and closes triangles: each new neuron gets m edges, the first with a chance in
//! proportion to the edges of the other; each further one goes, with probability p, to a neighbour of the neuron that was last chosen
//! so, where there is one left, and is else like the first.
//!
//! Degrees follow a power law with exponent 3 at any p, and clustering grows with p. Growth begins with a star of m + 1 neurons and is for
//! one thread: see `attachment`.
//!
//! Source: Holme & Kim 2002, "Growing scale-free networks with tunable clustering", Phys. Rev. E 65, 026107,
//! doi:10.1103/PhysRevE.65.026107, section III.

use ecs_core::random::{Purpose, below};

use super::attachment::{Growth, synapses_grown};
use super::graph::{check_one_set, synapses};
use super::{ConnectError, Connector, DIRECTED, Pattern, Progress, Rule, Stream, count, entry, probability};
use crate::ends::Ends;

const NAME: &str = "power_law";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Preferential attachment of m edges that closes triangles with probability p (Holme & Kim 2002).",
        &[
            count("m", "Edges of each new neuron."),
            probability("p", "Probability that an edge after the first closes a triangle."),
            DIRECTED,
        ],
    ),
    make: |arguments| {
        Ok(Box::new(PowerLaw {
            m: arguments.whole(NAME, 0, "m", f64::from(u32::MAX))? as u32,
            p: arguments.probability(NAME, 1)?,
            directed: arguments.switch_or(NAME, 2, DIRECTED.name, false)?,
        }))
    },
};

/// Preferential attachment with triangles.
#[derive(Clone, Copy, Debug)]
pub struct PowerLaw {
    /// Edges of each new neuron.
    pub m: u32,
    /// Probability that an edge after the first closes a triangle.
    pub p: f64,
    /// Whether an edge is one synapse, from the newer neuron to the older, rather than two.
    pub directed: bool,
}

impl Rule for PowerLaw {
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
        let n = ends.n_pre() as u32;
        let growth = Growth::star(self.m, self.expected(ends), stream.key(Purpose::Connect))?;
        let mut neighbours = Neighbours { of: vec![Vec::new(); n as usize], known: 0, open: Vec::new() };
        let edges = growth.grow(n, progress, |growth| {
            let mut chosen = None;
            for _ in 0..self.m {
                neighbours.learn(growth);
                let (chance, bits) = growth.draw();
                let triangle = chosen
                    .filter(|_| chance < self.p)
                    .and_then(|chosen| neighbours.open(growth, chosen, bits));
                match triangle {
                    Some(third) => growth.join(third),
                    None => chosen = Some(growth.join_by_edges(bits)),
                }
            }
        });
        Ok(Pattern::Whole(synapses(&edges, self.directed, ends)?))
    }
}

/// Draws among all neighbours before the open ones are looked for.
const TRIES: u32 = 8;

/// The neighbours of each neuron.
struct Neighbours {
    of: Vec<Vec<u32>>,
    /// Edges that are in `of`.
    known: usize,
    open: Vec<u32>,
}

impl Neighbours {
    fn learn(&mut self, growth: &Growth) {
        for &[a, b] in &growth.edges[self.known..] {
            self.of[a as usize].push(b);
            self.of[b as usize].push(a);
        }
        self.known = growth.edges.len();
    }

    /// A neighbour of `chosen` to whom the new neuron is not joined, drawn uniformly: a few times among all, most of whom are open where
    /// there are many, and then among those that are.
    fn open(&mut self, growth: &mut Growth, chosen: u32, mut bits: u64) -> Option<u32> {
        let all = &self.of[chosen as usize];
        for _ in 0..TRIES {
            let other = all[below(bits, all.len() as u32) as usize];
            if !growth.is_joined(other) {
                return Some(other);
            }
            bits = growth.draw().1;
        }
        self.open.clear();
        self.open.extend(all.iter().filter(|&&other| !growth.is_joined(other)));
        (!self.open.is_empty()).then(|| self.open[below(bits, self.open.len() as u32) as usize])
    }
}

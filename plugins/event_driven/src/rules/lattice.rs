//! Lattice: neighbours on a grid, for the rules that join them.
//!
//! Both populations lie on one grid. Past an edge there is nobody, or, with periodic sides, the neurons of the opposite edge.

use super::{ConnectError, Pattern, Progress, Rows, Rule, Stream};
use crate::ends::Ends;

/// Joins neighbours on a grid.
#[derive(Clone, Copy, Debug)]
pub struct Lattice {
    /// The name of the rule.
    pub name: &'static str,
    /// Who is a neighbour.
    pub neighbours: Neighbours,
    /// Whether a neuron meets itself, or the one at its own place in the other population.
    pub self_connections: bool,
}

/// Who is a neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbours {
    /// The next ones along each axis (von Neumann's).
    Axes,
    /// All within so many steps along every axis at once (Moore's).
    Box(u64),
}

impl Rule for Lattice {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        let rule = self.name;
        let [pre, post] = &ends.spaces;
        for (end, space) in [("pre", pre), ("post", post)] {
            if space.as_ref().is_none_or(|space| space.counts()[0] == 0 || space.channels > 1) {
                return Err(ConnectError::NoGrid { rule, end });
            }
        }
        let shape =
            |space: &Option<_>| space.as_ref().map(|s: &ecs_core::network::Space| (s.counts(), s.periodic));
        if shape(pre) == shape(post) { Ok(()) } else { Err(ConnectError::Grids { rule }) }
    }

    fn expected(&self, ends: &Ends) -> f64 {
        let Some(space) = &ends.spaces[0] else { return 0.0 };
        let counts = space.counts().map(|count| count as f64);
        let cells: f64 = counts.iter().product();
        // Pairs of places on one axis that are at most `reach` apart.
        let pairs = |count: f64, reach: f64| match space.periodic {
            true => count * (2.0 * reach + 1.0).min(count),
            false => {
                let reach = reach.min(count - 1.0);
                count * (2.0 * reach + 1.0) - reach * (reach + 1.0)
            }
        };
        let others = match self.neighbours {
            Neighbours::Axes => counts.iter().map(|&c| (pairs(c, 1.0) - c) * cells / c).sum(),
            Neighbours::Box(reach) => counts.iter().map(|&c| pairs(c, reach as f64)).product::<f64>() - cells,
        };
        let own = if self.self_connections { cells } else { 0.0 };
        // Of ranges: as if neighbours were anywhere.
        (others + own) * (ends.n_pre() as f64 / cells) * (ends.n_post() as f64 / cells)
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        _: Stream,
        _: usize,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        let space = ends.spaces[0].as_ref().ok_or(ConnectError::NoGrid { rule: self.name, end: "pre" })?;
        Ok(Pattern::Rows(Box::new(Places {
            lattice: self,
            ends,
            counts: space.counts(),
            periodic: space.periodic,
        })))
    }
}

struct Places<'a> {
    lattice: &'a Lattice,
    ends: &'a Ends,
    counts: [u64; 3],
    periodic: bool,
}

impl Places<'_> {
    /// Places on an axis that are at most `reach` from `place`, ascending, each once.
    fn near(&self, axis: usize, place: u64, reach: u64) -> Vec<u64> {
        let count = self.counts[axis];
        if reach >= count || self.periodic && 2 * reach + 1 >= count {
            return (0..count).collect();
        }
        if !self.periodic {
            return (place.saturating_sub(reach)..=(place + reach).min(count - 1)).collect();
        }
        let mut near: Vec<u64> = (0..=2 * reach).map(|step| (place + count + step - reach) % count).collect();
        near.sort_unstable();
        near
    }

    fn push(&self, [x, y, z]: [u64; 3], targets: &mut Vec<u32>) {
        let neuron = (x * self.counts[1] + y) * self.counts[2] + z;
        if self.ends.post.contains(&neuron) {
            targets.push(neuron as u32);
        }
    }
}

impl Rows for Places<'_> {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        let neuron = self.ends.pre.start + u64::from(row);
        let [_, second, third] = self.counts;
        let own = [neuron / (second * third), neuron / third % second, neuron % third];
        let first = targets.len();
        match self.lattice.neighbours {
            Neighbours::Axes => {
                self.push(own, targets);
                for axis in 0..3 {
                    for place in self.near(axis, own[axis], 1).into_iter().filter(|&place| place != own[axis])
                    {
                        let mut other = own;
                        other[axis] = place;
                        self.push(other, targets);
                    }
                }
            }
            Neighbours::Box(reach) => {
                let [xs, ys, zs] = [0, 1, 2].map(|axis| self.near(axis, own[axis], reach));
                for &x in &xs {
                    for &y in &ys {
                        zs.iter().for_each(|&z| self.push([x, y, z], targets));
                    }
                }
            }
        }
        targets[first..].sort_unstable();
        if !self.lattice.self_connections
            && let Ok(at) = targets[first..].binary_search(&(neuron as u32))
        {
            targets.remove(first + at);
        }
    }
}

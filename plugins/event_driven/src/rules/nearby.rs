//! Nearby: pairs joined independently of each other with a probability that never rises with distance.
//!
//! Post-neurons are sorted into the cells of a box. A row passes over the cells around its own; in each, candidates come with the
//! probability at the least distance of the two cells, and a candidate at distance d is taken with the ratio of its own probability
//! to that. The exponential gap to the next candidate is carried from cell to cell, so a row costs a draw for each candidate, and for a
//! cell without one a multiplication; nothing is paid for pairs out of reach.
//!
//! Draw j of row i is block (i, j) of `Connect`: the gap to candidate j is in its low half, whether it is taken in the high one.
//!
//! Source: Bringmann, Keusch & Lengler 2019, "Geometric inhomogeneous random graphs", Theor. Comput. Sci. 760, 35-54,
//! doi:10.1016/j.tcs.2018.08.014, section 4: cells, the bound of a pair of cells, and skipping by it.

use std::fmt::Debug;

use ecs_core::network::{Point, Space};
use ecs_core::number::{Num, Real};
use ecs_core::random::{Key, Purpose, exponential, pair, uniform};

use super::cells::Cells;
use super::{ConnectError, Pattern, Progress, Rows, Rule, Stream};
use crate::ends::Ends;

/// A probability that never rises with distance.
pub trait Kernel: Debug + Send + Sync {
    /// The probability at this distance, squared, mm².
    fn probability(&self, distance_squared: f64) -> f64;
    /// Name and value of the parameter that sets the scale, mm.
    fn length(&self) -> (&'static str, f64);
    /// The distance from which on it is 0, mm.
    fn reach(&self) -> f64;
    /// The probability at no distance.
    fn peak(&self) -> f64;
}

/// Every pair by its distance.
#[derive(Clone, Copy, Debug)]
pub struct Nearby<K> {
    /// The name of the rule.
    pub name: &'static str,
    /// The probability.
    pub kernel: K,
    /// Whether a neuron may meet itself.
    pub self_connections: bool,
}

/// Rows that an estimate looks at.
const SAMPLE: u64 = 256;
/// Pairs that it looks at, about.
const PAIRS: f64 = 2e6;

/// The spaces of both ends, where they have such.
fn spaces<'a>(rule: &'static str, ends: &'a Ends) -> Result<[&'a Space; 2], ConnectError> {
    let of = |end, space: &'a Option<Space>| space.as_ref().ok_or(ConnectError::NoSpace { rule, end });
    Ok([of("pre", &ends.spaces[0])?, of("post", &ends.spaces[1])?])
}

impl<K: Kernel> Rule for Nearby<K> {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        let rule = self.name;
        let (name, found) = self.kernel.length();
        if !(found > 0.0 && found.is_finite()) {
            return Err(ConnectError::Length { rule, name, found });
        }
        if !(0.0..=1.0).contains(&self.kernel.peak()) {
            return Err(ConnectError::Probability { rule, found: self.kernel.peak() });
        }
        let [pre, post] = spaces(rule, ends)?;
        if pre.agrees(post) { Ok(()) } else { Err(ConnectError::Spaces { rule }) }
    }

    /// From a sample of rows and, in large populations, of columns: good to some per cent.
    fn expected(&self, ends: &Ends) -> f64 {
        let Ok([pre, post]) = spaces(self.name, ends) else { return 0.0 };
        let (n_pre, n_post) = (ends.n_pre(), ends.n_post());
        if n_pre == 0 || n_post == 0 || !pre.agrees(post) || self.kernel.length().1.is_nan() {
            return 0.0;
        }
        let key = Key::new(0, 0, Purpose::Select);
        // The first of a shuffled order would do as well, but not for numbers that nobody can shuffle.
        let some = |of: &std::ops::Range<u64>, most: u64, step: u64| -> Vec<u64> {
            let n = of.end - of.start;
            match n <= most {
                true => of.clone().collect(),
                false => (0..most).map(|k| of.start + (key.uniform(k, step) * n as f64) as u64).collect(),
            }
        };
        let share: f64 =
            (0..post.axes).map(|axis| (2.0 * self.kernel.reach() / post.extent[axis]).min(1.0)).product();
        let most = (PAIRS / (SAMPLE as f64 * share)).clamp(1000.0, 3e5) as u64;
        let (rows, columns) = (some(&ends.pre, SAMPLE, 0), some(&ends.post, most, 1));
        let cells = Cells::new([pre, post], &columns, self.kernel.length().1, self.kernel.reach());
        let mut sum = 0.0;
        for &row in &rows {
            let place = pre.position(row);
            cells.around(place, |_, inside| {
                sum += inside
                    .map(|at| self.kernel.probability(pre.distance_squared(place, cells.places[at])))
                    .sum::<f64>();
            });
        }
        let all = sum * (n_pre as f64 / rows.len() as f64) * (n_post as f64 / columns.len() as f64);
        let own = if self.self_connections { 0.0 } else { self.kernel.peak() * ends.self_pairs() as f64 };
        (all - own).max(0.0)
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        _: usize,
        _: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        let [pre, post] = spaces(self.name, ends)?;
        let columns: Vec<u64> = ends.post.clone().collect();
        let cells = Cells::new([pre, post], &columns, self.kernel.length().1, self.kernel.reach());
        let hazards =
            cells.steps.iter().map(|step| Hazard::new(self.kernel.probability(step.least))).collect();
        let key = stream.key(Purpose::Connect);
        Ok(Pattern::Rows(Box::new(Around { rule: self, ends, space: pre, cells, hazards, key })))
    }
}

/// Candidates of a pair of cells: each comes with probability `p`, and no gap holds more than `rate` to the candidate.
#[derive(Clone, Copy)]
struct Hazard {
    rate: f64,
    p: f64,
}

impl Hazard {
    /// For candidates that are taken with a probability of at most `p`.
    fn new(p: f64) -> Self {
        // A rate a little above -ln(1 - p), so that rounding never makes the candidates too few.
        let rate = if p > 1e-3 { -Num(1.0 - p).ln().0 } else { p * (1.0 + p) } * (1.0 + 1e-9);
        if p < 1.0 { Self { rate, p: -Num(-rate).expm1().0 } } else { Self { rate: f64::INFINITY, p: 1.0 } }
    }
}

struct Around<'a, K> {
    rule: &'a Nearby<K>,
    ends: &'a Ends,
    space: &'a Space,
    cells: Cells,
    /// One for each step of `cells`.
    hazards: Vec<Hazard>,
    key: Key,
}

/// Draws of a row, and what is left of the gap to the next candidate.
struct Gaps {
    key: Key,
    row: u64,
    draw: u64,
    left: f64,
    /// Decides about the candidate.
    chance: f64,
}

impl Gaps {
    #[inline(always)]
    fn next(&mut self) {
        let [a, b, c, d] = self.key.block(self.row, self.draw);
        self.draw += 1;
        self.left = exponential(pair(a, b));
        self.chance = uniform(pair(c, d));
    }
}

impl<K: Kernel> Around<'_, K> {
    /// The targets among the neurons of one cell.
    #[inline(always)]
    fn cell(
        &self,
        place: Point,
        hazard: Hazard,
        inside: std::ops::Range<usize>,
        gaps: &mut Gaps,
        targets: &mut Vec<u32>,
    ) {
        let mut at = inside.start;
        while at < inside.end {
            let here = (inside.end - at) as f64 * hazard.rate;
            if gaps.left >= here {
                gaps.left -= here;
                return;
            }
            at += ((gaps.left / hazard.rate) as usize).min(inside.end - at - 1);
            let distance = self.space.distance_squared(place, self.cells.places[at]);
            if gaps.chance * hazard.p < self.rule.kernel.probability(distance) {
                targets.push(self.cells.neurons[at]);
            }
            gaps.next();
            at += 1;
        }
    }
}

impl<K: Kernel> Rows for Around<'_, K> {
    fn row(&self, row: u32, targets: &mut Vec<u32>) {
        let neuron = self.ends.pre.start + u64::from(row);
        let place = self.space.position(neuron);
        let mut gaps = Gaps { key: self.key, row: row.into(), draw: 0, left: 0.0, chance: 0.0 };
        gaps.next();
        let first = targets.len();
        self.cells.around(place, |step, inside| {
            self.cell(place, self.hazards[step], inside, &mut gaps, targets);
        });
        targets[first..].sort_unstable();
        if !self.rule.self_connections
            && self.ends.recurrent
            && let Ok(at) = targets[first..].binary_search(&(neuron as u32))
        {
            targets.remove(first + at);
        }
    }
}

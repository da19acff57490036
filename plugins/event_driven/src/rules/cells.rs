//! Cells: neurons sorted by place, so that those around a place are found without looking at the others.

use std::ops::Range;

use ecs_core::network::{Point, Space};

/// Neurons of a cell, about, below which smaller cells cost more than they save.
const FEW: f64 = 3.0;
/// Cells along the scale of a kernel: finer ones bound its probability closer.
const FINE: f64 = 4.0;

/// Neurons by cell.
pub(super) struct Cells {
    /// Neurons, cell after cell; `[neuron]`.
    pub neurons: Vec<u32>,
    /// Their places; `[neuron]`.
    pub places: Vec<Point>,
    /// Cells that may hold neurons within reach, by their place relative to the own cell.
    pub steps: Vec<Step>,
    /// Where cells begin, and the number of neurons; `[cell + 1]`.
    first: Vec<u32>,
    counts: [i64; 3],
    origin: Point,
    side: Point,
    periodic: bool,
}

/// A cell relative to another.
pub(super) struct Step {
    way: [i64; 3],
    /// The least distance between two neurons of such cells, squared.
    pub least: f64,
}

impl Cells {
    /// Sorts `columns`, neurons of the second space, by their place. Distances are asked for from places of both spaces, up to `reach`; what
    /// is asked for changes over `scale`.
    pub fn new([pre, post]: [&Space; 2], columns: &[u64], scale: f64, reach: f64) -> Self {
        let low = |axis: usize| pre.origin[axis].min(post.origin[axis]);
        let end = |space: &Space, axis: usize| space.origin[axis] + space.extent[axis];
        let extent = [0, 1, 2].map(|axis| end(pre, axis).max(end(post, axis)) - low(axis));
        let counts = counts(extent, scale / FINE, (columns.len() as f64 / FEW).max(1.0));
        let side = [0, 1, 2].map(|axis| extent[axis] / counts[axis] as f64);
        let (origin, periodic) = ([0, 1, 2].map(low), pre.periodic);
        let mut cells = Self {
            neurons: vec![0; columns.len()],
            places: vec![[0.0; 3]; columns.len()],
            steps: steps(counts, side, periodic, reach),
            first: vec![0; counts.iter().product::<i64>() as usize + 1],
            counts,
            origin,
            side,
            periodic,
        };
        cells.sort(post, columns);
        cells
    }

    /// By counting, so that neurons stay in order inside a cell.
    fn sort(&mut self, space: &Space, columns: &[u64]) {
        let places: Vec<Point> = columns.iter().map(|&neuron| space.position(neuron)).collect();
        let of: Vec<usize> = places.iter().map(|&place| self.index(self.own(place))).collect();
        of.iter().for_each(|&cell| self.first[cell + 1] += 1);
        for cell in 1..self.first.len() {
            self.first[cell] += self.first[cell - 1];
        }
        let mut next = self.first.clone();
        for ((&neuron, place), cell) in columns.iter().zip(places).zip(of) {
            let at = next[cell] as usize;
            (self.neurons[at], self.places[at]) = (neuron as u32, place);
            next[cell] += 1;
        }
    }

    fn own(&self, place: Point) -> [i64; 3] {
        [0, 1, 2].map(|axis| match self.side[axis] > 0.0 {
            true => {
                (((place[axis] - self.origin[axis]) / self.side[axis]) as i64).clamp(0, self.counts[axis] - 1)
            }
            false => 0,
        })
    }

    fn index(&self, [x, y, z]: [i64; 3]) -> usize {
        ((x * self.counts[1] + y) * self.counts[2] + z) as usize
    }

    /// Calls `visit` with the number of the step and the positions of its neurons, for every cell around `place`.
    #[inline(always)]
    pub fn around(&self, place: Point, mut visit: impl FnMut(usize, Range<usize>)) {
        let own = self.own(place);
        'steps: for (number, step) in self.steps.iter().enumerate() {
            let mut cell = [0; 3];
            for axis in 0..3 {
                let (at, count) = (own[axis] + step.way[axis], self.counts[axis]);
                cell[axis] = match at {
                    _ if (0..count).contains(&at) => at,
                    _ if !self.periodic => continue 'steps,
                    _ if at < 0 => at + count,
                    _ => at - count,
                };
            }
            let cell = self.index(cell);
            visit(number, self.first[cell] as usize..self.first[cell + 1] as usize);
        }
    }
}

/// Cells along each axis: `wanted` long where they do not get more than `most`, and larger otherwise.
fn counts(extent: Point, mut wanted: f64, most: f64) -> [i64; 3] {
    loop {
        let counts = extent.map(|side| (side / wanted).clamp(1.0, 1e9).floor());
        if counts.iter().product::<f64>() <= most {
            return counts.map(|count| count as i64);
        }
        wanted *= 1.25;
    }
}

/// Steps to every cell that can be within reach, each cell once.
fn steps(counts: [i64; 3], side: Point, periodic: bool, reach: f64) -> Vec<Step> {
    let ways = [0, 1, 2].map(|axis| {
        let (count, most) = (counts[axis], (reach / side[axis]).min(1e9) as i64 + 1);
        match periodic {
            true => (-most).max(-(count - 1) / 2)..=most.min(count / 2),
            false => (-most).max(1 - count)..=most.min(count - 1),
        }
    });
    let apart = |way: i64, axis: usize| (way.abs() - 1).max(0) as f64 * side[axis];
    let mut steps = Vec::new();
    for x in ways[0].clone() {
        for y in ways[1].clone() {
            for z in ways[2].clone() {
                let way = [x, y, z];
                let least: f64 = [0, 1, 2].map(|axis| apart(way[axis], axis).powi(2)).iter().sum();
                if least <= reach * reach {
                    // A little less, for places that rounding puts into the next cell.
                    steps.push(Step { way, least: least * (1.0 - 1e-9) });
                }
            }
        }
    }
    steps
}

//! Space: where the neurons of a population lie.
//!
//! Positions are functions of the neuron's number, so that a population of any size has them at no cost; only those from a data
//! file are held.

use std::sync::Arc;

use crate::random::Key;

/// A place in mm. Axes that a space does not have are zero everywhere.
pub type Point = [f64; 3];

/// A box with neurons in it. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    /// How neurons lie in it.
    pub placement: Placement,
    /// Axes it has: 1 to 3.
    pub axes: usize,
    /// Its lowest corner, mm.
    pub origin: Point,
    /// Lengths of its sides, mm.
    pub extent: Point,
    /// Whether opposite sides are one: what leaves at one comes in at the other.
    pub periodic: bool,
    /// Neurons at each place of a grid, of which the last index runs fastest; 1 elsewhere.
    pub channels: u64,
}

/// How neurons lie in a box.
#[derive(Clone, Debug, PartialEq)]
pub enum Placement {
    /// At the centres of equal cells; neurons along each axis, 1 along those that are not there. The last axis runs fastest,
    /// as in NumPy.
    Grid([u64; 3]),
    /// Anywhere with equal chance: coordinate k of neuron i is draw (i, k) of this stream.
    Random(Key),
    /// As listed, `[neuron]`.
    Listed(Arc<[Point]>),
}

impl Space {
    /// Where a neuron lies.
    ///
    /// # Panics
    /// If positions are listed and this one is not.
    #[inline]
    #[must_use]
    pub fn position(&self, neuron: u64) -> Point {
        match &self.placement {
            Placement::Grid(_) => {
                let (cell, counts) = (self.cell(neuron), self.counts());
                self.along(|axis| (cell[axis] as f64 + 0.5) / counts[axis] as f64)
            }
            Placement::Random(key) => self.along(|axis| key.uniform(neuron, axis as u64)),
            Placement::Listed(positions) => positions[neuron as usize],
        }
    }

    #[inline]
    fn along(&self, share: impl Fn(usize) -> f64) -> Point {
        [0, 1, 2].map(|axis| {
            if axis < self.axes { self.origin[axis] + share(axis) * self.extent[axis] } else { 0.0 }
        })
    }

    /// Neurons along each axis of a grid; where there is none, 0.
    #[inline]
    #[must_use]
    pub fn counts(&self) -> [u64; 3] {
        if let Placement::Grid(counts) = self.placement { counts } else { [0; 3] }
    }

    /// Place of a neuron of a grid along each axis.
    #[inline]
    #[must_use]
    pub fn cell(&self, neuron: u64) -> [u64; 3] {
        let [_, second, third] = self.counts().map(|count| count.max(1));
        let neuron = neuron / self.channels;
        [neuron / (second * third), neuron / third % second, neuron % third]
    }

    /// The shortest way from `a` to `b` along each axis, mm.
    #[inline]
    #[must_use]
    pub fn way(&self, a: Point, b: Point) -> Point {
        [0, 1, 2].map(|axis| {
            let (way, side) = (b[axis] - a[axis], self.extent[axis]);
            if self.periodic && way > 0.5 * side {
                way - side
            } else if self.periodic && way < -0.5 * side {
                way + side
            } else {
                way
            }
        })
    }

    /// Distance of two places of this box, squared, mm².
    #[inline]
    #[must_use]
    pub fn distance_squared(&self, a: Point, b: Point) -> f64 {
        let [x, y, z] = self.way(a, b);
        x * x + y * y + z * z
    }

    /// Whether distances to the neurons of another space make sense: both have the same axes and either no periodic sides or the same
    /// ones.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let periodic = self.periodic || other.periodic;
        let same = self.periodic == other.periodic && self.extent == other.extent;
        self.axes == other.axes && (!periodic || same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn grid(counts: [u64; 3], axes: usize, periodic: bool) -> Space {
        let extent = counts.map(|count| if count > 1 { 2.0 * count as f64 } else { 0.0 });
        Space { placement: Placement::Grid(counts), axes, origin: [0.0; 3], extent, periodic, channels: 1 }
    }

    #[test]
    fn a_grid_counts_along_its_last_axis_first() {
        let plane = grid([3, 4, 1], 2, false);
        assert_eq!((plane.cell(0), plane.cell(1), plane.cell(11)), ([0, 0, 0], [0, 1, 0], [2, 3, 0]));
        assert_eq!((plane.position(0), plane.position(11)), ([1.0, 1.0, 0.0], [5.0, 7.0, 0.0]));
    }

    #[test]
    fn periodic_sides_shorten_ways() {
        let (open, ring) = (grid([10, 1, 1], 1, false), grid([10, 1, 1], 1, true));
        let ends = |space: &Space| space.distance_squared(space.position(0), space.position(9)).sqrt();
        assert_eq!((ends(&open), ends(&ring)), (18.0, 2.0));
        assert!(!open.agrees(&ring) && open.agrees(&grid([4, 1, 1], 1, false)));
    }

    #[test]
    fn random_places_fill_the_box() {
        let placement = Placement::Random(Key::new(3, 0, Purpose::Position));
        let extent = [2.0, 4.0, 0.0];
        let space =
            Space { placement, axes: 2, origin: [-1.0, 0.0, 0.0], extent, periodic: false, channels: 1 };
        let n = 10_000;
        let mean = |axis: usize| (0..n).map(|i| space.position(i)[axis]).sum::<f64>() / n as f64;
        // Standard error of a mean: side / sqrt(12 n); 5 of them.
        assert!(mean(0).abs() < 5.0 * 2.0 / (12.0 * n as f64).sqrt(), "{}", mean(0));
        assert!((mean(1) - 2.0).abs() < 5.0 * 4.0 / (12.0 * n as f64).sqrt(), "{}", mean(1));
        assert_eq!(mean(2), 0.0);
    }
}

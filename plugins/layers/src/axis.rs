//! Axis: which places along one axis of a grid a window joins, and by which of its taps. Layers are products of axes.
//!
//! ```text
//! from = to · stride − padding + tap · dilation      tap = 0 … kernel − 1
//! places behind = ⌊(places − dilation (kernel − 1) − 1 + 2 padding) / stride⌋ + 1
//! ```
//!
//! Source: Dumoulin & Visin (2016), "A guide to convolution arithmetic for deep learning", <https://arxiv.org/abs/1603.07285>,
//! relationships 6, 12 and 14; as `torch.nn.ConvNd`, `ConvTransposeNd` and `AdaptiveAvgPoolNd`.

use ecs_core::network::stencil::Join;

/// A window that moves along every axis.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Taps along an axis.
    pub kernel: u64,
    /// Places from one position of the window to the next.
    pub stride: u64,
    /// Empty places before the first and behind the last.
    pub padding: u64,
    /// Places from one tap to the next.
    pub dilation: u64,
}

/// Joins along one axis: (from, tap, to).
#[derive(Clone, Debug)]
pub struct Axis {
    /// Places of senders and of receivers.
    pub places: [u64; 2],
    /// Taps.
    pub taps: u64,
    /// In any order.
    pub joins: Vec<[u64; 3]>,
}

impl Window {
    /// The places along an axis that the window has positions for; none where it is longer than the axis.
    pub fn positions(&self, places: u64) -> u64 {
        let (axis, length) = (places + 2 * self.padding, self.dilation * (self.kernel - 1) + 1);
        if axis < length { 0 } else { (axis - length) / self.stride + 1 }
    }

    /// The least number of places along an axis that has so many positions.
    pub fn places(&self, positions: u64) -> u64 {
        let all = (positions - 1) * self.stride + self.dilation * (self.kernel - 1) + 1;
        all.saturating_sub(2 * self.padding)
    }

    /// What each position sees.
    pub fn convolution(&self, places: [u64; 2]) -> Axis {
        let mut joins = Vec::new();
        for to in 0..places[1] {
            for tap in 0..self.kernel {
                let from = (to * self.stride + tap * self.dilation).checked_sub(self.padding);
                joins.extend(from.filter(|from| *from < places[0]).map(|from| [from, tap, to]));
            }
        }
        Axis { places, taps: self.kernel, joins }
    }

    /// The same the other way round: what each position gives.
    pub fn transposed(&self, [from, to]: [u64; 2]) -> Axis {
        let mut axis = self.convolution([to, from]);
        axis.places.reverse();
        axis.joins.iter_mut().for_each(|join| join.reverse());
        axis
    }
}

impl Axis {
    /// Windows that part the places as evenly as can be, each with a tap of its own: that of position k runs from ⌊k from / to⌋ to
    /// ⌈(k + 1) from / to⌉.
    pub fn adaptive(places: [u64; 2]) -> Self {
        let [from, to] = places;
        let window = |k: u64| (k * from / to)..((k + 1) * from).div_ceil(to);
        let joins = (0..to).flat_map(|k| window(k).map(move |from| [from, k, k])).collect();
        Self { places, taps: to, joins }
    }

    /// How many places each tap is met by at one position: the length of an adaptive window.
    pub fn lengths(&self) -> Vec<u64> {
        let mut lengths = vec![0; self.taps as usize];
        self.joins.iter().for_each(|[_, tap, _]| lengths[*tap as usize] += 1);
        lengths
    }
}

/// The joins of a grid, `[place of senders]`; of the axes the last runs fastest, for places and for taps.
pub fn product(axes: &[Axis]) -> Vec<Vec<Join>> {
    let mut all = vec![vec![Join { tap: 0, place: 0 }]];
    for axis in axes {
        let mut rows = vec![Vec::new(); axis.places[0] as usize];
        axis.joins.iter().for_each(|[from, tap, to]| rows[*from as usize].push((*tap as u32, *to as u32)));
        let (taps, places) = (axis.taps as u32, axis.places[1] as u32);
        let longer = |before: &[Join], row: &[(u32, u32)]| {
            let along = |join: &Join| {
                let Join { tap, place } = *join;
                row.iter().map(move |(t, p)| Join { tap: tap * taps + t, place: place * places + p })
            };
            before.iter().flat_map(along).collect()
        };
        all = all.iter().flat_map(|before| rows.iter().map(|row| longer(before, row))).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_have_the_positions_of_the_guide() {
        // Its figures 2.1 to 2.7: (places, kernel, stride, padding) and positions.
        for ((places, kernel, stride, padding), positions) in [
            ((4, 3, 1, 0), 2),
            ((5, 4, 1, 2), 6),
            ((5, 3, 1, 1), 5),
            ((5, 3, 1, 2), 7),
            ((5, 3, 2, 0), 2),
            ((5, 3, 2, 1), 3),
            ((6, 3, 2, 1), 3),
        ] {
            let window = Window { kernel, stride, padding, dilation: 1 };
            assert_eq!(window.positions(places), positions);
            let least = window.places(positions);
            assert!(least <= places && window.positions(least) == positions);
        }
        // Figure 5.1: a kernel of 3, dilated by 2, over 7 places.
        assert_eq!(Window { kernel: 3, stride: 1, padding: 0, dilation: 2 }.positions(7), 3);
        assert_eq!(Window { kernel: 9, stride: 1, padding: 0, dilation: 1 }.positions(7), 0);
    }

    #[test]
    fn adaptive_windows_cover_all_places_and_overlap_where_they_must() {
        let axis = Axis::adaptive([7, 3]);
        // ⌊7k/3⌋ to ⌈7(k+1)/3⌉: 0..3, 2..5, 4..7.
        assert_eq!(axis.lengths(), [3, 3, 3]);
        let of = |k: u64| axis.joins.iter().filter(|j| j[2] == k).map(|j| j[0]).collect::<Vec<_>>();
        assert_eq!([of(0), of(1), of(2)], [[0, 1, 2], [2, 3, 4], [4, 5, 6]]);
    }
}

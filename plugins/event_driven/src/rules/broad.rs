//! Neurons that are chosen unequally: with chances that follow a log-normal law.
//!
//! The chance of neuron i is exp(sigma z_i) over the sum of all, z_i standard normal from draw (i, end) of `Select` behind
//! those that count synapses. Drawing takes one 64-bit number: its upper half names a column, its lower half one of the two
//! neurons in it.
//!
//! Source: alias method, Vose 1991, IEEE Trans. Softw. Eng. 17, 972-975, doi:10.1109/32.92917.

use ecs_core::random::{Key, below, normal};

use super::ConnectError;
use super::error::with_room;

/// Index of `Select` from which chances are drawn; counting never comes so far.
const CHANCES: u64 = 1 << 62;

/// Neurons with chances of their own.
#[derive(Debug)]
pub(super) struct Chances {
    /// For each column, how many of 2^32 draws go to its own neuron, and who takes the others.
    columns: Vec<(u32, u32)>,
}

impl Chances {
    /// Those of `n` neurons at one end (0 or 1); `None` where all are alike.
    pub fn new(key: Key, end: u64, n: u64, sigma: f64) -> Result<Option<Self>, ConnectError> {
        if sigma == 0.0 {
            return Ok(None);
        }
        let mut heights = with_room::<f64>(n)?;
        heights.extend((0..n).map(|i| (sigma * normal(key.bits(CHANCES + i, end))).exp()));
        let scale = n as f64 / heights.iter().sum::<f64>();
        heights.iter_mut().for_each(|height| *height *= scale);
        let mut columns = with_room::<(u32, u32)>(n)?;
        columns.extend((0..n as u32).map(|i| (u32::MAX, i)));
        let (mut low, mut high): (Vec<u32>, Vec<u32>) =
            (0..n as u32).partition(|i| heights[*i as usize] < 1.0);
        while let (Some(small), Some(&large)) = (low.pop(), high.last()) {
            let height = heights[small as usize];
            columns[small as usize] = ((height * f64::from(u32::MAX)) as u32, large);
            heights[large as usize] -= 1.0 - height;
            if heights[large as usize] < 1.0 {
                low.extend(high.pop());
            }
        }
        Ok(Some(Self { columns }))
    }

    /// The neuron that these random bits choose.
    #[inline(always)]
    pub fn choose(&self, bits: u64) -> u32 {
        let column = below(bits, self.columns.len() as u32);
        let (own, other) = self.columns[column as usize];
        // `below` looks at the upper bits first; the lower half is as good as independent of the column.
        if (bits as u32) <= own { column } else { other }
    }
}

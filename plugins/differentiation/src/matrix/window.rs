//! Window: the neurons near enough to threshold that their spikes, fired or not, have a derivative.

use ecs_core::dispatch;
use ecs_core::number::{Float, Num, Real};

/// The most replicas of a group, a bit for each in [`Window::replicas`].
pub const REPLICAS: usize = 8;

/// Neurons in the window of the surrogate, in a step.
#[derive(Debug, Default)]
pub struct Window {
    /// Them, as indices of a column `[replica, neuron]`, ascending.
    pub cells: Vec<u32>,
    /// The replicas in which each neuron is in the window, a bit for each, `[neuron]`.
    pub replicas: Vec<u8>,
}

/// A column and what is found in it.
struct Look<'a, T> {
    column: &'a [T],
    window: &'a mut Window,
}

dispatch!(
    fn find<T: Float>(look: &mut Look<'_, T>)
    where
        Num<T>: Real,
    {
        const TILE: usize = 64;
        let Window { cells, replicas } = look.window;
        let n = replicas.len();
        for (r, column) in look.column.chunks_exact(n).enumerate() {
            for (t, tile) in column.chunks(TILE).enumerate() {
                if tile.iter().fold(false, |any, x| any | (*x != T::default())) {
                    for (k, x) in (t * TILE..).zip(tile) {
                        if *x != T::default() {
                            cells.push((r * n + k) as u32);
                            replicas[k] |= 1 << r;
                        }
                    }
                }
            }
        }
    }
);

impl Window {
    /// Room for the neurons of a population in so many replicas.
    pub fn new(neurons: usize, replicas: usize) -> Self {
        Self { cells: Vec::with_capacity(neurons * replicas), replicas: vec![0; neurons] }
    }

    /// Those of a list, indices of a column `[replica, neuron]` in any order, of so many neurons.
    pub fn choose(&mut self, cells: impl Iterator<Item = u32>, neurons: usize) {
        self.cells.clear();
        self.cells.extend(cells);
        self.cells.sort_unstable();
        self.cells.dedup();
        self.replicas.clear();
        self.replicas.resize(neurons, 0);
        for cell in &self.cells {
            self.replicas[*cell as usize % neurons] |= 1 << (*cell as usize / neurons);
        }
    }

    /// Nobody.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.replicas.fill(0);
    }

    /// All neurons of one replica.
    pub fn all(neurons: usize) -> Self {
        Self { cells: (0..neurons as u32).collect(), replicas: vec![1; neurons] }
    }

    /// Those whose derivative, `[replica, neuron]`, is not zero.
    pub fn look<T: Float>(&mut self, column: &[T])
    where
        Num<T>: Real,
    {
        self.clear();
        find(ecs_core::model::instructions())(&mut Look { column, window: self });
    }
}

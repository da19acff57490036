//! Dense: a full matrix of weights, one row after the other.

use ecs_core::network::{Arrivals, Inbox, Operator, Target, Transfer, Wire};

use crate::csr::{Csr, Weights};
use crate::ends::Ends;

/// A matrix `[pre, post]`; pairs that are not connected have weight zero.
pub struct Dense {
    ends: Ends,
    weights: Weights,
    delay: u32,
    synapses: u64,
    /// Whether neurons that are at both ends meet themselves.
    diagonal: bool,
}

impl Dense {
    /// The matrix of all-to-all synapses; `csr` holds every pair of `ends` but those on the diagonal that are left out.
    ///
    /// # Panics
    /// If all synapses share one weight, or have delays of their own: those have operators of their own.
    pub fn new(csr: &Csr, ends: &Ends) -> Self {
        let width = ends.n_post() as usize;
        let at = |row: u32, post: usize| row as usize * width + post - ends.post.start as usize;
        let place = |set: &mut dyn FnMut(usize, usize)| {
            for row in 0..csr.n_pre {
                csr.row(row).for_each(|k| set(at(row, csr.targets.at(k) as usize), k));
            }
        };
        let cells = ends.n_pre() as usize * width;
        let weights = match &csr.weights {
            Weights::Shared(_) => panic!("a shared weight needs no matrix"),
            Weights::F32(each) => {
                let mut matrix = vec![0.0; cells];
                place(&mut |cell, k| matrix[cell] = each[k]);
                Weights::F32(matrix)
            }
            Weights::F64(each) => {
                let mut matrix = vec![0.0; cells];
                place(&mut |cell, k| matrix[cell] = each[k]);
                Weights::F64(matrix)
            }
        };
        let diagonal = csr.synapses() == cells as u64;
        Self { ends: ends.clone(), weights, delay: csr.max_delay(), synapses: csr.synapses(), diagonal }
    }

    fn weight(&self, cell: usize) -> f64 {
        match &self.weights {
            Weights::Shared(w) => *w,
            Weights::F32(each) => f64::from(each[cell]),
            Weights::F64(each) => each[cell],
        }
    }

    /// Calls `f` with every pair that is connected, and its cell.
    fn each(&self, mut f: impl FnMut(usize, usize, usize)) {
        let mut cell = 0;
        for i in self.ends.pre.clone() {
            for j in self.ends.post.clone() {
                if self.diagonal || i != j {
                    f(i as usize, j as usize, cell);
                }
                cell += 1;
            }
        }
    }
}

impl Operator for Dense {
    fn deliver(&self, _: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let base = target.offset(0);
        let (first, width) = (target.first as usize, self.ends.n_post() as usize);
        let start = (self.ends.post.start as usize).max(first);
        let end = (self.ends.post.end as usize).min(first + target.neurons);
        if start >= end {
            return;
        }
        let pre = self.ends.pre.start as u32..self.ends.pre.end as u32;
        for (spike, gain) in spikes.of(pre.clone()).each() {
            let row = (spike - pre.start) as usize * width + start - self.ends.post.start as usize;
            let cells = base + start - first..base + end - first;
            match (&mut target.inbox, &self.weights) {
                (Inbox::Sum32(sums), Weights::F32(w)) => {
                    sums[cells].iter_mut().zip(&w[row..]).for_each(|(sum, w)| *sum += w * gain as f32);
                }
                (Inbox::Sum64(sums), _) => {
                    sums[cells].iter_mut().zip(row..).for_each(|(sum, k)| *sum += self.weight(k) * gain);
                }
                _ => unreachable_inbox(),
            }
        }
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.each(|i, j, k| post[j] += pre[i] * self.weight(k) as f32);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.each(|i, j, k| pre[i] += post[j] * self.weight(k) as f32);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        let mut synapse = 0;
        self.each(|i, j, _| {
            add(synapse, pre[i] * post[j]);
            synapse += 1;
        });
    }

    fn wires(&self, add: &mut dyn FnMut(Wire)) -> bool {
        let delay = self.delay;
        self.each(|i, j, k| add(Wire { pre: i as u32, post: j as u32, weight: self.weight(k), delay }));
        true
    }

    fn transfer(&self) -> Transfer {
        let bytes = match &self.weights {
            Weights::Shared(_) => 0,
            Weights::F32(each) => size_of_val(&each[..]),
            Weights::F64(each) => size_of_val(&each[..]),
        };
        Transfer {
            synapses: self.synapses,
            bytes: bytes as u64,
            shared_weight: None,
            most_per_neuron: self.ends.n_pre(),
            delay: self.delay,
            own_delays: false,
        }
    }
}

/// Weights that differ are summed, in the precision of the run, because `transfer` says so.
#[cold]
fn unreachable_inbox() -> ! {
    panic!("a matrix of weights delivers to sums of its precision")
}

//! Shared: synapses that share weights, as those of a convolution do.

use ecs_core::network::Tied;
use ecs_core::network::stencil::{Gather, Grow, Scatter, Stencil, gather, grow, scatter};
use ecs_core::number::{Float, Num, Real};
use std::sync::Arc;

use super::{Fired, Layout, Matrix, Window};

/// Synapses that share weights.
#[derive(Clone, Debug)]
pub struct Shared {
    pub stencil: Arc<Stencil>,
    /// Whether the weights may be learned.
    pub learned: bool,
}

impl<T: Float> Matrix<T>
where
    Num<T>: Real,
{
    /// The matrix of synapses that share weights, all with this delay in steps.
    pub fn shared(tied: Tied, delay: usize) -> Self {
        let Tied { stencil, weights, learned } = tied;
        let [pre, post] = stencil.sizes();
        let weights = weights.into_iter().map(T::of).collect();
        let layout = Layout::Shared(Shared { stencil, learned });
        Self { pre, post, delay, weights, layout, level: ecs_core::model::instructions() }
    }

    /// [`Matrix::forward`] of spikes that have their delay behind them, by single or double numbers.
    pub(super) fn forward_shared<B: Float>(&self, of: &Shared, (fired, by): (&[u32], &[B]), to: &mut [T]) {
        let (stencil, weights, receivers) = (&*of.stencil, &self.weights[..], 0..self.post);
        scatter(self.level)(&Scatter { stencil, weights, fired, by, receivers }, to);
    }

    /// [`Matrix::transposed`] of what is felt now.
    pub(super) fn transposed_shared(&self, of: &Shared, window: &Window, vectors: &[T], to: &mut [T]) {
        let (stencil, weights, wanted) = (&*of.stencil, &self.weights[..], &window.cells[..]);
        gather(self.level)(&Gather { stencil, weights, wanted, vectors }, to);
    }

    /// [`Matrix::gradient`] of what is felt now.
    pub(super) fn gradient_shared(&self, of: &Shared, fired: Fired<'_, T>, vector: &[T], to: &mut [T]) {
        let (stencil, Fired { neurons: fired, by }) = (&*of.stencil, fired);
        grow(self.level)(&Grow { stencil, fired, by, vector }, to);
    }

    /// Whether its weights are those of several synapses each.
    pub fn is_shared(&self) -> bool {
        matches!(self.layout, Layout::Shared(_))
    }

    /// The shape of its weights: `[sender, receiver]` where it is dense, `[tap, channel, channel]` where they are shared; a list otherwise.
    pub fn shape(&self) -> Vec<usize> {
        match &self.layout {
            Layout::Dense { senders, receivers, .. } => vec![senders.len(), receivers.len()],
            Layout::Shared(of) => of.stencil.shape().to_vec(),
            _ => vec![self.weights.len()],
        }
    }

    /// Synapses.
    pub fn count(&self) -> u64 {
        match &self.layout {
            Layout::Shared(of) => of.stencil.synapses(),
            _ => self.synapses().len() as u64,
        }
    }
}

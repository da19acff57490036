//! Gauss: standard normal numbers, one for each neuron and draw, or one for all neurons.

use ecs_core::network::StimulusPlan;
use ecs_core::random::{Distribution, Key, Purpose, Sampler};

/// Neurons whose numbers are drawn together, and the bits that hold the number of such a block.
const BLOCK: usize = 64;
const BLOCK_BITS: u32 = 26;
const NORMAL: Distribution =
    Distribution::Normal { mean: 0.0, sd: 1.0, min: f64::NEG_INFINITY, max: f64::INFINITY };

/// The stream of a stimulus.
pub(crate) struct Gauss {
    key: Key,
    normal: Sampler,
    /// Whether all neurons get the same number.
    shared: bool,
}

impl Gauss {
    pub(crate) fn new(plan: &StimulusPlan, shared: bool) -> Self {
        let key = Key::new(plan.clock.seed, plan.stream, Purpose::Noise);
        Self { key, normal: NORMAL.sampler(), shared }
    }

    /// The numbers of a draw, by neuron; ascending neurons are the fast way.
    pub(crate) fn draw(&self, draw: u64) -> impl FnMut(u32) -> f64 {
        let (mut drawn, mut block) = ([0.0; BLOCK], None);
        move |neuron| {
            let neuron = if self.shared { 0 } else { neuron as usize };
            let own = (neuron / BLOCK) as u64;
            if block != Some(own) {
                block = Some(own);
                self.normal.fill(self.key, draw << BLOCK_BITS | own, &mut drawn);
            }
            drawn[neuron % BLOCK]
        }
    }
}

//! Draws: repeatable random moments of any registered neuron model, near its defaults and far enough from them.

use ecs_core::model::{Moment, NeuronModel, STAGES};
use ecs_core::random::{Key, Purpose};
use ecs_core::registry::Field;

/// Random numbers in a row.
pub struct Draws {
    key: Key,
    next: u64,
}

impl Draws {
    /// A row of its own for each `stream`.
    pub fn new(stream: u32) -> Self {
        Self { key: Key::new(20_260_101, stream, Purpose::State), next: 0 }
    }

    /// From `low` up to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        self.next += 1;
        low + (high - low) * self.key.uniform(self.next, 0)
    }

    /// Each field's default, moved by up to `part` of it and up to `offset`.
    pub fn near(&mut self, fields: &[Field], part: f64, offset: f64) -> Vec<f64> {
        let mut one =
            |f: &Field| f.default * self.between(1.0 - part, 1.0 + part) + self.between(-offset, offset);
        fields.iter().map(&mut one).collect()
    }

    /// A current that makes most models fire now and then: small ones and large ones, some of them negative.
    pub fn current(&mut self) -> f64 {
        let size = 10f64.powf(self.between(-1.0, 3.0));
        if self.between(0.0, 1.0) < 0.8 { size } else { -size }
    }

    /// A moment of `model`; conductances are zero unless `conducts`.
    pub fn moment(&mut self, model: &NeuronModel, conducts: bool) -> Moment {
        let current = self.current();
        let conductance = if conducts { self.between(0.0, 20.0) } else { 0.0 };
        let inputs: [[f64; 2]; STAGES] =
            std::array::from_fn(|c| [current * (1.0 + 0.1 * c as f64), conductance * (1.0 + 0.1 * c as f64)]);
        Moment {
            params: self.near(model.entry.params, 0.05, 0.0),
            state: self.near(model.entry.state, 0.2, 0.05),
            refractory: if self.between(0.0, 1.0) < 0.2 { 3.0 } else { 0.0 },
            inputs,
            jump: if self.between(0.0, 1.0) < 0.2 { self.between(-5.0, 5.0) } else { 0.0 },
            noise: (0..model.noises).map(|_| self.between(-3.0, 3.0)).collect(),
            dt: 0.05,
        }
    }
}

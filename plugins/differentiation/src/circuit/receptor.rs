//! Receptor: numbers of a receptor that follow from parameters, and how they change with those.

use ecs_core::model::{IntegratorInfo, OutputModel, SynapseModel};
use ecs_core::network::Values;

use crate::cell::ReceptorShape;

/// By how much of itself a parameter is moved to find what follows from it. The numbers are smooth and computed in double
/// precision, so central differences leave an error of some 10⁻¹⁰ of the slope.
const STEP: f64 = 1e-5;

/// A receptor of a population.
#[derive(Clone)]
pub struct Receptor {
    /// Its dynamics.
    pub synapse: &'static SynapseModel,
    /// Parameters of the dynamics, in table order.
    pub synapse_params: Vec<f64>,
    /// How it acts.
    pub output: &'static OutputModel,
    /// Parameters of the output, in table order.
    pub output_params: Vec<f64>,
    /// Initial state, by row of the synapse's table.
    pub initial: Vec<(usize, Values)>,
}

impl Receptor {
    /// What the population's step has to know of it.
    pub fn shape(&self) -> ReceptorShape {
        ReceptorShape { order: self.synapse.entry.state.len(), output: self.output }
    }

    /// Whether it is a current, which an integrator may be handed as its exact mean.
    pub fn is_current(&self) -> bool {
        self.output.entry.drive == Some(ecs_core::registry::Drive::Current)
    }

    /// Its numbers, in the order of [`Shape::entries`](crate::cell::Shape::entries); `membrane` is the rate of a linear membrane.
    pub fn entries(&self, dt: f64, integrator: &IntegratorInfo, membrane: Option<f64>) -> Vec<f64> {
        self.entries_for(&self.synapse_params, (dt, integrator), membrane)
    }

    fn entries_for(
        &self,
        params: &[f64],
        (dt, integrator): (f64, &IntegratorInfo),
        membrane: Option<f64>,
    ) -> Vec<f64> {
        let membrane = membrane.filter(|_| self.is_current());
        let system = (self.synapse.linear)(params).propagator::<f64>(dt, integrator.offsets, membrane);
        let n = system.order;
        let mut entries: Vec<f64> = system.step[..n].iter().flat_map(|row| row[..n].to_vec()).collect();
        entries.extend(&system.arrive[..n]);
        entries.extend(system.value[..integrator.offsets.len()].iter().flat_map(|value| value[..n].to_vec()));
        entries.extend(&self.output_params);
        entries
    }

    /// How its numbers change with parameter `row` of its synapse.
    pub fn slopes(
        &self,
        row: usize,
        (dt, integrator): (f64, &IntegratorInfo),
        membrane: Option<f64>,
    ) -> Vec<f64> {
        let at = |x: f64| {
            let mut params = self.synapse_params.clone();
            params[row] = x;
            self.entries_for(&params, (dt, integrator), membrane)
        };
        central(self.synapse_params[row], at)
    }
}

/// The slopes of `f` at `x`.
pub fn central(x: f64, f: impl Fn(f64) -> Vec<f64>) -> Vec<f64> {
    let h = STEP * x.abs().max(STEP);
    f(x + h).iter().zip(f(x - h)).map(|(up, down)| (up - down) / (2.0 * h)).collect()
}

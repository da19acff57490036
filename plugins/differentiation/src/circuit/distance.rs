//! Distance: how far neurons begin from threshold, which is what a surrogate of their spike takes as its unit.

use ecs_core::model::STAGES;
use ecs_core::number::{Float, Num, Real};

use super::Neurons;

/// A step in which nothing moves, in ms.
const NO_TIME: f64 = 1e-9;

impl<T: Float> Neurons<T>
where
    Num<T>: Real,
{
    /// |firing condition| of the first neuron's initial state, in the unit of the condition; `None` where neurons never fire, or begin at
    /// threshold.
    pub fn distance(&self) -> Option<f64> {
        let shape = &self.shape;
        let parts = shape.model.inspect.parts(shape.integrator.name, false)?;
        let (_, condition) = parts.outputs.iter().find(|(name, _)| name == "condition")?;
        let values = self.params.iter().chain(&self.state).map(|values| values.at(0));
        let inputs = std::iter::repeat_n(0.0, 1 + 2 * STAGES + 1);
        let noise = std::iter::repeat_n(0.0, shape.model.noises);
        let given: Vec<Num<f64>> = values.chain(inputs).chain([NO_TIME]).chain(noise).map(Num).collect();
        let distance = parts.values(&given)[*condition as usize].0.abs();
        (distance.is_finite() && distance > 1e-6).then_some(distance)
    }
}

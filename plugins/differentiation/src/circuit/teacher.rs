//! Teacher: spikes that a population is made to fire while it learns, so that each of its intervals begins where the target's does.
//!
//! ```text
//! spike(n) = max(H(condition), lesson(n))      reset, refractoriness and what follows from them as of any spike
//! ```
//!
//! Source: Williams & Zipser (1989), Neural Computation 1(2), <https://doi.org/10.1162/neco.1989.1.2.270> (teacher forcing).

use ecs_core::network::Summed;
use ecs_core::number::{Num, Real};

use super::{Circuit, Kind};

impl<T: Summed> Circuit<T>
where
    Num<T>: Real,
{
    /// Lets a teacher make the neurons of a population fire: `lesson` names them, `[step]`. Trials are taught where their task
    /// [says so](crate::Task::taught).
    ///
    /// # Errors
    /// A population without threshold, and a neuron that it does not have.
    pub fn teach(&mut self, population: usize, lesson: Vec<Vec<u32>>) -> Result<(), String> {
        let found = &mut self.populations[population];
        let named = |e: String| format!("population `{}`: {e}", found.name);
        if let Some(neuron) = lesson.iter().flatten().find(|neuron| **neuron as usize >= found.size) {
            return Err(named(format!(
                "neuron {neuron} is taught; there are {}, counted from 0",
                found.size
            )));
        }
        let Kind::Neurons(neurons) = &mut found.kind else {
            return Err(named("sources are not taught".into()));
        };
        let cell = neurons.cell.take().expect("a circuit that is ready has all cells");
        if !cell.fires {
            return Err(named("neurons without threshold are not taught to fire".into()));
        }
        neurons.shape.taught = true;
        neurons.lesson = lesson;
        let spiking = neurons.spiking.expect("a circuit that is ready knows how all fire");
        neurons.compose(spiking, cell.wanted).map_err(named)
    }
}

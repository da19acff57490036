//! Poisson source: neurons that fire by chance, independently of each other and of their past.
//!
//! ```text
//! P(neuron k fires in a step) = 1 − exp(−rate_k dt)
//! ```
//!
//! The gaps between the neurons that fire in a step are geometric at the highest rate, and neuron k is kept with the chance
//! of its own rate over the highest (thinning): a step costs time by its spikes, not by its neurons. Draw j of step n is block
//! (n, j) of the stream, whatever the threads.
//!
//! Source: Lewis & Shedler (1979), Naval Research Logistics Quarterly 26, 403-413, <https://doi.org/10.1002/nav.3800260304>.
//! Departure: two or more events in a step are one spike, so the rate lies below `rate` by the part rate dt / 2.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::number::{Num, Real};
use ecs_core::random::{Geometric, Key, Purpose, pair};
use ecs_core::registry::{Bound, Field};

/// Its scenario table.
pub const PARAMS: &[Field] =
    &[Field::number("rate", f64::NAN, "Hz", "mean rate of a neuron").within(Bound::NonNegative)];

struct Poisson {
    size: u32,
    key: Key,
    /// None where no neuron ever fires.
    gaps: Option<Geometric>,
    /// Chance to be kept, over 2⁻³²; one for all, or `[neuron]`.
    kept: Vec<f64>,
}

/// Makes the source.
///
/// # Errors
/// On rates that are negative, not finite, above one spike in a step, or not as many as the neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let chance = |(neuron, rate)| spikes_per_step(neuron, rate, plan.clock.dt).map(|x| -Num(-x).expm1().0);
    let rates = plan.params[0].as_slice();
    if rates.len() != 1 && rates.len() != plan.size {
        return Err(format!(
            "`rate` has {} values; one, or one for each of {} neurons, is allowed",
            rates.len(),
            plan.size
        ));
    }
    let chances = rates.iter().copied().enumerate().map(chance).collect::<Result<Vec<f64>, _>>()?;
    let highest = chances.iter().copied().fold(0.0, f64::max);
    Ok(Box::new(Poisson {
        size: plan.size as u32,
        key: Key::new(plan.clock.seed, plan.stream, Purpose::Source),
        gaps: (highest > 0.0).then(|| Geometric::new(highest)),
        kept: chances.iter().map(|chance| chance / highest * 2f64.powi(32)).collect(),
    }))
}

/// Expected events in a step of `dt` ms, refused where a source cannot make so many.
pub(crate) fn spikes_per_step(neuron: usize, rate: f64, dt: f64) -> Result<f64, String> {
    let events = rate * dt * 1e-3;
    if (0.0..=1.0).contains(&events) {
        return Ok(events);
    }
    Err(format!(
        "neuron {neuron}: `rate` is {rate} Hz, {events} spikes in a step of {dt} ms; 0 to 1 are allowed; lower `rate` or `dt`"
    ))
}

impl SpikeSource for Poisson {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some(gaps) = self.gaps else { return };
        let (mut neuron, mut draw) = (0, 0);
        loop {
            let [low, high, chance, _] = self.key.block(clock.step, draw);
            neuron += gaps.skip(pair(low, high), self.size - neuron);
            if neuron == self.size {
                return;
            }
            if f64::from(chance) < self.kept[neuron as usize % self.kept.len()] {
                spikes.push(neuron);
            }
            (neuron, draw) = (neuron + 1, draw + 1);
        }
    }
}

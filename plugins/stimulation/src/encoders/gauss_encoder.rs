//! Gauss encoder: for each value a row of neurons with overlapping receptive fields, which fire by chance.
//!
//! ```text
//! c_j = min_val + j d, j = 0 to m − 1;   d = (max_val − min_val) / (m − 1);   m neurons for each value
//! P(spike in a step) = rate dt exp(−(value − c_j)² / (2 (width d)²))
//! ```
//!
//! Neurons of the first value come first. Chances are multiples of 2⁻³².
//!
//! ```toml
//! [population.angle]
//! size   = 20
//! neuron = "gauss_encoder"
//! params = { values = [0.1], min_val = -0.2, max_val = 0.2, rate = "120 Hz" }
//! ```
//!
//! Source: Bohte, Kok & La Poutre (2002), Neurocomputing 48, 17-37, <https://doi.org/10.1016/S0925-2312(01)00658-0>, population coding.

use ecs_core::network::{Clock, SourcePlan, SpikeSource};
use ecs_core::number::{Num, Real};
use ecs_core::random::{Key, Purpose};
use ecs_core::registry::{Bound, Field};

use super::poisson_encoder::chance;
use super::shown::{MAX_VAL, MIN_VAL, Scale, Shown, VALUES, per_step};
use crate::numbers::one;
use crate::show::SHOWN;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("rate", f64::NAN, "Hz", "rate in the middle of a receptive field")
        .within(Bound::NonNegative),
    MIN_VAL,
    MAX_VAL,
    Field::number("width", 1.0, "", "standard deviation of a receptive field, in distances of centres")
        .within(Bound::Positive),
    Field::number("places", 1.0, "", "values of a frame; those of the environment, where one shows them")
        .within(Bound::Positive),
    SHOWN[0],
    SHOWN[1],
    SHOWN[2],
    VALUES[0],
    VALUES[1],
];

/// How much a value excites neuron `j` of the `m` of its row, from 0 to 1; `x` is the value from 0 to 1.
pub fn tuning(x: f64, j: usize, m: usize, width: f64) -> f64 {
    let z = (x * (m - 1) as f64 - j as f64) / width;
    Num(-0.5 * z * z).exp().0
}

struct Encoder {
    shown: Shown,
    scale: Scale,
    full: f64,
    width: f64,
    /// Neurons of a value.
    each: usize,
    key: Key,
}

/// Makes the source.
///
/// # Errors
/// On values that are missing, given twice, not finite, or not as many as `places`; where neurons are not a multiple of `places`, at
/// least two for each; on a `rate` above one spike in a step; on `min_val` not below `max_val`; and on numbers that differ between
/// neurons.
pub fn build(plan: &SourcePlan) -> Result<Box<dyn SpikeSource>, String> {
    let full = per_step(plan, one(plan, &PARAMS[0], 0)?)?;
    let places = match plan.heard {
        Some(heard) => heard.width,
        None => one(plan, &PARAMS[4], 4)? as usize,
    };
    if places == 0 || !plan.size.is_multiple_of(places) || plan.size < 2 * places {
        return Err(format!(
            "{} neurons for {places} values; a multiple of {places}, {} or more, is allowed",
            plan.size,
            2 * places
        ));
    }
    Ok(Box::new(Encoder {
        shown: Shown::new(plan, 5, places)?,
        scale: Scale::new(plan, 1)?,
        full,
        width: one(plan, &PARAMS[3], 3)?,
        each: plan.size / places,
        key: Key::new(plan.clock.seed, plan.stream, Purpose::Source),
    }))
}

impl SpikeSource for Encoder {
    fn emit(&mut self, clock: &Clock, spikes: &mut Vec<u32>) {
        let Some((_, values)) = self.shown.at(clock.step) else { return };
        let (neurons, mut words) = (values.len() * self.each, [0; 4]);
        for k in 0..neurons {
            if k % 4 == 0 {
                words = self.key.block((k / 4) as u64, clock.step);
            }
            let x = self.scale.of(values[k / self.each]);
            let drive = tuning(x, k % self.each, self.each, self.width);
            if f64::from(words[k % 4]) < chance(self.full, drive) * 2f64.powi(32) {
                spikes.push(k as u32);
            }
        }
    }

    fn hear(&mut self, clock: &Clock, values: &[f64]) {
        self.shown.hear(clock, values);
    }
}

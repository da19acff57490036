//! Weighted count: a linear readout of rates, smoothed if wanted.
//!
//! ```text
//! r_j ← r_j + (n_j / T − r_j) (1 − exp(−T / tau))     n_j: spikes per neuron of group j in a tick of T s;  r_j = n_j / T without `tau`
//! action_k = offset + Σ_j weights[k, j] r_j           r_j in Hz
//! ```
//!
//! Without `weights` there are as many groups as places, each with the weight `gain`, or two for each place: the first pushes up, the
//! second down.
//!
//! Source: Eliasmith & Anderson (2003), Neural Engineering, MIT Press, chapter 4: linear decoding of filtered spikes.

use ecs_core::control::{Decoder, DecoderPlan, Seen};
use ecs_core::registry::{Bound, Field};

use super::Rates;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("gain", 1.0, "", "what weights are multiplied by: action for each Hz"),
    Field::number("offset", 0.0, "", "action without a spike"),
    Field::number("tau", 0.0, "ms", "time constant of the rates; 0: those of the last tick").within(Bound::NonNegative),
    Field::list("weights", "", "`[place, group]`, one place after the other"),
];

struct Weighted {
    /// `[place, group]`
    weights: Vec<f64>,
    offset: f64,
    rates: Rates,
}

/// Makes the decoder.
///
/// # Errors
/// Where there are not as many weights as places times groups, or without weights not as many groups as places, or twice as many.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    let [gain, offset, tau] = plan.given.numbers();
    let (given, n) = (plan.given.list("weights"), plan.width * plan.groups);
    let weights = match given.len() {
        0 if plan.groups == plan.width => identity(plan, |place, group| f64::from(u8::from(place == group))),
        0 if plan.groups == 2 * plan.width => identity(plan, |place, group| match group / 2 == place {
            true => [1.0, -1.0][group % 2],
            false => 0.0,
        }),
        0 => return Err(format!("{}; or give `weights`", super::as_many(plan))),
        found if found != n => {
            return Err(format!(
                "`weights` has {found} numbers; {n} are allowed: {} places by {} groups",
                plan.width, plan.groups
            ));
        }
        _ => given.to_vec(),
    };
    let weights = weights.iter().map(|w| w * gain).collect();
    Ok(Box::new(Weighted { weights, offset, rates: Rates::new(plan, tau) }))
}

fn identity(plan: &DecoderPlan, weight: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..plan.width * plan.groups).map(|k| weight(k / plan.groups, k % plan.groups)).collect()
}

impl Decoder for Weighted {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        let rates = self.rates.follow(seen);
        for (action, weights) in action.iter_mut().zip(self.weights.chunks_exact(rates.len())) {
            *action = self.offset + weights.iter().zip(rates).map(|(w, r)| w * r).sum::<f64>();
        }
    }

    fn reset(&mut self) {
        self.rates.forget();
    }
}

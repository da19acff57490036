//! Race: the group whose rate first reaches a threshold chooses; until one does, nothing is chosen.
//!
//! ```text
//! r_j ← r_j + (n_j / T − r_j) (1 − exp(−T / tau))      n_j: spikes per neuron of group j in a tick of T s;  r_j = n_j / T without `tau`
//! action = 1 + argmax_j r_j  where that r_j ≥ threshold, else 0
//! ```
//!
//! Source: Wang (2002), Neuron 36, 955-968, where a choice is made at 15 Hz, <https://doi.org/10.1016/S0896-6273(02)01092-9>.

use ecs_core::control::{Decoder, DecoderPlan, Domain, Seen};
use ecs_core::registry::{Bound, Field};

use super::Rates;

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("threshold", f64::NAN, "Hz", "rate of a neuron of the group at which it chooses").within(Bound::Positive),
    Field::number("tau", 0.0, "ms", "time constant of the rates; 0: those of the last tick").within(Bound::NonNegative),
];

struct Race {
    threshold: f64,
    rates: Rates,
}

/// Makes the decoder.
///
/// # Errors
/// Where the port is no single choice among one more than there are groups.
pub fn build(plan: &DecoderPlan) -> Result<Box<dyn Decoder>, String> {
    let [threshold, tau] = plan.given.numbers();
    match &plan.domain {
        Domain::Discrete(choices) if *choices == [plan.groups as u32 + 1] => {
            Ok(Box::new(Race { threshold, rates: Rates::new(plan, tau) }))
        }
        Domain::Discrete(choices) if choices.len() == 1 => Err(format!(
            "{} groups of neurons choose among {} actions, the first of which is to wait; a group for each of the others is allowed",
            plan.groups, choices[0]
        )),
        _ => Err("the port is no single choice; `race` chooses one action; use `weighted_count`".to_owned()),
    }
}

impl Decoder for Race {
    fn decode(&mut self, seen: &Seen<'_>, action: &mut [f64]) {
        let rates = self.rates.follow(seen);
        let fastest = (1..).zip(rates).fold((0, self.threshold), |best, (k, rate)| match *rate >= best.1 {
            true if best.0 == 0 || *rate > best.1 => (k, *rate),
            _ => best,
        });
        action[0] = f64::from(fastest.0);
    }

    fn reset(&mut self) {
        self.rates.forget();
    }
}

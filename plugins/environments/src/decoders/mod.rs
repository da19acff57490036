//! Decoders, one file each: what makes an action of spikes. To add one, write its file and its name in this list.

ecs_core::register!(DecoderModel: argmax_count, first_to_spike, membrane_potential, population_vector, race, threshold_event, weighted_count);

use ecs_core::control::{DecoderPlan, Seen};
use ecs_core::number::{Num, Real};

/// Rates of groups in Hz, smoothed by an exponential filter if wanted.
struct Rates {
    /// How much of the last tick's rate joins.
    share: f64,
    /// `[group]`
    rates: Vec<f64>,
}

impl Rates {
    /// With a time constant in ms; 0 for none.
    fn new(plan: &DecoderPlan, tau: f64) -> Self {
        let share = if tau > 0.0 { 1.0 - Num(-plan.interval / tau).exp().0 } else { 1.0 };
        Self { share, rates: vec![0.0; plan.groups] }
    }

    /// The rates after a tick, `[group]`.
    fn follow(&mut self, seen: &Seen<'_>) -> &[f64] {
        let per_second = 1e3 / seen.interval;
        for (rate, (count, size)) in self.rates.iter_mut().zip(seen.counts.iter().zip(seen.sizes)) {
            let now = f64::from(*count) / f64::from(*size) * per_second;
            *rate += (now - *rate) * self.share;
        }
        &self.rates
    }

    /// An episode begins.
    fn forget(&mut self) {
        self.rates.fill(0.0);
    }
}

/// Says that there are not as many groups as places.
fn as_many(plan: &DecoderPlan) -> String {
    format!("{} groups of neurons for {} places of the port; as many are allowed", plan.groups, plan.width)
}

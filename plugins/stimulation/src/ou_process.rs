//! Ornstein-Uhlenbeck process: a current that wanders about a mean and forgets with a time constant.
//!
//! ```text
//! dX = (mean − X) / tau dt + sd √(2 / tau) dW
//! X(t + dt) = mean + (X(t) − mean) exp(−dt / tau) + sd √(1 − exp(−2 dt / tau)) ξ      ξ standard normal
//! ```
//!
//! The second line is the exact law of the first, whatever the step. `sd` is the deviation that X has in the long run, from the
//! start on with `stationary`; without it X begins at `mean`. The current of a step is X at its beginning.
//!
//! ```toml
//! [[stimulus]]
//! to         = "cells"
//! kind       = "ou_process"
//! mean       = "200 pA"
//! sd         = "50 pA"
//! tau        = "5 ms"
//! stationary = true
//! ```
//!
//! Source: Uhlenbeck & Ornstein (1930), Physical Review 36, 823-841, <https://doi.org/10.1103/PhysRev.36.823>; exact step: Gillespie
//! (1996), Physical Review E 54, 2084-2091, <https://doi.org/10.1103/PhysRevE.54.2084>; BrainPy 2,
//! `brainpy.inputs.ou_process`. Departure: BrainPy's sigma is `sd` √(2 / tau), its step is Euler's, and its numbers are uniform
//! where the law wants normal ones.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use ecs_core::network::{Clock, Inbox, Reach, Stimulus, StimulusPlan, Values};
use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Drive, Field};

use crate::gauss::Gauss;
use crate::numbers::{flag, switch, values};
use crate::reached::add_each;
use crate::window::{START, STOP, Window};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("mean", 0.0, "input", "what the current wanders about"),
    Field::number("sd", f64::NAN, "input", "standard deviation in the long run").within(Bound::NonNegative),
    Field::number("tau", f64::NAN, "ms", "time constant of forgetting").within(Bound::Positive),
    switch("stationary", "whether it begins with its deviation, rather than at `mean`"),
    switch("shared", "whether all neurons are driven by the same random numbers"),
    START,
    STOP,
];
/// It is a current.
pub const DRIVE: Option<Drive> = Some(Drive::Current);

struct OrnsteinUhlenbeck {
    reach: Reach,
    mean: Values,
    sd: Values,
    /// exp(−dt / tau), and √(1 − exp(−2 dt / tau)).
    decay: Values,
    spread: Values,
    stationary: bool,
    gauss: Gauss,
    window: Window,
    /// The step in which the process begins.
    first: u64,
    /// (X − mean) / sd of even and of odd steps as bits, `[neuron reached]`. A step writes the one and reads the other, so
    /// asking for it twice changes nothing; each neuron is touched by the one thread that has its shard.
    state: [Vec<AtomicU64>; 2],
}

/// Makes the stimulus.
///
/// # Errors
/// On numbers that are not finite, or not as many as the neurons, a negative `sd`, a `tau` that is not above 0, and a `stop`
/// before `start`.
pub fn build(plan: &StimulusPlan) -> Result<Box<dyn Stimulus>, String> {
    let (tau, dt) = (values(plan, &PARAMS[2], 2)?, plan.clock.dt);
    let window = Window::new(plan, 5)?;
    let state = || (0..plan.reach.len()).map(|_| AtomicU64::new(0)).collect();
    Ok(Box::new(OrnsteinUhlenbeck {
        reach: plan.reach.clone(),
        mean: values(plan, &PARAMS[0], 0)?,
        sd: values(plan, &PARAMS[1], 1)?,
        decay: each(&tau, |tau| Num(-dt / tau).exp().0),
        spread: each(&tau, |tau| Num(-Num(-2.0 * dt / tau).expm1().0).sqrt().0),
        stationary: flag(plan, &PARAMS[3], 3)?,
        gauss: Gauss::new(plan, flag(plan, &PARAMS[4], 4)?),
        first: window.start.max(plan.clock.step),
        window,
        state: [state(), state()],
    }))
}

fn each(values: &Values, f: impl Fn(f64) -> f64) -> Values {
    match values {
        Values::Uniform(x) => Values::Uniform(f(*x)),
        Values::Each(x) => Values::Each(x.iter().map(|x| f(*x)).collect()),
    }
}

impl Stimulus for OrnsteinUhlenbeck {
    fn acts(&self, clock: &Clock) -> bool {
        self.window.turns(clock.step) || self.window.contains(clock.step)
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        if !self.window.contains(clock.step) {
            return;
        }
        let since = clock.step - self.first;
        let [now, before] = if since.is_multiple_of(2) { [0, 1] } else { [1, 0] }.map(|k| &self.state[k]);
        let mut draw = self.gauss.draw(since);
        add_each(&self.reach, shard, input, |at, neuron| {
            let next = match since {
                0 if self.stationary => draw(neuron),
                0 => 0.0,
                _ => {
                    let last = f64::from_bits(before[at].load(Ordering::Relaxed));
                    last * self.decay.at(at) + self.spread.at(at) * draw(neuron)
                }
            };
            now[at].store(next.to_bits(), Ordering::Relaxed);
            self.mean.at(at) + self.sd.at(at) * next
        });
    }
}

//! Pace: ticks that keep time with the clock on the wall.

use std::time::{Duration, Instant};

use bevy_ecs::prelude::*;
use ecs_core::network::{Clock, Fault};

use super::step::Env;

/// What happens when a tick begins too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overrun {
    /// Everything after it is as late.
    Slip,
    /// Later ticks come as early as they can, until they are in time again.
    Drop,
    /// The run ends.
    Fail,
}

/// Keeps the ticks of all environments in real time.
#[derive(Resource, Debug)]
pub struct Pace {
    /// What is done about ticks that are late.
    pub overrun: Overrun,
    /// How late a tick may begin without being called so.
    pub tolerance: Duration,
    /// When the model's time was 0.
    origin: Option<Instant>,
    /// How late each tick began, in ms.
    pub late_ms: Vec<f64>,
    /// Ticks that began too late.
    pub overruns: u64,
}

impl Pace {
    /// Begins with the first tick; there will be about so many.
    pub fn new(overrun: Overrun, tolerance: Duration, ticks: usize) -> Self {
        Self {
            overrun,
            tolerance,
            origin: None,
            late_ms: Vec::with_capacity(ticks.min(1 << 24)),
            overruns: 0,
        }
    }
}

/// Waits until it is time for this tick.
pub(super) fn pace(
    clock: Res<Clock>,
    pace: Option<ResMut<Pace>>,
    mut fault: ResMut<Fault>,
    envs: Query<&Env>,
) {
    let Some(mut pace) = pace else { return };
    let pace = &mut *pace;
    let (now, since) = (Instant::now(), Duration::from_secs_f64(clock.time() * 1e-3));
    let origin = *pace.origin.get_or_insert_with(|| now.checked_sub(since).unwrap_or(now));
    let due = origin + since;
    if let Some(early) = due.checked_duration_since(now) {
        std::thread::sleep(early);
    }
    let late = Instant::now().duration_since(due);
    pace.late_ms.push(late.as_secs_f64() * 1e3);
    if late <= pace.tolerance {
        return;
    }
    pace.overruns += 1;
    match pace.overrun {
        Overrun::Slip => pace.origin = Some(origin + late),
        Overrun::Drop => {}
        Overrun::Fail => {
            let tick = envs.iter().map(|env| env.interval).fold(f64::INFINITY, f64::min);
            fault.raise(|| {
                format!(
                    "t = {:.3} ms: the tick begins {:.3} ms late, and {:.3} ms are allowed, of {tick} ms from tick to tick; make the network \
                     smaller or `control` longer, or write `overrun = \"slip\"`",
                    clock.time(),
                    late.as_secs_f64() * 1e3,
                    pace.tolerance.as_secs_f64() * 1e3
                )
            });
        }
    }
}

//! Simulate: from the first step to the last, or to whatever ends the run before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use environments::Goal;
use recording::{SpikeRecorder, TraceRecorder};

use crate::assemble::Simulation;
use crate::weights::Samples;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// At its end.
    Finished,
    /// Somebody asked it to stop.
    Interrupted,
    /// Something went wrong.
    Failed(String),
}

/// A run that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// How.
    pub ending: Ending,
    /// Steps that were taken.
    pub steps: u64,
    /// Time they took, in s.
    pub wall_s: f64,
}

/// How often `progress` is called.
const TICK: Duration = Duration::from_millis(100);
/// How often recordings are handed to the system, so that a kill loses little.
const FLUSH: Duration = Duration::from_secs(1);
/// Steps between looks at the clock.
const LOOK: u64 = 16;

/// Runs `steps` steps. `progress` hears how many are done; raising `stop` ends the run at the next step.
pub fn simulate(
    simulation: &mut Simulation,
    steps: u64,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Ended {
    let start = Instant::now();
    let mut done = 0;
    let (mut ticked, mut flushed) = (start, start);
    let ending = loop {
        let Simulation { app, weights, .. } = &mut *simulation;
        if let Some(Err(error)) = weights.as_mut().map(|weights| weights.take(app.world_mut(), done)) {
            break Ending::Failed(error.to_string());
        }
        if done == steps {
            break Ending::Finished;
        }
        if app.world().get_resource::<Goal>().is_some_and(|goal| goal.reached.is_some()) {
            break Ending::Finished;
        }
        if stop.load(Ordering::Relaxed) {
            break Ending::Interrupted;
        }
        let Simulation { app, runner, .. } = simulation;
        match catch_unwind(AssertUnwindSafe(|| runner.step(app.world_mut()))) {
            Ok(Ok(())) => done += 1,
            Ok(Err(message)) => break Ending::Failed(message),
            Err(panic) => {
                break Ending::Failed(format!("a system panicked in step {done}: {}", text(&*panic)));
            }
        }
        if done.is_multiple_of(LOOK) && ticked.elapsed() >= TICK {
            ticked = Instant::now();
            progress(done);
            if flushed.elapsed() >= FLUSH {
                flushed = ticked;
                if let Err(error) = flush(simulation) {
                    break Ending::Failed(error.to_string());
                }
            }
        }
    };
    progress(done);
    Ended { ending, steps: done, wall_s: start.elapsed().as_secs_f64() }
}

fn text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it gave no message")
}

fn flush(simulation: &mut Simulation) -> Result<(), recording::RecordError> {
    let world = simulation.app.world_mut();
    if let Some(mut spikes) = world.get_resource_mut::<SpikeRecorder>() {
        spikes.spool.flush()?;
    }
    match world.get_resource_mut::<TraceRecorder>() {
        Some(mut traces) => traces.spool.flush(),
        None => Ok(()),
    }
}

/// Ends the recordings.
///
/// # Errors
/// The disk refuses the rest of the data.
pub fn close(simulation: &mut Simulation) -> Result<(), recording::RecordError> {
    let weights = simulation.weights.take().map(Samples::finish);
    let world = simulation.app.world_mut();
    let spikes = world.remove_resource::<SpikeRecorder>().map(|r| r.spool.close());
    let traces = world.remove_resource::<TraceRecorder>().map(|r| r.spool.close());
    spikes.unwrap_or(Ok(())).and(traces.unwrap_or(Ok(()))).and(weights.unwrap_or(Ok(())))
}

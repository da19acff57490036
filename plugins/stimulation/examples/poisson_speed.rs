//! What does Poisson input cost? `cargo run --release -p stimulation --example poisson_speed`
//!
//! Prints ns per neuron and step on one core, for each instruction set of the machine.

use std::io::Write;
use std::time::Instant;

use ecs_core::model::Instructions;
use ecs_core::network::{Clock, Frames, Inbox, Reach, StimulusPlan, Values};
use stimulation::poisson::build_for;

/// As in Brunel's network.
const NEURONS: u32 = 12_500;
const STEPS: u64 = 2_000;
/// Means of a step, at a step of 0.1 ms.
const MEANS: [f64; 9] = [1e-4, 1e-3, 0.01, 0.03, 0.1, 0.5, 2.0, 8.0, 100.0];

fn plan(rate: Values) -> StimulusPlan {
    StimulusPlan {
        reach: Reach::Range(0..NEURONS),
        params: vec![rate, Values::Uniform(0.0), Values::Uniform(f64::INFINITY)],
        lists: vec![],
        frames: Frames::default(),
        heard: None,
        weight: 0.1,
        stream: 0,
        clock: Clock { step: 0, dt: 0.1, seed: 1 },
    }
}

/// The best of three, in ns per neuron and step.
fn measure(plan: &StimulusPlan, level: Instructions) -> Result<f64, String> {
    let stimulus = build_for(plan, level)?;
    let mut input = vec![0f32; NEURONS as usize];
    let mut round = || {
        let start = Instant::now();
        for step in 0..STEPS {
            stimulus.add(&Clock { step, ..plan.clock }, &(0..input.len()), &mut Inbox::Sum32(&mut input));
        }
        start.elapsed().as_secs_f64() * 1e9 / (STEPS * u64::from(NEURONS)) as f64
    };
    Ok((0..3).map(|_| round()).fold(f64::INFINITY, f64::min))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    for level in Instructions::available() {
        writeln!(out, "{level:?}: mean per step, ns with one rate, ns with a rate for each neuron")?;
        for mean in MEANS {
            let rate = mean * 1e4;
            let one = measure(&plan(Values::Uniform(rate)), *level)?;
            let each = measure(&plan(Values::Each(vec![rate; NEURONS as usize])), *level)?;
            writeln!(out, "{mean:>8} {one:>8.3} {each:>8.3}")?;
        }
    }
    Ok(())
}

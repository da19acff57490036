//! What do inputs that act in every step cost? `cargo run --release -p stimulation --example input_speed`
//!
//! Prints ns per neuron and step on one core.

use std::io::Write;
use std::time::Instant;

use ecs_core::network::{
    Clock, Frames, Inbox, Reach, Registry, SourceModel, SourcePlan, StimulusModel, StimulusPlan, Values,
};
use ecs_core::registry::{Field, Form};
use stimulation as _;

const NEURONS: usize = 12_500;
/// Steps of a round, short enough to be left alone by other programs, and rounds.
const STEPS: u64 = 16;
const ROUNDS: u64 = 200;
const CLOCK: Clock = Clock { step: 0, dt: 0.1, seed: 1 };

/// Inputs with what differs from their defaults.
const STIMULI: &[(&str, &[(&str, f64)])] = &[
    ("noise", &[("sd", 1.0)]),
    ("wiener_process", &[("sd", 1.0)]),
    ("ou_process", &[("sd", 1.0), ("tau", 5.0)]),
    ("ou_process", &[("sd", 1.0), ("tau", 5.0), ("shared", 1.0)]),
    ("ramp", &[("final", 1.0), ("stop", 1e3)]),
    ("sinusoidal", &[("amplitude", 1.0), ("frequency", 10.0)]),
    ("sinusoidal_poisson", &[("rate", 10.0), ("amplitude", 5.0), ("frequency", 10.0)]),
    ("sinusoidal_poisson", &[("rate", 10_000.0), ("amplitude", 5_000.0), ("frequency", 10.0)]),
];
const SOURCES: &[(&str, &[(&str, f64)])] = &[
    ("poisson_encoder", &[("rate", 100.0)]),
    ("latency_encoder", &[("frame", 1.6), ("tau", 1.6), ("repeat", 1.0)]),
    ("weighted_phase_encoder", &[("num_phase", 8.0)]),
];

fn params(table: &[Field], given: &[(&str, f64)]) -> Vec<Values> {
    let value = |row: &Field| given.iter().find(|(name, _)| *name == row.name).map_or(row.default, |g| g.1);
    table.iter().filter(|row| row.form == Form::Number).map(|row| Values::Uniform(value(row))).collect()
}

/// The best round, in ns per neuron and step.
fn measure(mut step: impl FnMut(&Clock)) -> f64 {
    let mut round = |round: u64| {
        let start = Instant::now();
        (0..STEPS).for_each(|n| step(&Clock { step: round * STEPS + n, ..CLOCK }));
        start.elapsed().as_secs_f64() * 1e9 / (STEPS * NEURONS as u64) as f64
    };
    (0..ROUNDS).map(&mut round).fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    let registry = Registry::linked().map_err(|e| e.to_string())?;
    for (name, given) in STIMULI {
        let model = registry.find::<StimulusModel>(name).ok_or("it is not registered")?;
        let stimulus = (model.build)(&StimulusPlan {
            reach: Reach::Range(0..NEURONS as u32),
            params: params(model.entry.params, given),
            lists: vec![],
            frames: Frames::default(),
            weight: 1.0,
            stream: 0,
            heard: None,
            clock: CLOCK,
        })?;
        let mut input = vec![0f32; NEURONS];
        let cost = measure(|clock| stimulus.add(clock, &(0..NEURONS), &mut Inbox::Sum32(&mut input)));
        writeln!(out, "{cost:>8.3} {name} {given:?}")?;
    }
    for (name, given) in SOURCES {
        let model = registry.find::<SourceModel>(name).ok_or("it is not registered")?;
        let mut source = (model.build)(&SourcePlan {
            size: NEURONS,
            params: params(model.entry.params, given),
            lists: vec![("values", (0..NEURONS).map(|k| k as f64 / NEURONS as f64).collect())],
            events: vec![],
            frames: Frames::default(),
            stream: 0,
            heard: None,
            clock: CLOCK,
        })?;
        let (mut spikes, mut count) = (Vec::with_capacity(NEURONS), 0);
        let cost = measure(|clock| {
            spikes.clear();
            source.emit(clock, &mut spikes);
            count += spikes.len();
        });
        let rate = count as f64 / (ROUNDS * STEPS * NEURONS as u64) as f64;
        writeln!(out, "{cost:>8.3} {name} {given:?}, {rate:.4} spikes per neuron and step")?;
    }
    Ok(())
}

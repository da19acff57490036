//! What does the ECS cost over the same kernels in a bare loop?
//!
//! COBA by the engine and by a loop over plain vectors, which must give the same spikes; one thread, spikes recorded. The goal
//! is at most 15 % at 4,000 neurons and nothing measurable at 40,000.

use std::io::Write;
use std::time::Duration;

use benches::bare::Bare;
use benches::measure::in_turns;
use benches::network::Network;
use benches::workload::{Setup, Workload};
use criterion::{BenchmarkId, Criterion, SamplingMode};
use ecs_core::allocator::Aligned;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// Steps timed together.
const STEPS: u64 = 100;
/// Steps of which all spikes are compared, before anything is timed.
const COMPARED: u64 = 2000;
/// Turns; the ratio is that of the fastest.
const ROUNDS: usize = 200;

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    criterion = criterion.measurement_time(Duration::from_secs(1)).configure_from_args();
    let coba = Workload::named("coba").ok_or("COBA is a workload")?;
    for neurons in [4000, 40_000] {
        let mut network = Network::build(&coba, &Setup::of(neurons))?;
        let mut bare = Bare::like(&mut network)?;
        network.advance(COMPARED)?;
        bare.advance(COMPARED);
        assert!(!bare.raster.is_empty(), "a silent network compares nothing");
        assert!(network.raster == bare.raster, "the bare loop simulates another network");
        answer(neurons, &mut network, &mut bare)?;
        let mut group = criterion.benchmark_group("ecs");
        group.sampling_mode(SamplingMode::Flat);
        group.bench_function(BenchmarkId::new("engine", neurons), |bencher| {
            bencher.iter(|| {
                network.raster.clear();
                network.advance(STEPS)
            });
        });
        group.bench_function(BenchmarkId::new("bare", neurons), |bencher| {
            bencher.iter(|| {
                bare.raster.clear();
                bare.advance(STEPS);
            });
        });
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

/// Both go through the same steps, so both do the same work in every turn.
fn answer(neurons: usize, network: &mut Network, bare: &mut Bare) -> Result<(), String> {
    let (mut engine_turns, mut bare_turns) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let times = in_turns(
            1,
            [
                &mut || {
                    network.raster.clear();
                    network.advance(STEPS)
                },
                &mut || {
                    bare.raster.clear();
                    bare.advance(STEPS);
                    Ok(())
                },
            ],
        )?;
        engine_turns.push(times[0].as_secs_f64());
        bare_turns.push(times[1].as_secs_f64());
    }
    let [engine, bare] = [engine_turns, bare_turns].map(median);
    let per_step = 1e6 / STEPS as f64;
    writeln!(
        std::io::stdout(),
        "coba {neurons}: engine {:.2} us a step, bare loop {:.2}: the ECS costs {:+.1} %",
        engine * per_step,
        bare * per_step,
        (engine / bare - 1.0) * 100.0
    )
    .map_err(|e| e.to_string())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

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
/// Turns; the ratio is that of the medians.
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
    let mut by_engine = || {
        network.raster.clear();
        network.advance(STEPS)
    };
    let mut by_loop = || {
        bare.raster.clear();
        bare.advance(STEPS);
        Ok(())
    };
    let times = in_turns(ROUNDS, [&mut by_engine, &mut by_loop])?;
    let [engine, bare] = times.map(|t| t * 1e6 / STEPS as f64);
    let cost = (engine / bare - 1.0) * 100.0;
    writeln!(
        std::io::stdout(),
        "coba {neurons}: engine {engine:.2} us a step, bare loop {bare:.2}: the ECS costs {cost:+.1} %"
    )
    .map_err(|e| e.to_string())
}

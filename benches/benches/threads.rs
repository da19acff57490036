//! What does a second thread bring?
//!
//! COBA with one thread and with two, in turns, spikes recorded. The goal is 1.6 times from 40,000 neurons up; below 10,000 the
//! engine takes one thread unless told otherwise.

use std::io::Write;
use std::time::{Duration, Instant};

use benches::measure::in_turns;
use benches::network::Network;
use benches::workload::{Setup, Workload};
use criterion::{BenchmarkId, Criterion, SamplingMode};
use ecs_core::allocator::Aligned;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// Steps timed together.
const STEPS: u64 = 100;
/// Steps before anything is timed.
const WARM: u64 = 1000;
/// Turns; the ratio is that of the medians.
const ROUNDS: usize = 20;

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    criterion = criterion.measurement_time(Duration::from_secs(2)).configure_from_args();
    let coba = Workload::named("coba").ok_or("COBA is a workload")?;
    for neurons in [4000, 40_000, 400_000] {
        let mut one = Network::build(&coba, &Setup::of(neurons))?;
        let mut two = Network::build(&coba, &Setup { threads: 2, ..Setup::of(neurons) })?;
        one.advance(WARM)?;
        two.advance(WARM)?;
        let times = in_turns(ROUNDS, [&mut || run(&mut one), &mut || run(&mut two)])?;
        let [single, double] = times.map(|t| t * 1e6 / STEPS as f64);
        let ratio = single / double;
        writeln!(
            std::io::stdout(),
            "coba {neurons}: {single:.1} us a step with one thread, {double:.1} with two: {ratio:.2} times as fast"
        )
        .map_err(|e| e.to_string())?;
        let mut group = criterion.benchmark_group("threads");
        group.sampling_mode(SamplingMode::Flat);
        for (threads, network) in [(1, &mut one), (2, &mut two)] {
            group.bench_function(BenchmarkId::new(neurons.to_string(), threads), |bencher| {
                bencher.iter_custom(|times| {
                    let start = Instant::now();
                    (0..times).for_each(|_| run(network).expect("the network runs"));
                    start.elapsed()
                });
            });
        }
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

fn run(network: &mut Network) -> Result<(), String> {
    network.raster.clear();
    network.advance(STEPS)
}

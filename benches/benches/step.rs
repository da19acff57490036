//! What does a step cost, per neuron and per synaptic event, and at which firing rate?
//!
//! Networks of the literature at the sizes other simulators were measured at, one thread, spikes recorded.

use std::io::Write;
use std::time::{Duration, Instant};

use benches::network::Network;
use benches::workload::{Setup, WORKLOADS, Workload};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use ecs_core::allocator::Aligned;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// Steps timed together: 10 ms of biology, in which rates fluctuate little.
const STEPS: u64 = 100;
/// Steps before anything is timed.
const WARM: u64 = 1000;

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    criterion = criterion.measurement_time(Duration::from_secs(2)).configure_from_args();
    for workload in WORKLOADS {
        let sizes = if workload.name == "brunel" { vec![workload.neurons] } else { vec![4000, 40_000] };
        for neurons in sizes {
            time(&mut criterion, &workload, neurons)?;
        }
    }
    criterion.final_summary();
    Ok(())
}

fn time(criterion: &mut Criterion, workload: &Workload, neurons: usize) -> Result<(), String> {
    let mut group = criterion.benchmark_group(format!("step/{}", workload.name));
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(STEPS * neurons as u64));
    let (mut steps, mut spikes, mut wall) = (0, 0, Duration::ZERO);
    // Built when first timed, so that a filter on the command line leaves out what it names not.
    let mut built: Option<Network> = None;
    group.bench_function(BenchmarkId::from_parameter(neurons), |bencher| {
        let network = built.get_or_insert_with(|| {
            let mut network = Network::build(workload, &Setup::of(neurons)).expect("the workload is valid");
            network.advance(WARM).expect("the network runs");
            network
        });
        bencher.iter_custom(|times| {
            let start = Instant::now();
            for _ in 0..times {
                network.raster.clear();
                network.advance(STEPS).expect("the network runs");
                spikes += network.raster.len();
            }
            steps += times * STEPS;
            wall += start.elapsed();
            start.elapsed()
        });
    });
    group.finish();
    if steps == 0 {
        return Ok(());
    }
    let neuron_steps = neurons as f64 * steps as f64;
    let events = spikes as f64 * workload.outdegree;
    let ns = wall.as_secs_f64() * 1e9;
    let rate = spikes as f64 / neuron_steps * 1e4;
    let (name, per_neuron, per_event) = (workload.name, ns / neuron_steps, ns / events);
    let out = &mut std::io::stdout();
    writeln!(
        out,
        "{name} {neurons}: {per_neuron:.3} ns per neuron and step, {per_event:.3} ns per event, {rate:.1} Hz"
    )
    .map_err(|e| e.to_string())
}

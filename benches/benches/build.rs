//! How long does building a network take?
//!
//! From the scenario's text to the first step, on all cores of the machine, per synapse.

use std::time::Duration;

use benches::network::Network;
use benches::workload::{Setup, Workload};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use ecs_core::allocator::Aligned;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// Workloads and neurons.
const NETWORKS: [(&str, usize); 4] =
    [("coba", 4000), ("coba", 40_000), ("coba", 400_000), ("brunel", 12_500)];

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    criterion = criterion.measurement_time(Duration::from_secs(2)).configure_from_args();
    for (name, neurons) in NETWORKS {
        let workload = Workload::named(name).ok_or("there is such a workload")?;
        let mut group = criterion.benchmark_group("build");
        let synapses = (neurons as f64 * workload.outdegree) as u64;
        group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(synapses));
        group.bench_function(BenchmarkId::new(name, neurons), |bencher| {
            // Taking a network down again is not building.
            bencher.iter_with_large_drop(|| Network::build(&workload, &Setup::of(neurons)));
        });
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

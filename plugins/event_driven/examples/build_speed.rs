//! How fast are projections built? `cargo run --release -p event_driven --example build_speed [threads [rule]]`

use std::io::Write;
use std::time::Instant;

use ecs_core::random::Distribution;
use event_driven::build::{Plan, Precision, build};
use event_driven::ends::Ends;
use event_driven::rules::{FixedIndegree, FixedOutdegree, FixedProbability, FixedTotal, Rule, Stream};

/// Neurons, synapses per neuron.
const SIZES: [(u32, u32); 5] = [(4_000, 80), (40_000, 80), (400_000, 80), (4_000_000, 80), (12_500, 1_250)];

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let threads = arguments.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    let wanted = arguments.next().unwrap_or_else(|| "fixed_probability".into());
    let law = Distribution::Normal { mean: 1.0, sd: 0.2, min: 0.0, max: 10.0 };
    let weight =
        if arguments.next().as_deref() == Some("normal") { law } else { Distribution::Constant(1.0) };
    let mut out = std::io::stdout();
    writeln!(out, "{wanted}, {threads} thread(s)")?;
    for (n, k) in SIZES {
        let rule: Box<dyn Rule> = match wanted.as_str() {
            "fixed_indegree" => Box::new(FixedIndegree { k, self_connections: true, multiple: true }),
            "fixed_outdegree" => Box::new(FixedOutdegree { k, self_connections: true, multiple: true }),
            "distinct" => Box::new(FixedOutdegree { k, self_connections: false, multiple: false }),
            "fixed_total" => {
                Box::new(FixedTotal { n: u64::from(n) * u64::from(k), out_sigma: 0.0, in_sigma: 0.0 })
            }
            _ => Box::new(FixedProbability { p: f64::from(k) / f64::from(n), self_connections: true }),
        };
        let plan = Plan {
            stream: Stream { seed: 1, projection: 0 },
            weight,
            delay: Distribution::Constant(1.0),
            dt: 0.1,
            precision: Precision::Single,
            bounds: &[0, n],
            threads,
        };
        let start = Instant::now();
        let csr =
            build(&*rule, &Ends::within(n.into()), &plan, &mut |_, _| {}).map_err(std::io::Error::other)?;
        let seconds = start.elapsed().as_secs_f64();
        let counted = Instant::now();
        let most = csr.max_indegree();
        writeln!(
            out,
            "{n:>9} x {k:<5} {seconds:>8.3} s {:>7.1} M synapses/s {:>8.1} MB, largest in-degree {most} in {:.3} s",
            csr.synapses() as f64 / seconds / 1e6,
            csr.memory_bytes() as f64 / 1e6,
            counted.elapsed().as_secs_f64()
        )?;
    }
    Ok(())
}

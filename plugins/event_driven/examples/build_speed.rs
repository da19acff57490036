//! How fast are projections built? `cargo run --release -p event_driven --example build_speed [threads [rule]]`; `NEURONS=100000` for one size

use std::io::Write;
use std::time::Instant;

use ecs_core::network::{Placement, Space};
use ecs_core::random::{Distribution, Key, Purpose};
use event_driven::build::{Plan, Precision, build};
use event_driven::ends::Ends;
use event_driven::rules::{
    Ball, FixedIndegree, FixedOutdegree, FixedProbability, FixedTotal, Gaussian, Lattice, Nearby, Neighbours,
    PowerLaw, Rule, ScaleFree, ScaleFreeDual, SmallWorld, Stream,
};

/// Neurons, synapses per neuron.
const SIZES: [(u32, u32); 6] =
    [(4_000, 80), (40_000, 80), (100_000, 80), (400_000, 80), (4_000_000, 80), (12_500, 1_250)];

/// A periodic square of side 1 mm.
fn square(placement: Placement) -> Option<Space> {
    Some(Space { placement, axes: 2, origin: [0.0; 3], extent: [1.0, 1.0, 0.0], periodic: true, channels: 1 })
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let threads = arguments.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    let wanted = arguments.next().unwrap_or_else(|| "fixed_probability".into());
    let only = std::env::var("NEURONS").ok().and_then(|word| word.parse::<u32>().ok());
    let law = Distribution::Normal { mean: 1.0, sd: 0.2, min: 0.0, max: 10.0 };
    let weight =
        if arguments.next().as_deref() == Some("normal") { law } else { Distribution::Constant(1.0) };
    let mut out = std::io::stdout();
    writeln!(out, "{wanted}, {threads} thread(s)")?;
    for (n, k) in SIZES.into_iter().filter(|(n, _)| only.is_none_or(|only| only == *n)) {
        let rule: Box<dyn Rule> = match wanted.as_str() {
            "fixed_indegree" => Box::new(FixedIndegree { k, self_connections: true, multiple: true }),
            "fixed_outdegree" => Box::new(FixedOutdegree { k, self_connections: true, multiple: true }),
            "distinct" => Box::new(FixedOutdegree { k, self_connections: false, multiple: false }),
            "fixed_total" => {
                Box::new(FixedTotal { n: u64::from(n) * u64::from(k), out_sigma: 0.0, in_sigma: 0.0 })
            }
            // Of `k` expected synapses in a square of `n` neurons.
            "gaussian" => {
                let sigma = (f64::from(k) / f64::from(n) / std::f64::consts::TAU).sqrt();
                Box::new(Nearby {
                    name: "gaussian",
                    kernel: Gaussian { sigma, p: 1.0 },
                    self_connections: true,
                })
            }
            "distance" => {
                let radius = (2.0 * f64::from(k) / f64::from(n) / std::f64::consts::PI).sqrt();
                Box::new(Nearby { name: "distance", kernel: Ball { radius, p: 0.5 }, self_connections: true })
            }
            "grid_n" => {
                let neighbours = Neighbours::Box(u64::from(k).isqrt() / 2);
                Box::new(Lattice { name: "grid_n", neighbours, self_connections: false })
            }
            "small_world" => Box::new(SmallWorld { k, p: 0.1, directed: false }),
            "small_world_directed" => Box::new(SmallWorld { k, p: 0.1, directed: true }),
            "scale_free" => Box::new(ScaleFree { m: k / 2, directed: false }),
            "scale_free_dual" => Box::new(ScaleFreeDual { m: [k / 4, k], p: 0.6, directed: false }),
            "power_law" => Box::new(PowerLaw { m: k / 2, p: 0.5, directed: false }),
            _ => Box::new(FixedProbability { p: f64::from(k) / f64::from(n), self_connections: true }),
        };
        let plan = Plan {
            stream: Stream { seed: 1, projection: 0 },
            weight,
            delay: Distribution::Constant(1.0),
            pairs: [None, None],
            dt: 0.1,
            precision: Precision::Single,
            bounds: &[0, n],
            threads,
        };
        let start = Instant::now();
        let side = u64::from(n).isqrt();
        let space = match wanted.as_str() {
            "grid_n" => square(Placement::Grid([side, u64::from(n) / side, 1])),
            _ => square(Placement::Random(Key::new(1, 0, Purpose::Position))),
        };
        let ends = Ends { spaces: [space.clone(), space], ..Ends::within(n.into()) };
        let csr = build(&*rule, &ends, &plan, &mut |_, _| {}).map_err(std::io::Error::other)?;
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

//! Contracts of connectivity: the laws of the rules, exactness, values of synapses, messages.

mod distances;
mod exact;
mod fillings;
mod graphs;
mod laws;
mod messages;
mod values;

use ecs_core::random::Distribution;
use event_driven::build::{Plan, Precision, build};
use event_driven::csr::Csr;
use event_driven::ends::Ends;
use event_driven::rules::{
    AllToAll, ConnectError, FixedIndegree, FixedOutdegree, FixedProbability, FixedTotal, OneToOne, Rule,
    Stream,
};

/// A plan with one weight, one delay, one shard.
fn plan(seed: u64, bounds: &[u32]) -> Plan<'_> {
    Plan {
        stream: Stream { seed, projection: 3 },
        weight: Distribution::Constant(0.5),
        delay: Distribution::Constant(1.5),
        pairs: [None, None],
        dt: 0.1,
        precision: Precision::Single,
        bounds,
        threads: 1,
    }
}

fn connect(rule: &dyn Rule, ends: &Ends, seed: u64) -> Result<Csr, ConnectError> {
    build(rule, ends, &plan(seed, &[0, ends.post_size as u32]), &mut |_, _| {})
}

fn connected(rule: &dyn Rule, ends: &Ends, seed: u64) -> Csr {
    connect(rule, ends, seed).expect("a possible request")
}

/// Targets of a row.
fn row(csr: &Csr, i: u32) -> Vec<u32> {
    csr.row(i).map(|at| csr.targets.at(at)).collect()
}

fn outdegrees(csr: &Csr) -> Vec<u32> {
    (0..csr.n_pre).map(|i| csr.row(i).len() as u32).collect()
}

/// Every rule but the table, for `n` to `n` neurons with some `k` synapses each.
fn every_rule(n: u32, k: u32, self_connections: bool, multiple: bool) -> Vec<Box<dyn Rule>> {
    vec![
        Box::new(FixedProbability { p: f64::from(k) / f64::from(n), self_connections }),
        Box::new(FixedIndegree { k, self_connections, multiple }),
        Box::new(FixedOutdegree { k, self_connections, multiple }),
        Box::new(FixedTotal { n: u64::from(n) * u64::from(k), out_sigma: 0.0, in_sigma: 0.0 }),
        Box::new(OneToOne),
        Box::new(AllToAll { self_connections }),
    ]
}

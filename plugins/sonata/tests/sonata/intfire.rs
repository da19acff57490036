//! Proof that the circuit is read right: simulated, it gives the spikes of NEURON, all of them and no other.
//!
//! ```text
//! m <- m exp(-(t - t0) / tau) + w      where `w` sums all inputs of this instant, unless the cell is refractory
//! m >= 1: spike, m <- 0, refractory for t_ref
//! ```
//!
//! Source: NEURON's `intfire1.mod`; `tau` and `refrac` of the parameter files are in s.
//! Departure: NEURON takes the inputs of one instant one by one. Their order matters: all inhibition first gives the
//! same 4,322 spikes as the sum, all excitation first 22,729.

use crate::data::example;
use sonata::{Circuit, read_spikes};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::path::Path;

/// Times are sums of spike times and delays: in f64, up to 3,000 ms, each sum is off by 2e-13 ms at most.
const SAME_TIME_MS: f64 = 1e-9;

/// The grid on which all spike times and delays of this example lie.
const STEP_MS: f64 = 0.001;

/// The time and the cell of a spike.
type Spike = (f64, u32);

struct Synapse {
    target: u32,
    weight: f64,
    delay_ms: f64,
}

/// Cells of `v1` first, then those that replay.
struct Network {
    tau_ms: Vec<f64>,
    t_ref_ms: Vec<f64>,
    outgoing: Vec<Vec<Synapse>>,
    /// Time and source, sorted by time.
    replayed: Vec<Spike>,
    tstop_ms: f64,
}

impl Network {
    fn of(circuit: &Circuit) -> Self {
        let mut first = Vec::new();
        let mut size = 0;
        for population in &circuit.populations {
            first.push((population.name.as_str(), size));
            size += population.size as u32;
        }
        let number = |name: &str, id: u32| first.iter().find(|(other, _)| *other == name).unwrap().1 + id;

        let v1 = circuit.population("v1").unwrap();
        let (mut tau_ms, mut t_ref_ms) = (vec![0.0; v1.size], vec![0.0; v1.size]);
        for group in &v1.groups {
            for (cell, id) in group.node_ids.iter().enumerate() {
                tau_ms[*id as usize] = group.parameters["tau"][cell] * 1000.0;
                t_ref_ms[*id as usize] = group.parameters["refrac"][cell] * 1000.0;
            }
        }
        let mut outgoing: Vec<Vec<Synapse>> = (0..size).map(|_| Vec::new()).collect();
        for edges in &circuit.projections {
            for edge in 0..edges.weight.len() {
                let source = number(&edges.source, edges.source_ids[edge]);
                let target = number(&edges.target, edges.target_ids[edge]);
                let (weight, delay_ms) = (edges.weight[edge], edges.delay_ms[edge]);
                outgoing[source as usize].push(Synapse { target, weight, delay_ms });
            }
        }
        let mut replayed = Vec::new();
        for input in &circuit.inputs {
            let sources = input.node_ids.iter().map(|id| number(&input.population, *id));
            replayed.extend(input.times_ms.iter().copied().zip(sources));
        }
        replayed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Self { tau_ms, t_ref_ms, outgoing, replayed, tstop_ms: circuit.run.tstop_ms }
    }
}

/// A weight that arrives at a cell.
#[derive(PartialEq)]
struct Event {
    time: f64,
    cell: u32,
    weight: f64,
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest event is the greatest; the events of one cell and instant follow each other.
impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        let instant = other.time.total_cmp(&self.time).then(other.cell.cmp(&self.cell));
        instant.then(other.weight.total_cmp(&self.weight))
    }
}

fn simulate_by_event(network: &Network) -> Vec<Spike> {
    let mut queue = BinaryHeap::new();
    let send = |queue: &mut BinaryHeap<Event>, time: f64, source: u32| {
        queue.extend(network.outgoing[source as usize].iter().map(|synapse| Event {
            time: time + synapse.delay_ms,
            cell: synapse.target,
            weight: synapse.weight,
        }));
    };
    network.replayed.iter().for_each(|(time, source)| send(&mut queue, *time, *source));

    let count = network.tau_ms.len();
    let (mut m, mut t0, mut free) = (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
    let mut spikes = Vec::new();
    while let Some(Event { time, cell, mut weight }) = queue.pop() {
        while let Some(event) = queue.peek().filter(|event| event.time == time && event.cell == cell) {
            weight += event.weight;
            queue.pop();
        }
        let n = cell as usize;
        if time > network.tstop_ms || time < free[n] {
            continue;
        }
        m[n] = m[n] * f64::exp((t0[n] - time) / network.tau_ms[n]) + weight;
        t0[n] = time;
        if m[n] >= 1.0 {
            m[n] = 0.0;
            free[n] = time + network.t_ref_ms[n];
            spikes.push((time, cell));
            send(&mut queue, time, cell);
        }
    }
    spikes
}

fn simulate_by_clock(network: &Network) -> Vec<Spike> {
    let step_of = |time: f64| (time / STEP_MS).round() as usize;
    let longest = network.outgoing.iter().flatten().map(|synapse| step_of(synapse.delay_ms)).max().unwrap();
    let count = network.tau_ms.len();
    let decay: Vec<f64> = network.tau_ms.iter().map(|tau| f64::exp(-STEP_MS / tau)).collect();
    let mut input = vec![0.0; count];
    let mut arriving = vec![input.clone(); longest + 1];
    let send = |arriving: &mut Vec<Vec<f64>>, step: usize, source: u32| {
        for synapse in &network.outgoing[source as usize] {
            let slot = (step + step_of(synapse.delay_ms)) % (longest + 1);
            arriving[slot][synapse.target as usize] += synapse.weight;
        }
    };
    let (mut m, mut free) = (vec![0.0; count], vec![0; count]);
    let mut spikes = Vec::new();
    let mut replayed = network.replayed.iter().peekable();
    for step in 0..=step_of(network.tstop_ms) {
        while let Some((_, source)) = replayed.next_if(|(time, _)| step_of(*time) == step) {
            send(&mut arriving, step, *source);
        }
        m.iter_mut().zip(&decay).for_each(|(m, decay)| *m *= decay);
        std::mem::swap(&mut input, &mut arriving[step % (longest + 1)]);
        for n in 0..count {
            if input[n] == 0.0 || step < free[n] {
                continue;
            }
            m[n] += input[n];
            if m[n] >= 1.0 {
                m[n] = 0.0;
                free[n] = step + step_of(network.t_ref_ms[n]);
                spikes.push((step as f64 * STEP_MS, n as u32));
                send(&mut arriving, step, n as u32);
            }
        }
        input.fill(0.0);
    }
    spikes
}

/// Checks that each cell fired when it did in NEURON.
fn assert_same_spikes(config: &Path, mut spikes: Vec<Spike>) {
    let reference = read_spikes(&config.with_file_name("output/spikes.h5")).unwrap().remove(0);
    let mut wanted: Vec<Spike> = reference.times_ms.into_iter().zip(reference.node_ids).collect();
    assert_eq!((spikes.len(), wanted.len()), (4_322, 4_322));
    for train in [&mut spikes, &mut wanted] {
        train.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.total_cmp(&b.0)));
    }
    for (spike, wanted) in spikes.iter().zip(&wanted) {
        let same = spike.1 == wanted.1 && (spike.0 - wanted.0).abs() < SAME_TIME_MS;
        assert!(same, "{spike:?}, but NEURON has {wanted:?}");
    }
}

#[test]
fn event_by_event_the_circuit_gives_the_spikes_of_neuron() {
    let Some(config) = example("300_intfire/config.json") else { return };
    let network = Network::of(&Circuit::read(&config).unwrap());
    assert_same_spikes(&config, simulate_by_event(&network));
}

#[test]
fn in_steps_of_one_microsecond_the_circuit_gives_the_spikes_of_neuron() {
    let Some(config) = example("300_intfire/config.json") else { return };
    let network = Network::of(&Circuit::read(&config).unwrap());
    assert_same_spikes(&config, simulate_by_clock(&network));
}

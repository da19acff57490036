//! What does a plastic synaptic event cost in a network like NEST's `hpc_benchmark`: in-degree 9,000, 7 spikes a second?
//!
//! `cargo run --release -p event_driven --example plastic_speed [NEURONS] [IN-DEGREE] [RULE] [data]`, on one thread;
//! with `data` the rule runs as one from text does. Senders and
//! receivers fire by chance; the first half of a second is not timed.

#![expect(clippy::print_stdout, reason = "an example that prints what it measured")]

use std::time::Instant;

use ecs_core::model::PlasticityModel;
use ecs_core::network::{
    Arrivals, ConnectPlan, ConnectorModel, Inbox, Learning, Operator, Plastic, Registry, Target,
};
use ecs_core::random::Distribution;
use event_driven as _;
use synapses as _;

const DT: f64 = 0.1;
const RATE: f64 = 7.0;
const STEPS: u64 = 5_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |k: usize, other: u32| arguments.get(k).and_then(|a| a.parse().ok()).unwrap_or(other);
    let (neurons, degree) = (number(0, 9_000), number(1, 9_000));
    let name = arguments.get(2).map_or("stdp_power_law", String::as_str);
    let registry = Registry::linked().expect("names are unique");
    let connector = registry.find::<ConnectorModel>("fixed_indegree").expect("it is linked");
    let compiled = registry.find::<PlasticityModel>(name).expect("it is linked");
    let model = match arguments.get(3).is_some_and(|word| word == "data") {
        true => PlasticityModel::given((compiled.equations)(&compiled.entry), "data").expect("it can run"),
        false => compiled,
    };
    let value = |default: f64| if default.is_nan() { 100.0 } else { default };
    let params: Vec<f64> = model.entry.params.iter().map(|field| value(field.default)).collect();
    let connect: Vec<f64> = connector
        .entry
        .params
        .iter()
        .map(|field| if field.default.is_nan() { f64::from(degree) } else { field.default })
        .collect();
    let start = Instant::now();
    let plan = ConnectPlan {
        pre: 0..neurons.into(),
        post: 0..neurons.into(),
        sizes: (neurons.into(), neurons.into()),
        recurrent: true,
        spaces: [None, None],
        weight: Distribution::Constant(45.0),
        delay: Distribution::Constant(1.5),
        initialisers: [None, None],
        dt: DT,
        seed: 1,
        stream: 0,
        double: false,
        bounds: &[0, neurons],
        threads: 1,
        params: &connect,
        edges: None,
        plasticity: Some(Plastic { model, params: &params }),
    };
    let operator = (connector.connect)(plan, &mut |_, _| ()).expect("it can be built");
    let transfer = operator.transfer();
    let built = start.elapsed().as_secs_f64();
    println!(
        "{name}: {} synapses of {:.2} bytes, built in {built:.1} s",
        transfer.synapses,
        transfer.bytes as f64 / transfer.synapses as f64
    );
    let mut network = Network { operator: &*operator, neurons, dice: 1, sums: vec![0.0; neurons as usize] };
    network.run(0..STEPS);
    let (start, before) = (Instant::now(), on_processor());
    let spikes = network.run(STEPS..2 * STEPS);
    let seconds =
        on_processor().zip(before).map_or(start.elapsed().as_secs_f64(), |(now, before)| now - before);
    let events = spikes as f64 * transfer.synapses as f64 / f64::from(neurons);
    let rate = spikes as f64 / f64::from(neurons) / (STEPS as f64 * DT / 1000.0);
    println!(
        "{rate:.2} spikes a second: {:.3} ns per synaptic event, {seconds:.3} s",
        seconds * 1e9 / events
    );
}

/// Seconds that this thread was on a processor, where the system tells: what other programs take does not count.
fn on_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(|ns: f64| ns * 1e-9)
}

struct Network<'a> {
    operator: &'a dyn Operator,
    neurons: u32,
    dice: u64,
    sums: Vec<f32>,
}

impl Network<'_> {
    /// Who fires in a step, by chance.
    fn fire(&mut self) -> Vec<u32> {
        let chance = (RATE * DT / 1000.0 * 2f64.powi(31)) as u64;
        let mut fires = || {
            self.dice =
                self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.dice >> 33 < chance
        };
        (0..self.neurons).filter(|_| fires()).collect()
    }

    /// Runs these steps, and gives the number of spikes that arrived. Each is both sent and, 1.5 ms before, seen.
    fn run(&mut self, steps: std::ops::Range<u64>) -> usize {
        let learner = self.operator.learner().expect("it was asked for");
        let mut arrived = 0;
        for step in steps {
            let (pre, post) = (self.fire(), self.fire());
            let inbox = Inbox::Sum32(&mut self.sums);
            let mut target = Target { inbox, first: 0, neurons: self.neurons as usize, slots: 1, slot: 0 };
            self.operator.deliver(0, Arrivals::plain(step, &pre), &mut target);
            learner.learn(0, Learning { step, neurons: &post, modulators: 0.0 });
            arrived += pre.len();
        }
        arrived
    }
}

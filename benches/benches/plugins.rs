//! What does a model from a library cost against the built-in one?
//!
//! The adaptive neuron of the example plugin, loaded and compiled in, over blocks as the engine makes them: 512 neurons with
//! their input in columns, 4096 with two receptors in the same pass. The goal is at most 3 %. A guarded call by itself, an
//! operator of the library that is given no spike, may take 10 ns.

use std::error::Error;
use std::io::Write;

use benches::measure::in_turns;
use ecs_core::allocator::Aligned;
use ecs_core::model::{Arriving, Block, Column, Factors, Kernel, Lane, NeuronModel, instructions};
use ecs_core::network::{Arrivals, ConnectPlan, ConnectorModel, Inbox, Target};
use ecs_core::random::Distribution;

#[path = "../../plugins/examples/adaptive/src/adaptive.rs"]
mod adaptive;
#[path = "../../plugins/libraries/tests/libraries/example.rs"]
mod example;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

const BUILT_IN: NeuronModel = NeuronModel::of::<adaptive::Model>("adaptive", "", "");

/// Turns; the ratio is that of the medians.
const ROUNDS: usize = 300;
/// Neurons advanced in a turn.
const WORK: usize = 1 << 19;

fn main() -> Result<(), Box<dyn Error>> {
    let library = libraries::load(example::adaptive(), None)?;
    let out = &mut std::io::stdout();
    for (integrator, neurons, lanes) in
        [("euler", 512, 0), ("euler", 4096, 2), ("exponential_euler", 512, 0), ("exponential_euler", 4096, 2)]
    {
        let [there, here] = times(library.neurons[0], (integrator, neurons, lanes))?;
        let cost = (there / here - 1.0) * 100.0;
        writeln!(
            out,
            "{integrator}, {neurons} neurons, {lanes} receptors: {:.3} ns a neuron from the library, {:.3} built in: it costs \
             {cost:+.1} %",
            there / neurons as f64,
            here / neurons as f64
        )?;
    }
    writeln!(out, "a guarded call: {:.1} ns", call(library.connectors[0])?)?;
    Ok(())
}

/// Nanoseconds of a call that does nothing.
fn call(rule: &ConnectorModel) -> Result<f64, String> {
    let plan = ConnectPlan {
        pre: 0..100,
        post: 0..100,
        sizes: (100, 100),
        recurrent: true,
        spaces: [None, None],
        weight: Distribution::Constant(1.0),
        delay: Distribution::Constant(1.0),
        initialisers: [None, None],
        dt: 0.1,
        seed: 1,
        stream: 0,
        double: false,
        bounds: &[0, 100],
        threads: 1,
        params: &[3.0, 10.0],
        edges: None,
        plasticity: None,
    };
    let operator = (rule.connect)(plan, &mut |_, _| ())?;
    let mut sums = [0.0; 100];
    let inbox = Inbox::Sum32(&mut sums);
    let mut target = Target { inbox, first: 0, neurons: 100, slots: 1, slot: 0 };
    let mut calls = || {
        (0..WORK).for_each(|_| operator.deliver(0, Arrivals::plain(0, &[]), &mut target));
        Ok(())
    };
    let [seconds] = in_turns(ROUNDS / 10, [&mut calls])?;
    Ok(seconds * 1e9 / WORK as f64)
}

/// Nanoseconds of a call, from the library and built in.
fn times(
    library: &NeuronModel,
    (integrator, neurons, lanes): (&str, usize, usize),
) -> Result<[f64; 2], String> {
    let shared = vec![true; BUILT_IN.entry.params.len()];
    let kernel = |model: &NeuronModel| model.kernels.single(integrator, instructions(), &shared);
    let there = kernel(library).ok_or("the library has the kernel")?;
    let here = kernel(&BUILT_IN).ok_or("the program has the kernel")?;
    let mut cells = [Cells::at_rest(neurons), Cells::at_rest(neurons)];
    let [first, second] = &mut cells;
    let calls = WORK / neurons;
    let mut forms = (
        || {
            (0..calls).for_each(|_| first.advance(&there, lanes));
            Ok(())
        },
        || {
            (0..calls).for_each(|_| second.advance(&here, lanes));
            Ok(())
        },
    );
    let seconds = in_turns(ROUNDS, [&mut forms.0, &mut forms.1])?;
    assert!(cells[0].state == cells[1].state, "one model");
    Ok(seconds.map(|s| s * 1e9 / calls as f64))
}

/// Columns of a block.
struct Cells {
    params: Vec<Column<'static, f32>>,
    state: [Vec<f32>; 2],
    refractory: Vec<f32>,
    input: Vec<f32>,
    values: [Vec<f32>; 2],
    counts: [Vec<u8>; 2],
    spikes: Vec<u32>,
    marks: Vec<u8>,
    saved: Vec<f32>,
    registers: Vec<f32>,
}

impl Cells {
    fn at_rest(n: usize) -> Self {
        let entry = &BUILT_IN.entry;
        Self {
            params: entry.params.iter().map(|field| Column::Uniform(field.default as f32)).collect(),
            state: [0, 1].map(|row| vec![entry.state[row].default as f32; n]),
            refractory: vec![0.0; n],
            input: vec![0.0; n],
            values: [vec![0.0; n], vec![0.0; n]],
            counts: [vec![0; n], vec![0; n]],
            spikes: Vec::with_capacity(n),
            marks: vec![0; n],
            saved: vec![0.0; 2 * n],
            registers: Vec::new(),
        }
    }

    fn advance(&mut self, kernel: &Kernel<f32>, lanes: usize) {
        self.spikes.clear();
        self.registers.resize(kernel.registers(), 0.0);
        let filled = if lanes > 0 { 0 } else { self.input.len() };
        let input = &self.input[..filled];
        let factors = Factors { weight: 1.0, decay: 0.98, current: 0.0, conductance: 1.0 };
        let [v, w] = &mut self.state;
        let [a, b] = &mut self.values;
        let [c, d] = &mut self.counts;
        let lane =
            |value, counts| Lane { value, arriving: Arriving::Count8(counts, factors.weight), factors };
        let mut both = [lane(a, c), lane(b, d)];
        kernel.advance(
            &mut Block {
                params: &self.params,
                state: &mut [v, w],
                refractory: &mut self.refractory,
                inputs: [(input, input); 3],
                conducts: true,
                jump: input,
                noise: &[],
                dt: 0.1,
                first: 0,
                spikes: &mut self.spikes,
                bad: &mut None,
                marks: &mut self.marks,
                saved: &mut self.saved,
                save: false,
                registers: &mut self.registers,
            },
            &mut both[..lanes],
        );
    }
}

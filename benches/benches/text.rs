//! How far are equations in text from compiled ones?
//!
//! Each model is advanced by its compiled loop and by the program made of its graph, which is what a model in text runs as.
//! The two take turns, and the fastest of each is kept: the answer is their ratio.

use std::hint::black_box;
use std::time::{Duration, Instant};

use arrayvec::ArrayVec;
use ecs_core::allocator::Aligned;
use ecs_core::model::prelude::*;
use ecs_core::model::{Advance, Block, Column, Instructions, Layout, NeuronModel, Program};
use ecs_core::registry::Field;
use neurons as _;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// Neurons of a population, and of the blocks in which the engine advances one.
const NEURONS: [usize; 2] = [10_000, 512];
/// Step, in ms.
const DT: f64 = 0.1;
/// How often the two take turns, and for how long each time.
const TURNS: usize = 40;
const TURN: Duration = Duration::from_millis(1);

model! {
    /// Adaptive exponential integrate-and-fire, Brette & Gerstner (2005), doi:10.1152/jn.00686.2005, equations 1-3.
    Adex "pA"
    params {
        c_m = 281.0, "pF", "membrane capacitance", positive;
        g_l = 30.0, "nS", "leak conductance";
        e_l = -70.6, "mV", "resting potential";
        v_t = -50.4, "mV", "threshold";
        delta_t = 2.0, "mV", "slope factor", positive;
        tau_w = 144.0, "ms", "adaptation time constant", positive;
        a = 4.0, "nS", "subthreshold adaptation";
        b = 80.5, "pA", "spike-triggered adaptation";
        v_reset = -70.6, "mV", "voltage after a spike";
        v_peak = 0.0, "mV", "voltage at which a spike is cut";
        t_ref = 2.0, "ms", "refractory period", non_negative;
    }
    state {
        v = -70.6, "mV", "membrane voltage", held;
        w = 0.0, "pA", "adaptation current";
    }
}

impl Neuron for Adex {
    #[inline(always)]
    fn derivative<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>) -> State<R> {
        let v = s.v.min(p.v_peak);
        let upstroke = p.g_l * p.delta_t * ((v - p.v_t) * p.delta_t.recip()).exp();
        State {
            v: (p.g_l * (p.e_l - v) + upstroke - s.w + input.current(v)) * p.c_m.recip(),
            w: (p.a * (v - p.e_l) - s.w) * p.tau_w.recip(),
        }
    }

    #[inline(always)]
    fn condition<R: Real>(p: &Params<R>, s: &State<R>) -> R {
        s.v - p.v_peak
    }

    #[inline(always)]
    fn reset<R: Real>(p: &Params<R>, s: &State<R>) -> State<R> {
        State { v: p.v_reset, w: s.w + p.b }
    }

    #[inline(always)]
    fn refractory<R: Real>(p: &Params<R>) -> R {
        p.t_ref
    }
}

fn main() {
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let mut models: Vec<&NeuronModel> = inventory::iter::<NeuronModel>.into_iter().collect();
    let adex = NeuronModel::of::<Adex>("adex", "", "");
    models.push(&adex);
    models.sort_by_key(|model| model.entry.name);
    for model in models.into_iter().filter(|model| model.entry.name.contains(&wanted)) {
        for integrator in ["exponential_euler", "euler", "exact"] {
            for conducts in [false, true] {
                compare(model, integrator, conducts);
            }
        }
    }
}

fn names(fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| field.name.to_string()).collect()
}

#[expect(clippy::print_stdout, reason = "the answer is a sentence")]
fn compare(model: &NeuronModel, integrator: &str, conducts: bool) {
    let level = *Instructions::available().last().expect("every machine has its baseline");
    let (params, state) = (names(model.entry.params), names(model.entry.state));
    let shared = vec![true; params.len()];
    let layout = Layout { params: &params, state: &state, shared: &shared };
    let Some(kernel) = model.kernels.single(integrator, level, &shared) else { return };
    let graph = model.inspect.graph(integrator, conducts).expect("a kernel is there, so a graph is");
    let program = Program::<f32>::new(&graph, &layout, level).expect("the graph of a model");
    for neurons in NEURONS {
        let [compiled, evaluated] = fastest(model, neurons, conducts, [&*kernel, &program]);
        let ratio = evaluated / compiled;
        println!(
            "{} by {integrator}, {neurons} neurons{}: {compiled:.3} ns compiled, {evaluated:.3} ns from its graph, {ratio:.2} times",
            model.entry.name,
            if conducts { " with conductances" } else { "" },
        );
    }
}

/// Nanoseconds per neuron and step, the least of all turns.
fn fastest(model: &NeuronModel, neurons: usize, conducts: bool, by: [&dyn Advance<f32>; 2]) -> [f64; 2] {
    let mut cells = [Cells::at_rest(model, neurons), Cells::at_rest(model, neurons)];
    let mut least = [f64::INFINITY; 2];
    for _ in 0..TURNS {
        for ((cells, by), least) in cells.iter_mut().zip(by).zip(&mut least) {
            let (start, mut steps) = (Instant::now(), 0);
            while start.elapsed() < TURN {
                (0..10).for_each(|_| cells.advance(by, conducts));
                steps += 10;
            }
            *least = least.min(start.elapsed().as_secs_f64() * 1e9 / (steps * neurons) as f64);
        }
    }
    least
}

/// Columns of a block.
struct Cells {
    params: Vec<Column<'static, f32>>,
    state: Vec<Vec<f32>>,
    refractory: Vec<f32>,
    input: [Vec<f32>; 2],
    spikes: Vec<u32>,
    marks: Vec<u8>,
    saved: Vec<f32>,
    registers: Vec<f32>,
}

impl Cells {
    /// Neurons with the model's own parameters and initial state, and no input.
    fn at_rest(model: &NeuronModel, n: usize) -> Self {
        let state = model.entry.state.iter().map(|field| vec![field.default as f32; n]);
        Self {
            params: model.entry.params.iter().map(|field| Column::Uniform(field.default as f32)).collect(),
            state: state.collect(),
            refractory: vec![0.0; n],
            input: [vec![0.0; n], vec![0.0; n]],
            spikes: Vec::with_capacity(n),
            marks: vec![0; n],
            saved: vec![0.0; n * model.entry.state.len()],
            registers: Vec::new(),
        }
    }

    fn advance(&mut self, by: &dyn Advance<f32>, conducts: bool) {
        self.spikes.clear();
        self.registers.resize(by.registers(), 0.0);
        let mut state: ArrayVec<&mut [f32], 16> =
            self.state.iter_mut().map(|column| &mut column[..]).collect();
        let mut block = Block {
            params: &self.params,
            state: &mut state,
            refractory: &mut self.refractory,
            inputs: [(&self.input[0], &self.input[1]); 3],
            conducts,
            jump: &self.input[0],
            noise: &[],
            dt: DT,
            first: 0,
            spikes: &mut self.spikes,
            bad: &mut None,
            marks: &mut self.marks,
            saved: &mut self.saved,
            save: false,
            registers: &mut self.registers,
        };
        by.advance(black_box(&mut block), &mut []);
    }
}

//! Program: the evaluator of models in text gives the bits of the single neuron, for every registered neuron model.

use ecs_core::model::{
    Advance, Block, Column, INTEGRATORS, Instructions, Layout, Moment, NeuronModel, NotFinite, Program,
    STAGES,
};
use ecs_core::number::{Expr, Float, Graph, Real, trace};
use neurons as _;
use tests::draws::Draws;

/// Neurons of a block: one whole chunk, and one that ends within a tile.
const SIZE: usize = 1100;
/// Sizes around a tile, a vector and a chunk.
const SIZES: [usize; 8] = [1, 15, 37, 64, 65, 511, 1024, 2085];
const STEPS: usize = 60;
/// Index of a block's first neuron.
const FIRST: u32 = 100;

/// A precision, as the tests see it.
trait Number: Float {
    fn step(model: &NeuronModel, integrator: &str, moment: &Moment) -> Option<Vec<Self>>;
    fn program(graph: &Graph, layout: &Layout<'_>, level: Instructions) -> Box<dyn Advance<Self>>;
    /// Its bits; all that is no number counts as one, for the sign of such a result is not defined.
    fn bits(self) -> u64;
}

macro_rules! number {
    ($t:ty, $step:ident) => {
        impl Number for $t {
            fn step(model: &NeuronModel, integrator: &str, moment: &Moment) -> Option<Vec<Self>> {
                model.inspect.$step(integrator, moment)
            }
            fn program(graph: &Graph, layout: &Layout<'_>, level: Instructions) -> Box<dyn Advance<Self>> {
                Box::new(Program::<$t>::new(graph, layout, level).expect("the graph of a model"))
            }
            fn bits(self) -> u64 {
                if self.is_nan() { u64::MAX } else { u64::from(self.to_bits()) }
            }
        }
    };
}

number!(f32, step_f32);
number!(f64, step_f64);

/// Columns of a block, and what came out of it.
#[derive(Clone)]
struct Cells<T> {
    params: Vec<Vec<T>>,
    shared: Vec<bool>,
    state: Vec<Vec<T>>,
    refractory: Vec<T>,
    inputs: [[Vec<T>; 2]; STAGES],
    jump: Vec<T>,
    noise: Vec<T>,
    spikes: Vec<u32>,
    bad: Option<NotFinite>,
    registers: Vec<T>,
}

fn column<T: Float>(moments: &[Moment], of: impl Fn(&Moment) -> f64) -> Vec<T> {
    moments.iter().map(|m| T::of(of(m))).collect()
}

impl<T: Number> Cells<T> {
    fn new(moments: &[Moment], shared: Vec<bool>) -> Self {
        let count = |list: fn(&Moment) -> &[f64]| list(&moments[0]).len();
        let state = (0..count(|m| &m.state)).map(|k| column(moments, |m| m.state[k])).collect();
        let params = (0..count(|m| &m.params)).map(|k| column(moments, |m| m.params[k])).collect();
        let mut cells = Self {
            params,
            shared,
            state,
            refractory: column(moments, |m| m.refractory),
            inputs: Default::default(),
            jump: Vec::new(),
            noise: Vec::new(),
            spikes: Vec::new(),
            bad: None,
            registers: Vec::new(),
        };
        cells.drive(moments);
        cells
    }

    /// New input; a neuron whose numbers ran away starts anew.
    fn drive(&mut self, moments: &[Moment]) {
        self.inputs = std::array::from_fn(|c| [0, 1].map(|part| column(moments, |m| m.inputs[c][part])));
        self.jump = column(moments, |m| m.jump);
        self.noise = (0..moments[0].noise.len()).flat_map(|j| column(moments, |m| m.noise[j])).collect();
        for (k, m) in moments.iter().enumerate() {
            if self.state.iter().any(|column| !column[k].to_f64().is_finite()) {
                self.state.iter_mut().zip(&m.state).for_each(|(column, x)| column[k] = T::of(*x));
            }
        }
    }

    /// Advances one neuron after the other; `None` where the integrator does not apply.
    fn alone(&mut self, model: &NeuronModel, integrator: &str, dt: f64) -> Option<()> {
        self.spikes.clear();
        let n = self.refractory.len();
        for k in 0..n {
            let own = |(column, shared): (&Vec<T>, &bool)| column[if *shared { 0 } else { k }].to_f64();
            let moment = Moment {
                params: self.params.iter().zip(&self.shared).map(own).collect(),
                state: self.state.iter().map(|column| column[k].to_f64()).collect(),
                refractory: self.refractory[k].to_f64(),
                inputs: self.inputs.each_ref().map(|parts| parts.each_ref().map(|part| part[k].to_f64())),
                jump: self.jump[k].to_f64(),
                noise: self.noise.chunks_exact(n).map(|one| one[k].to_f64()).collect(),
                dt,
            };
            let after = T::step(model, integrator, &moment)?;
            self.state.iter_mut().zip(&after).for_each(|(column, x)| column[k] = *x);
            self.refractory[k] = after[after.len() - 2];
            self.spikes.extend((after[after.len() - 1] != T::default()).then_some(FIRST + k as u32));
        }
        Some(())
    }

    fn advance(&mut self, by: &dyn Advance<T>, dt: f64) {
        let n = self.refractory.len();
        let params: Vec<Column<'_, T>> = (self.params.iter().zip(&self.shared))
            .map(|(column, shared)| if *shared { Column::Uniform(column[0]) } else { Column::Each(column) })
            .collect();
        let mut state: Vec<&mut [T]> = self.state.iter_mut().map(|column| &mut column[..]).collect();
        let (mut marks, mut saved) = (vec![0; n], vec![T::default(); n * state.len()]);
        self.registers.resize(by.registers(), T::default());
        self.spikes.clear();
        let mut block = Block {
            params: &params,
            state: &mut state,
            refractory: &mut self.refractory,
            inputs: std::array::from_fn(|c| (&self.inputs[c][0][..], &self.inputs[c][1][..])),
            conducts: true,
            jump: &self.jump,
            noise: &self.noise,
            dt,
            first: FIRST,
            spikes: &mut self.spikes,
            bad: &mut self.bad,
            marks: &mut marks,
            saved: &mut saved,
            save: true,
            registers: &mut self.registers,
        };
        by.advance(&mut block, &mut []);
    }

    fn bits(&self) -> (Vec<u64>, &[u32]) {
        let numbers = self.state.iter().flatten().chain(&self.refractory);
        (numbers.map(|x| x.bits()).collect(), &self.spikes)
    }
}

/// Which parameters neurons share.
#[derive(Clone, Copy, Debug)]
enum Sharing {
    All,
    Every(usize),
    None,
}

impl Sharing {
    fn of(self, k: usize) -> bool {
        match self {
            Sharing::All => true,
            Sharing::Every(n) => k.is_multiple_of(n),
            Sharing::None => false,
        }
    }
}

struct Case<'a> {
    model: &'a NeuronModel,
    integrator: &'a str,
    level: Instructions,
    sharing: Sharing,
}

fn names(fields: &[ecs_core::registry::Field]) -> Vec<String> {
    fields.iter().map(|f| f.name.to_string()).collect()
}

impl Case<'_> {
    /// Runs the model both ways; how many spikes there were, if it can be advanced so.
    fn run<T: Number>(&self, size: usize, steps: usize) -> Option<usize> {
        let graph = self.model.inspect.graph(self.integrator, true)?;
        let (params, state) = (names(self.model.entry.params), names(self.model.entry.state));
        let shared: Vec<bool> = (0..params.len()).map(|k| self.sharing.of(k)).collect();
        let layout = Layout { params: &params, state: &state, shared: &shared };
        let program = T::program(&graph, &layout, self.level);
        let mut draws = Draws::new(17);
        let mut moments = || (0..size).map(|_| draws.moment(self.model, true)).collect::<Vec<_>>();
        let mut alone = Cells::<T>::new(&moments(), shared.clone());
        let mut evaluated = alone.clone();
        let mut spikes = 0;
        for step in 0..steps {
            let moments = moments();
            alone.drive(&moments);
            evaluated.drive(&moments);
            alone.alone(self.model, self.integrator, moments[0].dt).expect("a graph is there, so a step is");
            evaluated.advance(&*program, moments[0].dt);
            let names = (self.model.entry.name, self.integrator, self.level, self.sharing, size);
            assert!(alone.bits() == evaluated.bits(), "{names:?}: step {step}");
            spikes += alone.spikes.len();
        }
        Some(spikes)
    }
}

fn programs_equal_the_single_neuron<T: Number>() {
    for model in inventory::iter::<NeuronModel> {
        let mut spikes = 0;
        for integrator in INTEGRATORS {
            for sharing in [Sharing::All, Sharing::Every(2), Sharing::None] {
                for level in Instructions::available() {
                    let case = Case { model, integrator: integrator.name, level: *level, sharing };
                    spikes += case.run::<T>(SIZE, STEPS).unwrap_or(0);
                }
            }
        }
        assert!(spikes > 0, "{} never fired: the test missed its reset", model.entry.name);
    }
}

#[test]
fn every_program_in_single_precision_equals_the_single_neuron_bit_for_bit() {
    programs_equal_the_single_neuron::<f32>();
}

#[test]
fn every_program_in_double_precision_equals_the_single_neuron_bit_for_bit() {
    programs_equal_the_single_neuron::<f64>();
}

#[test]
fn a_block_may_end_anywhere() {
    for model in inventory::iter::<NeuronModel> {
        for level in Instructions::available() {
            let case = Case { model, integrator: model.integrator, level: *level, sharing: Sharing::All };
            for size in SIZES {
                case.run::<f32>(size, 5).expect("the model's own integrator applies");
                case.run::<f64>(size, 5).expect("the model's own integrator applies");
            }
        }
    }
}

/// The program of a model whose state variable is `x`.
fn program(graph: &Graph, params: usize, shared: &[bool]) -> Box<dyn Advance<f32>> {
    let params: Vec<String> = (0..params).map(|k| format!("p{k}")).collect();
    let state = ["x".to_string()];
    f32::program(graph, &Layout { params: &params, state: &state, shared }, Instructions::Baseline)
}

/// Neurons with these parameters and states.
fn cells(shared: &[bool], params: &[Vec<f64>], x: &[f64]) -> Cells<f32> {
    let moment = |(k, x): (usize, &f64)| Moment {
        params: params.iter().map(|column| column[k]).collect(),
        state: vec![*x],
        refractory: 7.0,
        inputs: [[0.0; 2]; STAGES],
        jump: 0.0,
        noise: Vec::new(),
        dt: 0.5,
    };
    let moments: Vec<Moment> = x.iter().enumerate().map(moment).collect();
    Cells::new(&moments, shared.to_vec())
}

/// The same after one step.
fn advanced(graph: &Graph, shared: &[bool], params: &[Vec<f64>], x: &[f64]) -> Cells<f32> {
    let mut cells = cells(shared, params, x);
    cells.advance(&*program(graph, params.len(), shared), 0.5);
    cells
}

#[test]
fn what_a_graph_leaves_out_stays_as_it_is() {
    let graph = trace(|| vec![("x".into(), Expr::variable("x") * Expr::variable("dt"))]);
    let cells = advanced(&graph, &[], &[], &[4.0, 6.0]);
    assert_eq!((cells.state[0].as_slice(), cells.refractory.as_slice()), (&[2.0, 3.0][..], &[7.0, 7.0][..]));
    assert!(cells.spikes.is_empty());
}

#[test]
fn outputs_may_be_literals_parameters_and_other_variables() {
    let graph = trace(|| {
        let (p, x, refractory) = (Expr::variable("p0"), Expr::variable("x"), Expr::variable("refractory"));
        vec![("x".into(), refractory), ("refractory".into(), x), ("fired".into(), p)]
    });
    for shared in [false, true] {
        let cells = advanced(&graph, &[shared], &[vec![1.0, 1.0]], &[4.0, 6.0]);
        assert_eq!(cells.state[0], [7.0, 7.0]);
        assert_eq!(cells.refractory, [4.0, 6.0]);
        assert_eq!(cells.spikes, [100, 101]);
    }
}

#[test]
fn the_first_number_that_is_not_finite_is_named_with_its_last_good_value() {
    let graph = trace(|| vec![("x".into(), Expr::variable("x").recip())]);
    let mut x = vec![2.0; 1400];
    (x[1350], x[1300]) = (0.0, -0.0);
    let cells = advanced(&graph, &[], &[], &x);
    assert_eq!(cells.bad, Some(NotFinite { neuron: 1400, variable: 0, last: 0.0 }));
}

#[test]
fn a_graph_that_no_step_has_is_refused() {
    let refused = |graph: Graph| {
        let state = ["x".to_string()];
        let layout = Layout { params: &[], state: &state, shared: &[] };
        Program::<f32>::new(&graph, &layout, Instructions::Baseline).expect_err("it names the stranger")
    };
    let variable = trace(|| vec![("x".into(), Expr::variable("y"))]);
    assert!(refused(variable).contains("`y`"));
    let output = trace(|| vec![("z".into(), Expr::variable("x"))]);
    assert!(refused(output).contains("`z`"));
}

#[test]
fn what_neurons_share_is_computed_anew_when_it_changes() {
    let graph = trace(|| vec![("x".into(), Expr::variable("p0").recip() * Expr::variable("dt"))]);
    let one = program(&graph, 1, &[true]);
    let mut cells = cells(&[true], &[vec![0.0]], &[0.0]);
    for (p, dt, x) in
        [(0.0, 0.5, f32::INFINITY), (-0.0, 0.5, f32::NEG_INFINITY), (2.0, 0.5, 0.25), (2.0, 1.0, 0.5)]
    {
        cells.params[0][0] = p;
        cells.advance(&*one, dt);
        assert_eq!(cells.state[0], [x]);
    }
    let graph = trace(|| vec![("x".into(), Expr::variable("dt") * Expr::variable("p0").recip() * 3.0)]);
    cells.advance(&*program(&graph, 1, &[true]), 1.0);
    assert_eq!(
        cells.state[0],
        [1.5],
        "another program finds what this one left, and does not take it for its own"
    );
}

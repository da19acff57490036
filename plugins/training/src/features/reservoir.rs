//! Echo state network: many leaky units with connections drawn at random, of which nothing is learned.
//!
//! ```text
//! s ← (1 − a) s + a f(W_in x + W_rec s)
//! W_in ~ U(−c, c) with probability `input_probability`      W_rec ~ N(0, ρ / √(N p)) with probability p
//! ```
//!
//! A matrix of independent numbers of variance σ² p has its eigenvalues in a disc of radius σ √(N p), which is ρ here. Below 1 the
//! network forgets how it began; inputs make it forget at somewhat more.
//!
//! Source: Jaeger (2001), GMD Report 148; Jaeger et al. (2007), Neural Networks 20(3), Eq. 1, <https://doi.org/10.1016/j.neunet.2007.04.016>,
//! for leaky units; Girko (1985), Theory of Probability and its Applications 29(4), for the radius; Wang et al. (2024), ICLR, section
//! 5.2, <https://arxiv.org/abs/2311.05106>, for the laws; BrainPy `Reservoir`.
//!
//! Departure: BrainPy's `Reservoir` divides W_rec by the radius it measures; this one, as the paper's experiment, by the expected one.

use std::sync::atomic::{AtomicUsize, Ordering};

use ecs_core::dispatch;
use ecs_core::model::instructions;
use ecs_core::network::{ConnectPlan, ConnectorModel, Operator, OperatorModel};
use ecs_core::number::{Num, Real};
use ecs_core::random::Distribution;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Features, FeaturesPlan, Walk};

const STORAGE: &[&str] = &["stored", "just_in_time"];
const ACTIVATION: &[&str] = &["tanh", "relu", "sigmoid", "identity"];

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("units", f64::NAN, "", "units, which are the features").within(Bound::Positive),
    Field::word("storage", STORAGE, "how synapses are held; the numbers are the same"),
    Field::word("activation", ACTIVATION, "what becomes of the input of a unit"),
    Field::number("leak", 0.3, "", "part of a unit that is new in each step").within(Bound::Fraction),
    Field::number("max_val", 1.0, "", "what inputs are divided by").within(Bound::Positive),
    Field::number("input_scale", 0.3, "", "largest weight of an input").within(Bound::Positive),
    Field::number("input_probability", 0.1, "", "probability that an input reaches a unit").within(Bound::Fraction),
    Field::number("spectral_radius", 1.3, "", "expected largest eigenvalue of the connections among units").within(Bound::NonNegative),
    Field::number("probability", 0.1, "", "probability that a unit reaches another").within(Bound::Fraction),
];

/// Samples side by side: every synapse is drawn once for all of them, and the units of a part stay in the cache of a core.
const COLUMNS: usize = 32;
/// Streams of the two matrices, which no network uses.
const STREAMS: u32 = 9 << 24;

struct Reservoir {
    inputs: usize,
    units: usize,
    activation: usize,
    leak: f32,
    scale: f32,
    input: Box<dyn Operator>,
    recurrent: Box<dyn Operator>,
}

/// Features.
///
/// # Errors
/// Units that are no whole number, and what the rule of connection refuses.
pub fn build(plan: &FeaturesPlan<'_>) -> Result<Box<dyn Features>, String> {
    let [units, storage, activation, leak, max_val, input_scale, input_p, radius, p] =
        plan.params.as_slice().try_into().map_err(|_| "a reservoir has nine numbers".to_owned())?;
    if units.fract() != 0.0 || units > f64::from(u32::MAX) {
        return Err(format!("`units` is {units}; a whole number from 1 to 4294967295 is allowed"));
    }
    if radius > 0.0 && p == 0.0 {
        return Err("`probability` is 0: without connections there is no radius; set `spectral_radius = 0`".to_owned());
    }
    let sd = if radius > 0.0 { radius / (units * p).sqrt() } else { 0.0 };
    let normal = Distribution::Normal { mean: 0.0, sd, min: f64::NEG_INFINITY, max: f64::INFINITY };
    let weight = if sd > 0.0 { normal } else { Distribution::Constant(0.0) };
    let uniform = Distribution::Uniform { lo: -input_scale, hi: input_scale };
    let storage = STORAGE[storage as usize];
    let connect = |pre: usize, recurrent: bool, p: f64, weight: Distribution| {
        connect(plan, storage, &Matrix { pre: pre as u64, post: units as u64, recurrent, p, weight })
    };
    Ok(Box::new(Reservoir {
        inputs: plan.inputs,
        units: units as usize,
        activation: activation as usize,
        leak: leak as f32,
        scale: (1.0 / max_val) as f32,
        input: connect(plan.inputs, false, input_p, uniform)?,
        recurrent: connect(units as usize, true, p, weight)?,
    }))
}

struct Matrix {
    pre: u64,
    post: u64,
    recurrent: bool,
    p: f64,
    weight: Distribution,
}

fn connect(plan: &FeaturesPlan<'_>, storage: &str, matrix: &Matrix) -> Result<Box<dyn Operator>, String> {
    const RULE: &str = "fixed_probability";
    let missing = |name: &str| format!("`{name}` is not linked into this program");
    let rule = plan.registry.find::<ConnectorModel>(RULE).ok_or_else(|| missing(RULE))?;
    let holds = plan.registry.find::<OperatorModel>(storage).ok_or_else(|| missing(storage))?;
    let params: Vec<f64> =
        rule.entry.params.iter().map(|field| if field.name == "p" { matrix.p } else { field.default }).collect();
    let described = || ConnectPlan {
        pre: 0..matrix.pre,
        post: 0..matrix.post,
        sizes: (matrix.pre, matrix.post),
        recurrent: matrix.recurrent,
        spaces: [None, None],
        weight: matrix.weight,
        delay: Distribution::Constant(1.0),
        initialisers: [None, None],
        dt: 1.0,
        seed: plan.seed,
        stream: STREAMS + u32::from(matrix.recurrent),
        double: false,
        bounds: &[],
        threads: plan.threads,
        params: &params,
        edges: None,
        plasticity: None,
    };
    let bounds = [0, matrix.post as u32];
    (holds.check)(rule, &ConnectPlan { bounds: &bounds, ..described() })?;
    (holds.connect)(rule, ConnectPlan { bounds: &bounds, ..described() }, &mut |_, _| ())
}

dispatch!(
    /// A step of all units: `state` and `drive` are of equal length.
    fn leaky(state: &mut [f32], drive: &[f32], leak: f32, activation: usize) {
        match activation {
            0 => {
                for (s, x) in state.iter_mut().zip(drive) {
                    *s = (1.0 - leak) * *s + leak * Num(*x).tanh().0;
                }
            }
            1 => {
                for (s, x) in state.iter_mut().zip(drive) {
                    *s = (1.0 - leak) * *s + leak * x.max(0.0);
                }
            }
            2 => {
                for (s, x) in state.iter_mut().zip(drive) {
                    *s = (1.0 - leak) * *s + leak * Num(*x).sigmoid().0;
                }
            }
            _ => {
                for (s, x) in state.iter_mut().zip(drive) {
                    *s = (1.0 - leak) * *s + leak * x;
                }
            }
        }
    }
);

/// Samples that go side by side.
struct Lockstep<'a> {
    of: &'a Reservoir,
    columns: usize,
    /// `[input, column]`.
    x: Vec<f32>,
    /// `[unit, column]`, both.
    state: Vec<f32>,
    drive: Vec<f32>,
    leaky: fn(&mut [f32], &[f32], f32, usize),
}

impl<'a> Lockstep<'a> {
    fn new(of: &'a Reservoir, columns: usize) -> Self {
        let units = || vec![0.0; of.units * columns];
        let x = vec![0.0; of.inputs * columns];
        Self { of, columns, x, state: units(), drive: units(), leaky: leaky(instructions()) }
    }

    /// `input` gives a number by column and input.
    fn step(&mut self, input: impl Fn(usize, usize) -> f32) {
        let (of, columns) = (self.of, self.columns);
        for k in 0..of.inputs {
            (0..columns).for_each(|c| self.x[k * columns + c] = input(c, k) * of.scale);
        }
        self.drive.fill(0.0);
        of.input.forward_many(&self.x, &mut self.drive, columns);
        of.recurrent.forward_many(&self.state, &mut self.drive, columns);
        (self.leaky)(&mut self.state, &self.drive, of.leak, of.activation);
    }
}

impl Walk for Lockstep<'_> {
    fn step(&mut self, input: &[f32], features: &mut [f32]) {
        Lockstep::step(self, |_, k| input[k]);
        features.copy_from_slice(&self.state);
    }
}

impl Features for Reservoir {
    fn width(&self) -> usize {
        self.units
    }

    fn inputs(&self) -> usize {
        self.inputs
    }

    fn synapses(&self) -> (u64, u64) {
        let [a, b] = [&self.input, &self.recurrent].map(|operator| operator.transfer());
        (a.synapses + b.synapses, a.bytes + b.bytes)
    }

    fn walk(&self) -> Box<dyn Walk + '_> {
        Box::new(Lockstep::new(self, 1))
    }

    fn last(&self, inputs: &[f32], steps: usize, features: &mut [f32], threads: usize, done: &(dyn Fn(usize) + Sync)) {
        let sample = steps * self.inputs;
        let blocks: Vec<(&[f32], std::sync::Mutex<&mut [f32]>)> = inputs
            .chunks(sample * COLUMNS)
            .zip(features.chunks_mut(self.units * COLUMNS).map(std::sync::Mutex::new))
            .collect();
        // A sample's numbers do not depend on those beside it: whoever is free takes the next block.
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some((inputs, features)) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
                let columns = inputs.len() / sample;
                let mut lockstep = Lockstep::new(self, columns);
                (0..steps).for_each(|t| lockstep.step(|c, k| inputs[c * sample + t * self.inputs + k]));
                let mut features = features.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for (c, row) in features.chunks_exact_mut(self.units).enumerate() {
                    row.iter_mut().enumerate().for_each(|(unit, x)| *x = lockstep.state[unit * columns + c]);
                }
                done(columns);
            }
        };
        std::thread::scope(|scope| {
            (1..threads.max(1)).for_each(|_| drop(scope.spawn(work)));
            work();
        });
    }
}

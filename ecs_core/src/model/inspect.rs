//! Inspect: a model seen from outside, one neuron at a time: a step, its derivatives, its graph.
//!
//! Tests, documentation and start-up use this; the running network never does.

use super::advance::{Cell, Firing, Parts, advance, parts};
use super::dynamics::Dynamics;
use super::equations::{Equations, Row};
use super::integrate::{Forcing, Integrator, STAGES, WithIntegrator, with_integrator};
use super::neuron::Input;
use crate::number::{Dual, Expr, Float, Graph, Num, Real, trace};

/// One neuron at the start of a step, all in table order.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Parameters.
    pub params: Vec<f64>,
    /// State.
    pub state: Vec<f64>,
    /// Steps of refractoriness left.
    pub refractory: f64,
    /// Current and conductance at the integrator's moments.
    pub inputs: [[f64; 2]; STAGES],
    /// What delta synapses add to the voltage.
    pub jump: f64,
    /// A standard normal number for each white noise.
    pub noise: Vec<f64>,
    /// Step, in ms.
    pub dt: f64,
}

/// A neuron model without its type.
pub trait Inspect: Sync {
    /// The model as data.
    fn equations(&self, name: &str, doc: &str) -> Equations;
    /// Time derivative of the state.
    fn derivative(&self, params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<f64>;
    /// Derivatives of [`derivative`](Inspect::derivative): one row for each state variable; columns are the state
    /// variables, the parameters, and the input's current and conductance.
    fn jacobian(&self, params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<Vec<f64>>;
    /// State, refractoriness and spike after one step in single precision; `None` where the integrator does not apply.
    fn step_f32(&self, integrator: &str, moment: &Moment) -> Option<Vec<f32>>;
    /// The same in double precision.
    fn step_f64(&self, integrator: &str, moment: &Moment) -> Option<Vec<f64>>;
    /// The graph of that step, with variables in the order of [`Moment`] and outputs in the order of `step_f32`. Where
    /// nothing connected has a conductance, it is left out of the arithmetic, though not of the variables.
    fn graph(&self, integrator: &str, conducts: bool) -> Option<Graph>;
    /// The parts of that step, with the same variables: the state as it moves (`moved`, then its name), `waited` and `free`; where
    /// the neuron can fire also `condition`, `was` of models that fire when it becomes true, the state after a spike (`reset`,
    /// then its name), and `refractory`, in steps.
    fn parts(&self, integrator: &str, conducts: bool) -> Option<Graph>;
    /// The slope of v' in v where nothing is connected, if it does not depend on the state: then the membrane is linear.
    fn membrane_rate(&self, params: &[f64]) -> Option<f64>;
}

/// Derivatives of a model's right-hand side; see [`Inspect::jacobian`].
fn jacobian<D: Dynamics>(m: &D, params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<Vec<f64>> {
    let (rows, count) = (state.len(), params.len());
    let columns = (0..rows + count + 2).map(|column| {
        let at = |index: usize, x: f64| match index == column {
            true => Dual::<Num<f64>, 1>::variable(Num(x), 0),
            false => Dual::constant(Num(x)),
        };
        let s = m.state(|k| at(k, state[k]));
        let p = m.params(|k| at(rows + k, params[k]));
        let [i, g] = [at(rows + count, input[0]), at(rows + count + 1, input[1])];
        let f = m.derivative(&p, &s, Input { i, g: Some(g) });
        (0..rows).map(|k| m.at(&f, k).d[0].map_or(0.0, |d| d.0)).collect::<Vec<_>>()
    });
    let columns: Vec<_> = columns.collect();
    (0..rows).map(|row| columns.iter().map(|c| c[row]).collect()).collect()
}

/// One step of one neuron, over any number; `next` gives each variable in turn.
struct Step<'a, D, R> {
    m: &'a D,
    next: &'a mut dyn FnMut(&str) -> R,
    conducts: bool,
    /// Whether its parts are wanted instead of what they make.
    parts: bool,
}

impl<D: Dynamics, R: Real> WithIntegrator for Step<'_, D, R> {
    type Output = Vec<(String, R)>;
    fn run<I: Integrator>(self) -> Self::Output {
        let (m, next) = (self.m, self.next);
        let [params, rows] = m.tables();
        let p = m.params(|k: usize| next(&params[k].name));
        let state = m.state(|k: usize| next(&rows[k].name));
        let refractory = next("refractory");
        let inputs: [Input<R>; STAGES] = std::array::from_fn(|c| {
            let (i, g) = (next(&format!("i{c}")), next(&format!("g{c}")));
            Input { i, g: Some(g).filter(|_| self.conducts) }
        });
        let (jump, dt) = (next("jump"), next("dt"));
        let noise: Vec<R> = (0..m.noises()).map(|j| next(&format!("noise{j}"))).collect();
        let forcing = Forcing { inputs: &inputs, jump, noise: &noise, dt };
        let named = |what: &str, s: &D::S<R>| {
            let name =
                |row: &Row| if what.is_empty() { row.name.clone() } else { format!("{what} {}", row.name) };
            rows.iter().enumerate().map(|(k, row)| (name(row), m.at(s, k))).collect::<Vec<_>>()
        };
        if self.parts {
            let Parts { moved, waited, free, firing } =
                parts::<D, I, R>(m, &p, &Cell { state, refractory }, &forcing);
            let mut out = named("moved", &moved);
            out.extend([("waited".to_string(), waited), ("free".to_string(), free)]);
            if let Some(Firing { condition, was, reset, refractory }) = firing {
                out.push(("condition".to_string(), condition));
                out.extend(was.map(|was| ("was".to_string(), was)));
                out.extend(named("reset", &reset));
                out.push(("refractory".to_string(), refractory));
            }
            return out;
        }
        let (after, fired) = advance::<D, I, R>(m, &p, &Cell { state, refractory }, &forcing);
        let mut out = named("", &after.state);
        out.extend([("refractory".to_string(), after.refractory), ("fired".to_string(), fired)]);
        out
    }
}

impl Moment {
    /// Every number of it, in the order of the graph's variables.
    pub fn values(&self) -> Vec<f64> {
        let mut all = self.params.clone();
        all.extend(&self.state);
        all.push(self.refractory);
        all.extend(self.inputs.as_flattened());
        all.extend([self.jump, self.dt]);
        all.extend(&self.noise);
        all
    }
}

fn step<D: Dynamics, T: Float>(m: &D, integrator: &str, moment: &Moment) -> Option<Vec<T>>
where
    Num<T>: Real,
{
    let mut values = moment.values().into_iter();
    let mut next = |_: &str| Num(T::of(values.next().expect("a moment holds every variable")));
    let out = with_integrator(m, integrator, Step { m, next: &mut next, conducts: true, parts: false })?;
    Some(out.into_iter().map(|(_, x)| x.0).collect())
}

/// The graph of a step, or of its parts.
fn step_graph<D: Dynamics>(m: &D, integrator: &str, (conducts, parts): (bool, bool)) -> Option<Graph> {
    let mut known = true;
    let graph = trace(|| {
        let mut next = |name: &str| Expr::variable(name);
        let out = with_integrator(m, integrator, Step { m, next: &mut next, conducts, parts });
        known = out.is_some();
        out.unwrap_or_default()
    });
    known.then_some(graph)
}

impl<D: Dynamics + Sync> Inspect for D {
    fn equations(&self, name: &str, doc: &str) -> Equations {
        Equations::of(self, name, doc)
    }

    fn derivative(&self, params: &[f64], state: &[f64], [i, g]: [f64; 2]) -> Vec<f64> {
        let s = self.state(|k| Num(state[k]));
        let p = self.params(|k| Num(params[k]));
        let f = Dynamics::derivative(self, &p, &s, Input { i: Num(i), g: Some(Num(g)) });
        (0..state.len()).map(|k| self.at(&f, k).0).collect()
    }

    fn jacobian(&self, params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<Vec<f64>> {
        jacobian(self, params, state, input)
    }

    fn step_f32(&self, integrator: &str, moment: &Moment) -> Option<Vec<f32>> {
        step(self, integrator, moment)
    }

    fn step_f64(&self, integrator: &str, moment: &Moment) -> Option<Vec<f64>> {
        step(self, integrator, moment)
    }

    fn graph(&self, integrator: &str, conducts: bool) -> Option<Graph> {
        step_graph(self, integrator, (conducts, false))
    }

    fn parts(&self, integrator: &str, conducts: bool) -> Option<Graph> {
        step_graph(self, integrator, (conducts, true))
    }

    fn membrane_rate(&self, params: &[f64]) -> Option<f64> {
        let graph = trace(|| {
            let p = self.params(|_: usize| Dual::<Expr, 1>::constant(Expr::variable("parameter")));
            let s = self.state(|k| {
                let x = Expr::variable("state");
                if k == 0 { Dual::variable(x, 0) } else { Dual::constant(x) }
            });
            let f = Dynamics::derivative(self, &p, &s, Input { i: Dual::lit(0.0), g: None });
            self.at(&f, 0).d[0].map(|a| ("rate".to_string(), a)).into_iter().collect()
        });
        let (_, rate) = graph.outputs.first()?;
        if graph.depends(*rate, |name| name == "state") {
            return None;
        }
        let [_, rows] = self.tables();
        let state: Vec<f64> = rows.iter().map(|f| f.default).collect();
        Some(jacobian(self, params, &state, [0.0, 0.0])[0][0])
    }
}

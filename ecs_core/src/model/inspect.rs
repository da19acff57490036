//! Inspect: a model seen from outside, one neuron at a time: a step, its derivatives, its graph.
//!
//! Tests, documentation and start-up use this; the running network never does.

use std::marker::PhantomData;

use super::advance::{Cell, advance};
use super::integrate::{Integrator, STAGES, WithIntegrator, with_integrator};
use super::neuron::{Input, Neuron, ParamsOf, StateOf, Tables};
use super::table::Table;
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
    /// Step, in ms.
    pub dt: f64,
}

/// A neuron model without its type.
pub trait Inspect: Sync {
    /// Name of the Rust type.
    fn type_name(&self) -> &'static str;
    /// Time derivative of the state.
    fn derivative(&self, params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<f64>;
    /// Derivatives of [`derivative`](Inspect::derivative): one row for each state variable; columns are the state
    /// variables, the parameters, and the input's current and conductance.
    fn jacobian(&self, params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<Vec<f64>>;
    /// State, refractoriness and spike after one step in single precision; `None` where the integrator does not apply.
    fn step_f32(&self, integrator: &str, moment: &Moment) -> Option<Vec<f32>>;
    /// The same in double precision.
    fn step_f64(&self, integrator: &str, moment: &Moment) -> Option<Vec<f64>>;
    /// The graph of that step, with variables in the order of [`Moment`] and outputs in the order of `step_f32`.
    fn graph(&self, integrator: &str) -> Option<Graph>;
    /// The slope of v' in v where nothing is connected, if it does not depend on the state: then the membrane is linear.
    fn membrane_rate(&self, params: &[f64]) -> Option<f64>;
}

struct Inspector<M>(PhantomData<fn() -> M>);

/// The inspector of `M`.
pub(super) const fn inspector<M: Neuron>() -> &'static dyn Inspect {
    &Inspector::<M>(PhantomData)
}

/// Derivatives of a model's right-hand side; see [`Inspect::jacobian`].
pub fn jacobian<M: Neuron>(params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<Vec<f64>> {
    let (n, m) = (state.len(), params.len());
    let columns = (0..n + m + 2).map(|column| {
        let at = |index: usize, x: f64| match index == column {
            true => Dual::<Num<f64>, 1>::variable(Num(x), 0),
            false => Dual::constant(Num(x)),
        };
        let s = M::S::build(|k| at(k, state[k]));
        let p = M::P::build(|k| at(n + k, params[k]));
        let f = M::derivative(&p, &s, Input { i: at(n + m, input[0]), g: Some(at(n + m + 1, input[1])) });
        (0..n).map(|k| M::S::at(&f, k).d[0].map_or(0.0, |d| d.0)).collect::<Vec<_>>()
    });
    let columns: Vec<_> = columns.collect();
    (0..n).map(|row| columns.iter().map(|c| c[row]).collect()).collect()
}

/// One step of one neuron, over any number.
struct Step<'a, M, R> {
    next: &'a mut dyn FnMut(&str) -> R,
    model: PhantomData<M>,
}

impl<M: Neuron, R: Real> WithIntegrator for Step<'_, M, R> {
    type Output = Vec<(String, R)>;
    fn run<I: Integrator>(self) -> Self::Output {
        let next = self.next;
        let p: ParamsOf<M, R> = M::P::build(|k: usize| next(M::P::FIELDS[k].name));
        let state: StateOf<M, R> = M::S::build(|k: usize| next(M::S::FIELDS[k].name));
        let refractory = next("refractory");
        let inputs =
            std::array::from_fn(|c| Input { i: next(&format!("i{c}")), g: Some(next(&format!("g{c}"))) });
        let (jump, dt) = (next("jump"), next("dt"));
        let (after, fired) = advance::<M, I, R>(&p, &Cell { state, refractory }, &inputs, jump, dt);
        let state =
            (0..M::S::FIELDS.len()).map(|k| (M::S::FIELDS[k].name.to_string(), *M::S::at(&after.state, k)));
        state.chain([("refractory".to_string(), after.refractory), ("fired".to_string(), fired)]).collect()
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
        all
    }
}

fn step<M: Neuron, T: Float>(integrator: &str, moment: &Moment) -> Option<Vec<T>>
where
    Num<T>: Real,
{
    let mut values = moment.values().into_iter();
    let mut next = |_: &str| Num(T::of(values.next().expect("a moment holds every variable")));
    let out = with_integrator::<M, _>(integrator, Step::<M, _> { next: &mut next, model: PhantomData })?;
    Some(out.into_iter().map(|(_, x)| x.0).collect())
}

impl<M: Neuron> Inspect for Inspector<M> {
    fn type_name(&self) -> &'static str {
        std::any::type_name::<M>()
    }

    fn derivative(&self, params: &[f64], state: &[f64], [i, g]: [f64; 2]) -> Vec<f64> {
        let s = M::S::build(|k| Num(state[k]));
        let f = M::derivative(&M::P::build(|k| Num(params[k])), &s, Input { i: Num(i), g: Some(Num(g)) });
        (0..state.len()).map(|k| M::S::at(&f, k).0).collect()
    }

    fn jacobian(&self, params: &[f64], state: &[f64], input: [f64; 2]) -> Vec<Vec<f64>> {
        jacobian::<M>(params, state, input)
    }

    fn step_f32(&self, integrator: &str, moment: &Moment) -> Option<Vec<f32>> {
        step::<M, f32>(integrator, moment)
    }

    fn step_f64(&self, integrator: &str, moment: &Moment) -> Option<Vec<f64>> {
        step::<M, f64>(integrator, moment)
    }

    fn graph(&self, integrator: &str) -> Option<Graph> {
        let mut known = true;
        let graph = trace(|| {
            let mut next = |name: &str| Expr::variable(name);
            let out =
                with_integrator::<M, _>(integrator, Step::<M, _> { next: &mut next, model: PhantomData });
            known = out.is_some();
            out.unwrap_or_default()
        });
        known.then_some(graph)
    }

    fn membrane_rate(&self, params: &[f64]) -> Option<f64> {
        let graph = trace(|| {
            let p = M::P::build(|k: usize| Dual::<Expr, 1>::constant(Expr::variable(M::P::FIELDS[k].name)));
            let s = M::S::build(|k| {
                let x = Expr::variable("state");
                if k == 0 { Dual::variable(x, 0) } else { Dual::constant(x) }
            });
            let f = M::derivative(&p, &s, Input { i: Dual::lit(0.0), g: None });
            M::S::at(&f, 0).d[0].map(|a| ("rate".to_string(), a)).into_iter().collect()
        });
        let (_, rate) = graph.outputs.first()?;
        if graph.depends(*rate, |name| name == "state") {
            return None;
        }
        let state: Vec<f64> = <M as Tables>::S::FIELDS.iter().map(|f| f.default).collect();
        Some(jacobian::<M>(params, &state, [0.0, 0.0])[0][0])
    }
}

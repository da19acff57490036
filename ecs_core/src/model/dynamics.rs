//! Dynamics: what integrators see of a neuron model, whether it is compiled in or arrives as data.

use std::marker::PhantomData;

use super::equations::{Equations, Row};
use super::neuron::{Input, Neuron, ParamsOf, StateOf};
use super::table::{Rows, Table};
use crate::number::{Graph, Real};

/// A neuron model over any number; all lists are in table order.
pub trait Dynamics {
    /// Its parameters, one `R` each.
    type P<R: Real>;
    /// Its state, one `R` each.
    type S<R: Real>;
    /// Whether a spike is the moment the condition becomes true.
    fn edge(&self) -> bool;
    /// Whether the model states its own step.
    fn exact(&self) -> bool;
    /// Independent white noises in the derivative.
    fn noises(&self) -> usize;
    /// State variables.
    fn rows(&self) -> usize;
    /// Whether state variable `k` is held while the neuron is refractory.
    fn held(&self, k: usize) -> bool;
    /// Unit of the input current.
    fn input(&self) -> &str;
    /// What the tables say of parameters and state.
    fn tables(&self) -> [Vec<Row>; 2];
    /// Makes the parameters.
    fn params<R: Real>(&self, rows: impl Rows<R>) -> Self::P<R>;
    /// Parameter `k`.
    fn param<R: Real>(&self, p: &Self::P<R>, k: usize) -> R;
    /// Makes a state.
    fn state<R: Real>(&self, rows: impl Rows<R>) -> Self::S<R>;
    /// State variable `k`.
    fn at<R: Real>(&self, s: &Self::S<R>, k: usize) -> R;
    /// Sets state variable `k`.
    fn put<R: Real>(&self, s: &mut Self::S<R>, k: usize, x: R);
    /// Time derivative of the state, per ms.
    fn derivative<R: Real>(&self, p: &Self::P<R>, s: &Self::S<R>, input: Input<R>) -> Self::S<R>;
    /// What multiplies white noise number `j`, per square root of ms.
    fn noise<R: Real>(&self, p: &Self::P<R>, s: &Self::S<R>, j: usize) -> Self::S<R>;
    /// Zero or above where the neuron fires; `None` for a neuron that never does.
    fn condition<R: Real>(&self, p: &Self::P<R>, s: &Self::S<R>) -> Option<R>;
    /// The state after a spike.
    fn reset<R: Real>(&self, p: &Self::P<R>, s: &Self::S<R>) -> Self::S<R>;
    /// Refractory time in ms.
    fn refractory<R: Real>(&self, p: &Self::P<R>) -> R;
    /// The state one step later, where the model states it.
    fn step<R: Real>(&self, p: &Self::P<R>, s: &Self::S<R>, input: Input<R>, jump: R, dt: R) -> Self::S<R>;
}

/// A model that is compiled in.
pub struct Compiled<M>(PhantomData<fn() -> M>);

impl<M> Compiled<M> {
    /// The model of type `M`.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M> Default for Compiled<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Neuron> Dynamics for Compiled<M> {
    type P<R: Real> = ParamsOf<M, R>;
    type S<R: Real> = StateOf<M, R>;
    #[inline(always)]
    fn edge(&self) -> bool {
        M::EDGE
    }
    #[inline(always)]
    fn exact(&self) -> bool {
        M::EXACT
    }
    #[inline(always)]
    fn noises(&self) -> usize {
        M::NOISES
    }
    #[inline(always)]
    fn rows(&self) -> usize {
        M::S::FIELDS.len()
    }
    #[inline(always)]
    fn held(&self, k: usize) -> bool {
        M::S::HELD[k]
    }
    fn input(&self) -> &str {
        M::INPUT
    }
    fn tables(&self) -> [Vec<Row>; 2] {
        [M::P::FIELDS, M::S::FIELDS].map(|fields| fields.iter().map(Row::from).collect())
    }
    #[inline(always)]
    fn params<R: Real>(&self, rows: impl Rows<R>) -> ParamsOf<M, R> {
        M::P::build(rows)
    }
    #[inline(always)]
    fn param<R: Real>(&self, p: &ParamsOf<M, R>, k: usize) -> R {
        *M::P::at(p, k)
    }
    #[inline(always)]
    fn state<R: Real>(&self, rows: impl Rows<R>) -> StateOf<M, R> {
        M::S::build(rows)
    }
    #[inline(always)]
    fn at<R: Real>(&self, s: &StateOf<M, R>, k: usize) -> R {
        *M::S::at(s, k)
    }
    #[inline(always)]
    fn put<R: Real>(&self, s: &mut StateOf<M, R>, k: usize, x: R) {
        *M::S::at_mut(s, k) = x;
    }
    #[inline(always)]
    fn derivative<R: Real>(&self, p: &ParamsOf<M, R>, s: &StateOf<M, R>, input: Input<R>) -> StateOf<M, R> {
        M::derivative(p, s, input)
    }
    #[inline(always)]
    fn noise<R: Real>(&self, p: &ParamsOf<M, R>, s: &StateOf<M, R>, j: usize) -> StateOf<M, R> {
        M::noise(p, s, j)
    }
    #[inline(always)]
    fn condition<R: Real>(&self, p: &ParamsOf<M, R>, s: &StateOf<M, R>) -> Option<R> {
        Some(M::condition(p, s))
    }
    #[inline(always)]
    fn reset<R: Real>(&self, p: &ParamsOf<M, R>, s: &StateOf<M, R>) -> StateOf<M, R> {
        M::reset(p, s)
    }
    #[inline(always)]
    fn refractory<R: Real>(&self, p: &ParamsOf<M, R>) -> R {
        M::refractory(p)
    }
    #[inline(always)]
    fn step<R: Real>(
        &self,
        p: &ParamsOf<M, R>,
        s: &StateOf<M, R>,
        input: Input<R>,
        jump: R,
        dt: R,
    ) -> StateOf<M, R> {
        M::step(p, s, input, jump, dt)
    }
}

impl Equations {
    /// The outputs of a graph over parameters, state and `more`.
    fn outputs<R: Real>(&self, graph: &Graph, (p, s): (&[R], &[R]), more: &[(&str, R)]) -> Vec<R> {
        let row = |rows: &[Row], name: &str| rows.iter().position(|row| row.name == name);
        graph.evaluate(|name| {
            let other = || more.iter().find(|(other, _)| *other == name).map(|(_, x)| *x);
            let param = || row(&self.params, name).map(|k| p[k]);
            let found = row(&self.state, name).and_then(|k| s.get(k).copied()).or_else(param).or_else(other);
            found.unwrap_or_else(|| unreachable!("`{name}` is a variable of `{}`", self.name))
        })
    }
}

fn list<R>(n: usize, mut rows: impl Rows<R>) -> Vec<R> {
    (0..n).map(|k| rows.row(k)).collect()
}

impl Dynamics for Equations {
    type P<R: Real> = Vec<R>;
    type S<R: Real> = Vec<R>;
    fn edge(&self) -> bool {
        self.edge
    }
    fn exact(&self) -> bool {
        self.step.is_some()
    }
    fn noises(&self) -> usize {
        self.noise.len()
    }
    fn rows(&self) -> usize {
        self.state.len()
    }
    fn held(&self, k: usize) -> bool {
        self.held[k]
    }
    fn input(&self) -> &str {
        &self.input
    }
    fn tables(&self) -> [Vec<Row>; 2] {
        [self.params.clone(), self.state.clone()]
    }
    fn params<R: Real>(&self, rows: impl Rows<R>) -> Vec<R> {
        list(self.params.len(), rows)
    }
    fn param<R: Real>(&self, p: &Vec<R>, k: usize) -> R {
        p[k]
    }
    fn state<R: Real>(&self, rows: impl Rows<R>) -> Vec<R> {
        list(self.state.len(), rows)
    }
    fn at<R: Real>(&self, s: &Vec<R>, k: usize) -> R {
        s[k]
    }
    fn put<R: Real>(&self, s: &mut Vec<R>, k: usize, x: R) {
        s[k] = x;
    }
    fn derivative<R: Real>(&self, p: &Vec<R>, s: &Vec<R>, input: Input<R>) -> Vec<R> {
        // A model that no input reaches leaves `i` out, and with it the operations of a conductance.
        let i =
            if self.derivative.variables.iter().any(|v| v == "i") { input.current(s[0]) } else { input.i };
        self.outputs(&self.derivative, (p, s), &[("i", i)])
    }
    fn noise<R: Real>(&self, p: &Vec<R>, s: &Vec<R>, j: usize) -> Vec<R> {
        self.outputs(&self.noise[j], (p, s), &[])
    }
    fn condition<R: Real>(&self, p: &Vec<R>, s: &Vec<R>) -> Option<R> {
        self.condition.as_ref().map(|graph| self.outputs(graph, (p, s), &[])[0])
    }
    fn reset<R: Real>(&self, p: &Vec<R>, s: &Vec<R>) -> Vec<R> {
        self.outputs(&self.reset, (p, s), &[])
    }
    fn refractory<R: Real>(&self, p: &Vec<R>) -> R {
        self.refractory.as_ref().map_or_else(|| R::lit(0.0), |graph| self.outputs(graph, (p, &[]), &[])[0])
    }
    fn step<R: Real>(&self, p: &Vec<R>, s: &Vec<R>, input: Input<R>, jump: R, dt: R) -> Vec<R> {
        let graph = self.step.as_ref().expect("only called where `exact` says so");
        let g = input.g.unwrap_or_else(|| R::lit(0.0));
        self.outputs(graph, (p, s), &[("i", input.i), ("g", g), ("jump", jump), ("dt", dt)])
    }
}

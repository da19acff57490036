//! Surrogate: the smooth function that stands in for the derivative of a spike.
//!
//! A spike is the step of the distance x of the membrane from threshold, whose derivative is zero or infinite. Backwards a
//! pseudo-derivative g(x) takes its place. Its integral G(x) may take the place of the step as well: then the whole network is
//! smooth and g its true derivative, so that complete gradients can be checked against differences.

use std::fmt;

use super::neuron::{ParamsOf, Tables, model_entry};
use super::table::Table;
use crate::number::{Expr, Num, Real};
use crate::registry::{Entry, Kind};

/// The pseudo-derivative of a spike. Parameters are constants: nothing is differentiated by them.
pub trait PseudoDerivative: Tables {
    /// g(x): what stands for the derivative of a spike at the distance `x` from threshold.
    fn gradient<R: Real>(p: &ParamsOf<Self, f64>, x: R) -> R;
    /// G(x), whose derivative is g; ½ at threshold, where the field gives no other constant.
    fn primitive<R: Real>(p: &ParamsOf<Self, f64>, x: R) -> R;
    /// The distance beyond which g is exactly zero on both sides of the threshold; `None` where there is none.
    fn support(_: &ParamsOf<Self, f64>) -> Option<f64> {
        None
    }
}

/// The functions of a surrogate in the two meanings that plain functions have: numbers and graphs.
#[derive(Clone, Copy)]
pub struct SurrogateFunction {
    /// Of one number.
    pub number: fn(&[f64], f64) -> f64,
    /// Written down.
    pub graph: fn(&[f64], Expr) -> Expr,
}

/// A registered surrogate.
#[derive(Clone, Copy)]
pub struct SurrogateModel {
    /// What it says of itself.
    pub entry: Entry,
    /// g.
    pub gradient: SurrogateFunction,
    /// G.
    pub primitive: SurrogateFunction,
    /// See [`PseudoDerivative::support`].
    pub support: fn(&[f64]) -> Option<f64>,
}

inventory::collect!(SurrogateModel);

fn params<M: Tables>(params: &[f64]) -> ParamsOf<M, f64> {
    M::P::build(|k: usize| params[k])
}

impl SurrogateModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: PseudoDerivative>(
        name: &'static str,
        doc: &'static str,
        origin: &'static str,
    ) -> Self {
        Self {
            entry: model_entry::<M>(Kind::Surrogate, name, doc, origin),
            gradient: SurrogateFunction {
                number: |p, x| M::gradient(&params::<M>(p), Num(x)).0,
                graph: |p, x| M::gradient(&params::<M>(p), x),
            },
            primitive: SurrogateFunction {
                number: |p, x| M::primitive(&params::<M>(p), Num(x)).0,
                graph: |p, x| M::primitive(&params::<M>(p), x),
            },
            support: |p| M::support(&params::<M>(p)),
        }
    }
}

/// The most parameters a surrogate has.
pub const SURROGATE_PARAMS: usize = 4;

/// A surrogate and its parameters.
#[derive(Clone, Copy)]
pub struct Surrogate {
    model: &'static SurrogateModel,
    params: [f64; SURROGATE_PARAMS],
}

impl Surrogate {
    /// With these parameters, in table order; those of the table stand for the ones that are not given.
    ///
    /// # Panics
    /// Its table has more than [`SURROGATE_PARAMS`] rows.
    #[must_use]
    pub fn new(model: &'static SurrogateModel, given: &[f64]) -> Self {
        let mut params = [0.0; SURROGATE_PARAMS];
        let fields = model.entry.params;
        assert!(fields.len() <= SURROGATE_PARAMS, "surrogates have {SURROGATE_PARAMS} parameters at most");
        for (k, (param, field)) in params.iter_mut().zip(fields).enumerate() {
            *param = given.get(k).copied().unwrap_or(field.default);
        }
        Self { model, params }
    }

    /// Which one it is.
    #[must_use]
    pub fn model(&self) -> &'static SurrogateModel {
        self.model
    }

    /// Its parameters, in table order.
    #[must_use]
    pub fn params(&self) -> &[f64] {
        &self.params[..self.model.entry.params.len()]
    }

    /// g(x).
    #[must_use]
    pub fn gradient(&self, x: f64) -> f64 {
        (self.model.gradient.number)(&self.params, x)
    }

    /// G(x).
    #[must_use]
    pub fn primitive(&self, x: f64) -> f64 {
        (self.model.primitive.number)(&self.params, x)
    }

    /// The distance from threshold beyond which g is exactly zero; `None` where there is none.
    #[must_use]
    pub fn support(&self) -> Option<f64> {
        (self.model.support)(&self.params)
    }
}

impl fmt::Debug for Surrogate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(self.model.entry.name).field(&self.params()).finish()
    }
}

//! Transform: what stands between the number that an optimiser moves and the parameter that a network uses.
//!
//! ```text
//! w = value(x, side)      dL/dx = dL/dw · dw/dx
//! ```

use crate::dispatch;
use crate::model::{ParamsOf, Table, Tables, instructions, model_entry};
use crate::number::{Dual, Float, Num, Real};
use crate::registry::{Entry, Kind};

/// What an entry of an array brings along besides its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Nothing.
    None,
    /// +1 where it must not be negative, −1 where it must not be positive.
    Sign,
    /// 1 where it is trained, 0 where it is frozen.
    Mask,
}

/// A transform of single numbers. Parameters are constants: nothing is differentiated by them.
pub trait Transform: Tables {
    /// What each entry brings along.
    const SIDE: Side = Side::None;
    /// Whether the number is put back within bounds after every update.
    const PROJECTS: bool = false;

    /// The parameter for the number `x`.
    fn value<R: Real>(p: &ParamsOf<Self, f64>, x: R, side: R) -> R;
    /// The number whose parameter is `w`; the nearest there is where `w` is out of reach.
    fn number(p: &ParamsOf<Self, f64>, w: f64, side: f64) -> f64;
    /// What multiplies a derivative besides dw/dx: 0 keeps an entry where it is.
    #[inline(always)]
    fn passes<R: Real>(_side: R) -> R {
        R::lit(1.0)
    }
    /// The number nearest to `x` that may be kept; only called where `PROJECTS` is set.
    #[inline(always)]
    fn projected<R: Real>(_: &ParamsOf<Self, f64>, x: R) -> R {
        x
    }
}

/// Numbers and their parameters, columns of one length.
#[derive(Debug)]
pub struct Transformed<'a, T> {
    /// What the optimiser moves, `[entry]`.
    pub x: &'a [T],
    /// What each entry brings along, `[entry]`; empty where that is nothing.
    pub side: &'a [T],
    /// Entries of a row where they are a matrix, `[.., receiver]`: those of a column belong to one receiver. 0 where they are none.
    pub columns: usize,
    /// Forwards, where the parameters go; backwards, derivatives by the parameters, which become those by the numbers. `[entry]`.
    pub w: &'a mut [T],
}

fn params<M: Tables>(params: &[f64]) -> ParamsOf<M, f64> {
    M::P::build(|k: usize| params[k])
}

dispatch!(
    /// The loop that makes parameters.
    fn forward<M: Transform, T: Float>(p: &ParamsOf<M, f64>, of: &mut Transformed<'_, T>)
    where
        Num<T>: Real,
    {
        for (k, w) in of.w.iter_mut().enumerate() {
            let side = of.side.get(k).copied().unwrap_or(T::of(1.0));
            *w = M::value(p, Num(of.x[k]), Num(side)).0;
        }
    }
);

dispatch!(
    /// The loop of the chain rule.
    fn backward<M: Transform, T: Float>(p: &ParamsOf<M, f64>, of: &mut Transformed<'_, T>)
    where
        Num<T>: Real,
    {
        for (k, w) in of.w.iter_mut().enumerate() {
            let side = Num(of.side.get(k).copied().unwrap_or(T::of(1.0)));
            let value = M::value(p, Dual::<_, 1>::variable(Num(of.x[k]), 0), Dual::constant(side));
            let slope = value.d[0].unwrap_or(Num::lit(0.0)) * M::passes(side);
            *w = (Num(*w) * slope).0;
        }
    }
);

/// One way through a transform, by parameters in table order.
pub type Through<T> = fn(&[f64], &mut Transformed<'_, T>);
/// Puts numbers back within bounds, by parameters in table order.
pub type Project = fn(&[f64], &mut [f32]);

/// A registered transform. Functions take parameters in table order.
#[derive(Clone, Copy)]
pub struct TransformModel {
    /// What it says of itself.
    pub entry: Entry,
    /// What each entry brings along.
    pub side: Side,
    /// Whether it takes matrices only, whose columns it looks at as a whole.
    pub matrix: bool,
    /// Parameters from numbers.
    pub forward: Through<f32>,
    /// Derivatives by the numbers from those by the parameters.
    pub backward: Through<f32>,
    /// The same in double precision, forwards and backwards.
    pub double: [Through<f64>; 2],
    /// The number for a parameter and what it brings along.
    pub number: fn(&[f64], f64, f64) -> f64,
    /// Puts numbers back within bounds, after every update; `None` where there is nothing to do.
    pub project: Option<Project>,
}

inventory::collect!(TransformModel);

impl TransformModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Transform>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        Self {
            entry: model_entry::<M>(Kind::Transform, name, doc, origin),
            side: M::SIDE,
            matrix: false,
            forward: |p, of| forward::<M, f32>(instructions())(&params::<M>(p), of),
            backward: |p, of| backward::<M, f32>(instructions())(&params::<M>(p), of),
            double: [
                |p, of| forward::<M, f64>(instructions())(&params::<M>(p), of),
                |p, of| backward::<M, f64>(instructions())(&params::<M>(p), of),
            ],
            number: |p, w, side| M::number(&params::<M>(p), w, side),
            project: if M::PROJECTS {
                Some(|p, x| x.iter_mut().for_each(|x| *x = M::projected(&params::<M>(p), Num(*x)).0))
            } else {
                None
            },
        }
    }
}

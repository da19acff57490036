//! Kernels: rows of traces.

use ecs_core::dispatch;
use ecs_core::model::flush;
use ecs_core::number::{Float, Num, Real};

dispatch!(
    /// `to` + `a` × `b`, number by number.
    pub fn add_product<T: Float>(to: &mut [T], a: &[T], b: &[T])
    where
        Num<T>: Real,
    {
        for ((x, a), b) in to.iter_mut().zip(a).zip(b) {
            *x = (Num(*x) + Num(*a) * Num(*b)).0;
        }
    }
);

dispatch!(
    /// `to` + `a` × one number.
    pub fn add_scaled<T: Float>(to: &mut [T], a: &[T], by: T)
    where
        Num<T>: Real,
    {
        let by = Num(by);
        for (x, a) in to.iter_mut().zip(a) {
            *x = (Num(*x) + Num(*a) * by).0;
        }
    }
);

dispatch!(
    /// `new` becomes `to`, without what is tiny: traces fade for ever, and denormal numbers are slow.
    pub fn settle<T: Float>(to: &mut [T], new: &[T])
    where
        Num<T>: Real,
    {
        for (x, new) in to.iter_mut().zip(new) {
            *x = flush(Num(*new)).0;
        }
    }
);

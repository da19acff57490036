//! SM3: Adagrad whose memory is one number for each row and column instead of one for each entry.
//!
//! ```text
//! n = min over the axes of the sums of this entry + g²      each sum ← the largest n of its entries
//! u = g / √(n + ε)      v ← μ v + (1 − μ) u      w ← w − η v
//! ```
//!
//! Source: Anil, Gupta, Koren & Singer (2019), NeurIPS 32, Algorithm SM3-II, <https://arxiv.org/abs/1901.11150>, with momentum as in
//! section 4 of the paper and in optax. An array of one axis, or of none, makes it Adagrad.

use ecs_core::model::ParamsOf;
use ecs_core::number::{Float, Num, Real};
use ecs_core::training::{Descent, Optimiser};

ecs_core::model! {
    /// Square-root of minima of sums of maxima of squared gradients.
    Sm3
    params {
        lr = 0.01, "", "learning rate", non_negative;
        momentum = 0.9, "", "what is left of the mean after an update", fraction;
        epsilon = 1e-8, "", "keeps the quotient finite", non_negative;
    }
    state {
        sums = 0.0, "", "for each place along each axis, one axis after the other";
        v = 0.0, "", "mean of steps";
        next = 0.0, "", "the sums of the update that is being made";
    }
}

impl Optimiser for Sm3 {
    fn columns(shape: &[usize]) -> Vec<usize> {
        let places = shape.iter().sum::<usize>().max(1);
        vec![places, shape.iter().product(), places]
    }

    fn update<T: Float>(p: &ParamsOf<Self, f64>, of: &mut Descent<'_, T>)
    where
        Num<T>: Real,
    {
        let [sums, v, next] = of.columns else { return };
        next.fill(T::default());
        for k in 0..of.values.len() {
            let g = Num(of.gradient[k]);
            let places = || places(of.shape, k);
            let smallest = places().map(|place| Num(sums[place])).reduce(Real::min).unwrap_or(Num(sums[0]));
            let n = smallest + g * g;
            // An array without axes is one number, with one sum.
            places().chain(of.shape.is_empty().then_some(0)).for_each(|place| {
                next[place] = Num(next[place]).max(n).0;
            });
            let positive = n.0 > T::default();
            let step = if positive { g / (n + p.epsilon).sqrt() } else { Num::lit(0.0) };
            let mean = Num(v[k]) * p.momentum + step * (1.0 - p.momentum);
            v[k] = mean.0;
            of.values[k] = (Num(of.values[k]) - mean * of.rate).0;
        }
        std::mem::swap(sums, next);
    }
}

/// Where the sums of entry `k` stand, one for each axis.
fn places(shape: &[usize], k: usize) -> impl Iterator<Item = usize> {
    let mut first = 0;
    let mut stride: usize = shape.iter().product();
    shape.iter().map(move |size| {
        stride /= size;
        let place = first + k / stride % size;
        first += size;
        place
    })
}

//! Means of a function of each number, with their derivative.

use ecs_core::number::special::power;
use ecs_core::number::{Dual, Num, Real};
use ecs_core::training::Penalise;

/// The mean of `f`; adds `scale` times its derivative.
pub(super) fn mean(
    x: &[f64],
    gradient: &mut [f64],
    scale: f64,
    f: impl Fn(Dual<Num<f64>, 1>) -> Dual<Num<f64>, 1>,
) -> f64 {
    let count = x.len().max(1) as f64;
    let terms = x.iter().zip(gradient).map(|(x, slope)| {
        let value = f(Dual::variable(Num(*x), 0));
        *slope += scale * value.d[0].map_or(0.0, |d| d.0) / count;
        value.x.0
    });
    terms.sum::<f64>() / count
}

/// The squared distance of `x` from a range.
fn distance<R: Real>(x: R, [lower, upper]: [f64; 2]) -> R {
    let (below, above) = ((-x + lower).max(R::lit(0.0)), (x - upper).max(R::lit(0.0)));
    below * below + above * above
}

/// The mean squared distance from a range, to a power.
pub(super) fn outside(strength: f64, lower: f64, upper: f64, exponent: f64) -> Result<Penalise, String> {
    if lower > upper {
        return Err(format!("`lower` is {lower}, above `upper`, which is {upper}"));
    }
    Ok(Box::new(move |x, gradient| {
        let total: f64 = x.iter().map(|x| distance(Num(*x), [lower, upper]).0).sum();
        if total == 0.0 {
            return 0.0;
        }
        let inner = total / x.len() as f64;
        let value = power(Num(inner), Num(exponent)).0;
        mean(x, gradient, strength * exponent * value / inner, |x| distance(x, [lower, upper]));
        strength * value
    }))
}

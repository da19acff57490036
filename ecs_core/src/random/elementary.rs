//! Logarithm and exponential for draws: those of [`number::math`](crate::number::math), the same bits on every machine.

use crate::number::{Num, Real};

/// Natural logarithm; NaN below zero, −∞ at zero and below the normal numbers.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    Num(x).ln().0
}

/// ln(1 + x) for x > −1, accurate for small `x`: the rounding error of 1 + x cancels in ln(y) x / (y − 1).
pub(crate) fn ln_1p(x: f64) -> f64 {
    let y = 1.0 + x;
    if y == 1.0 { x } else { ln(y) * x / (y - 1.0) }
}

/// Exponential.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    Num(x).exp().0
}

#[cfg(test)]
mod tests {
    use super::ln_1p;

    #[test]
    fn ln_1p_keeps_its_digits_for_small_arguments() {
        for x in [1e-18, -1e-18, 1e-9, -1e-9, 1e-3, -1e-3, 0.5, -0.5, 3.0] {
            let right = f64::ln_1p(x);
            assert!(
                (ln_1p(x) - right).abs() <= 4.0 * f64::EPSILON * right.abs(),
                "ln_1p({x}) = {}",
                ln_1p(x)
            );
        }
    }
}

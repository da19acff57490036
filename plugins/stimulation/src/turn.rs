//! Turn: the sine of a part of a turn, the same bits on every machine.

use std::f64::consts::TAU;

/// Terms of the series; the first one left out, (π/4)¹⁸ / 18!, lies below 3e-18.
const TERMS: u32 = 9;

/// sin 2πx: x is brought to an eighth of a turn without rounding, then sine or cosine is summed by Taylor's series.
pub(crate) fn sine(turns: f64) -> f64 {
    let part = turns - turns.round();
    let folded = if part.abs() > 0.25 { 0.5 - part.abs() } else { part.abs() };
    let size = if folded > 0.125 { series(0.25 - folded, 0) } else { folded * TAU * series(folded, 1) };
    size.copysign(part)
}

/// Σ (−1)ᵏ y²ᵏ / (2 k + odd)! of y = 2πx: cos y, or sin y / y where `odd` is 1.
fn series(x: f64, odd: u32) -> f64 {
    let square = (x * TAU) * (x * TAU);
    let term = |sum: f64, k: u32| 1.0 - square * sum / f64::from((2 * k - 1 + odd) * (2 * k + odd));
    (1..TERMS).rev().fold(1.0, term)
}

/// Turns gone through at a frequency in Hz after a time in ms, from a phase in degrees.
pub(crate) fn turns(frequency: f64, time: f64, phase: f64) -> f64 {
    frequency * 1e-3 * time + phase / 360.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sine_is_right_to_the_last_bits() {
        for k in -4_000..4_000 {
            let x = f64::from(k) / 1_024.0;
            // The argument of the library's sine is rounded: half an ulp of 25, the largest.
            assert!((sine(x) - (x * TAU).sin()).abs() < 4e-15, "{x}");
        }
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1e6].map(sine), [0.0, 1.0, 0.0, -1.0, 0.0]);
        assert!((sine(1.0 / 12.0) - 0.5).abs() < 2e-16);
    }
}

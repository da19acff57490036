//! Law: how a number of a trial comes about.

use ecs_core::number::{Num, Real};
use ecs_core::random::{Key, below};
use equations::Formula;

/// The law that a number is drawn from.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// Always the same.
    Fixed(f64),
    /// Uniform from the first up to the second.
    Uniform(f64, f64),
    /// Exponential, of those draws that lie between two limits.
    Exponential {
        /// Mean of the law before it is cut.
        mean: f64,
        /// Lower limit.
        min: f64,
        /// Upper limit.
        max: f64,
    },
    /// One of these, all equally often; never empty.
    Choice(Vec<f64>),
}

/// A number of a trial: drawn, or computed from those before it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Drawn from a law.
    Drawn(Law),
    /// 1 with the probability that the formula gives, else 0.
    Chance(Formula),
    /// Computed.
    Computed(Formula),
}

impl Law {
    /// A draw by coordinates `index` and `step` of a stream.
    ///
    /// Source: of the law that is cut, Devroye (1986), Non-uniform random variate generation, section II.2.1, inversion.
    #[must_use]
    pub fn draw(&self, key: Key, index: u64, step: u64) -> f64 {
        let u = || key.uniform(index, step);
        match self {
            Self::Fixed(x) => *x,
            Self::Uniform(low, high) => low + (high - low) * u(),
            Self::Exponential { mean, min, max } => {
                let lost = Num((min - max) / mean).exp().0;
                let x = min - mean * Num(1.0 - u() * (1.0 - lost)).ln().0;
                x.clamp(*min, *max)
            }
            Self::Choice(all) => all[below(key.bits(index, step), all.len() as u32) as usize],
        }
    }

    /// The largest number that it can give.
    #[must_use]
    pub fn largest(&self) -> f64 {
        match self {
            Self::Fixed(x) | Self::Uniform(_, x) | Self::Exponential { max: x, .. } => *x,
            Self::Choice(all) => all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}

impl Value {
    /// Its value in a trial, `known` being the variables before it.
    pub(crate) fn draw(&self, key: Key, (index, step): (u64, u64), known: &[f64]) -> f64 {
        match self {
            Self::Drawn(law) => law.draw(key, index, step),
            Self::Chance(p) => f64::from(u8::from(key.uniform(index, step) < p.at(known))),
            Self::Computed(formula) => formula.at(known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::random::Purpose;

    const DRAWS: u64 = 200_000;

    fn draws(law: &Law) -> Vec<f64> {
        let key = Key::new(11, 0, Purpose::Trial);
        (0..DRAWS).map(|k| law.draw(key, k, 0)).collect()
    }

    /// Mean and standard error.
    fn mean(x: &[f64]) -> (f64, f64) {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        (mean, (variance / n).sqrt())
    }

    #[test]
    fn an_exponential_that_is_cut_has_the_mean_of_what_is_left() {
        let (mean_before, min, max) = (600.0, 300.0, 3000.0);
        let all = draws(&Law::Exponential { mean: mean_before, min, max });
        assert!(all.iter().all(|x| (min..=max).contains(x)));
        // ∫ x e^(−x/m) over [a, b] ÷ ∫ e^(−x/m): m + (a e^(−a/m) − b e^(−b/m)) / (e^(−a/m) − e^(−b/m)).
        let e = |x: f64| (-x / mean_before).exp();
        let right = mean_before + (min * e(min) - max * e(max)) / (e(min) - e(max));
        let (found, error) = mean(&all);
        assert!((found - right).abs() < 5.0 * error, "{found} for {right}");
    }

    #[test]
    fn uniforms_and_choices_have_their_laws() {
        let all = draws(&Law::Uniform(-2.0, 4.0));
        assert!(all.iter().all(|x| (-2.0..4.0).contains(x)));
        let (found, error) = mean(&all);
        assert!((found - 1.0).abs() < 5.0 * error);
        let all = draws(&Law::Choice(vec![3.0, 5.0, 9.0]));
        let each = DRAWS as f64 / 3.0;
        let count = |y: f64| all.iter().filter(|x| **x == y).count() as f64;
        let chi: f64 = [3.0, 5.0, 9.0].iter().map(|y| (count(*y) - each).powi(2) / each).sum();
        // 2 degrees of freedom: beyond 15.2 in one of 2,000 seeds.
        assert!(chi < 15.2, "χ² = {chi}");
        assert_eq!(draws(&Law::Fixed(7.0))[5], 7.0);
    }
}

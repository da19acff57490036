//! Distributions that a scenario may give in place of a number.

use std::fmt;

use super::elementary::{ln, ln_1p};
use super::key::Key;
use super::normal::normal_below;
use super::sampler::Sampler;

/// Law of a value that differs between neurons or synapses, in the unit of its field.
///
/// `min` and `max` clip: a value outside becomes the bound (it is not drawn again, so the bounds have mass). Use infinities
/// for none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// The same value everywhere.
    Constant(f64),
    /// Uniform in (`lo`, `hi`).
    Uniform {
        /// Lower end.
        lo: f64,
        /// Upper end.
        hi: f64,
    },
    /// Normal, clipped.
    Normal {
        /// Mean before clipping.
        mean: f64,
        /// Standard deviation before clipping.
        sd: f64,
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
    /// Normal, drawn again until it lies between two bounds: they have no mass.
    TruncatedNormal {
        /// Mean before truncation.
        mean: f64,
        /// Standard deviation before truncation.
        sd: f64,
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
    /// Log-normal, clipped. `mean` and `sd` are those of the values, not of their logarithms.
    LogNormal {
        /// Mean of the values before clipping, above zero.
        mean: f64,
        /// Standard deviation of the values before clipping.
        sd: f64,
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
}

/// Why a [`Distribution`] is impossible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DistributionError {
    /// A number is NaN, or infinite where it is no bound.
    NotFinite {
        /// Name of the parameter.
        name: &'static str,
        /// What was found.
        found: f64,
    },
    /// The lower end lies above the upper end.
    Order {
        /// Names of the two ends.
        names: [&'static str; 2],
        /// What was found.
        found: [f64; 2],
    },
    /// A negative standard deviation.
    Spread {
        /// What was found.
        found: f64,
    },
    /// A log-normal mean that is not above zero.
    Mean {
        /// What was found.
        found: f64,
    },
}

impl fmt::Display for DistributionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite { name, found } => {
                write!(out, "`{name}` is {found}; a finite number is allowed; give one")
            }
            Self::Order { names: [low, high], found: [lower, upper] } => write!(
                out,
                "`{low}` = {lower} lies above `{high}` = {upper}; `{low}` up to `{high}` is allowed; exchange them"
            ),
            Self::Spread { found } => {
                write!(out, "`sd` is {found}; zero or above is allowed; give its size without the sign")
            }
            Self::Mean { found } => write!(
                out,
                "`mean` of a log-normal is {found}; above zero is allowed; use `normal` for values of either sign"
            ),
        }
    }
}

impl std::error::Error for DistributionError {}

fn finite(name: &'static str, found: f64) -> Result<(), DistributionError> {
    if found.is_finite() { Ok(()) } else { Err(DistributionError::NotFinite { name, found }) }
}

fn ordered(names: [&'static str; 2], found: [f64; 2]) -> Result<(), DistributionError> {
    for (name, found) in names.into_iter().zip(found) {
        if found.is_nan() {
            return Err(DistributionError::NotFinite { name, found });
        }
    }
    if found[0] <= found[1] { Ok(()) } else { Err(DistributionError::Order { names, found }) }
}

impl Distribution {
    /// The greatest of so many draws that is to be expected.
    #[must_use]
    pub fn greatest_of(&self, draws: f64) -> f64 {
        // A normal exceeds this multiple of its deviation about once in so many draws, to first order.
        let reach = (2.0 * ln(draws.max(2.0))).sqrt();
        match *self {
            Self::Constant(value) => value,
            Self::Uniform { hi, .. } => hi,
            Self::Normal { mean, sd, max, .. } | Self::TruncatedNormal { mean, sd, max, .. } => {
                (mean + reach * sd).min(max)
            }
            Self::LogNormal { mean, sd, max, .. } => {
                let spread = ln_1p((sd / mean) * (sd / mean));
                (ln(mean) - spread / 2.0 + reach * spread.sqrt()).exp().min(max)
            }
        }
    }

    /// Refuses what cannot be drawn from.
    ///
    /// # Errors
    /// Non-finite moments, a negative `sd`, crossed bounds, a log-normal `mean` of zero or below.
    pub fn check(&self) -> Result<(), DistributionError> {
        let (mean, sd, bounds) = match *self {
            Self::Constant(value) => return finite("value", value),
            Self::Uniform { lo, hi } => {
                finite("lo", lo)?;
                finite("hi", hi)?;
                return ordered(["lo", "hi"], [lo, hi]);
            }
            Self::Normal { mean, sd, min, max } | Self::TruncatedNormal { mean, sd, min, max } => {
                (mean, sd, [min, max])
            }
            Self::LogNormal { mean, sd, min, max } => {
                if mean <= 0.0 {
                    return Err(DistributionError::Mean { found: mean });
                }
                (mean, sd, [min, max])
            }
        };
        finite("mean", mean)?;
        finite("sd", sd)?;
        if sd < 0.0 {
            return Err(DistributionError::Spread { found: sd });
        }
        ordered(["min", "max"], bounds)
    }

    /// The law with its constants worked out, for drawing many values.
    #[must_use]
    pub fn sampler(&self) -> Sampler {
        match *self {
            Self::Constant(value) => Sampler::Constant(value),
            Self::Uniform { lo, hi } => Sampler::Uniform { lo, width: hi - lo },
            Self::Normal { mean, sd, min, max } => Sampler::Normal { mean, sd, min, max },
            Self::TruncatedNormal { mean, sd, min, max } => {
                // Without a spread, the one value there is.
                let share = |bound: f64| if sd > 0.0 { normal_below((bound - mean) / sd) } else { 0.0 };
                let low = share(min);
                Sampler::TruncatedNormal { mean, sd, low, width: share(max) - low, min, max }
            }
            Self::LogNormal { mean, sd, min, max } => {
                let ratio = sd / mean;
                let variance = ln_1p(ratio * ratio);
                Sampler::LogNormal { mean: ln(mean) - 0.5 * variance, sd: variance.sqrt(), min, max }
            }
        }
    }

    /// The value of the thing number `index`.
    #[must_use]
    pub fn sample(&self, key: Key, index: u64) -> f64 {
        self.sampler().sample(key, index, 0)
    }

    /// The one value, where there is only one.
    #[must_use]
    pub fn constant(&self) -> Option<f64> {
        match *self {
            Self::Constant(value) => Some(value),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Purpose};

    const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
    const DRAWS: usize = 400_000;

    fn moments(law: Distribution) -> (f64, f64) {
        let mut values = vec![0.0; DRAWS];
        law.sampler().fill(Key::new(8, 8, Purpose::Weight), 0, &mut values);
        let mean = values.iter().sum::<f64>() / DRAWS as f64;
        (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / DRAWS as f64).sqrt())
    }

    #[test]
    fn log_normal_mean_and_sd_are_those_of_the_values() {
        for (mean, sd) in [(1.0, 0.1), (3.5, 1.0), (0.02, 0.02)] {
            let (found, spread) = moments(Distribution::LogNormal { mean, sd, min: FREE.0, max: FREE.1 });
            // Five standard errors of the mean; the spread has heavier tails: 3 %.
            assert!((found - mean).abs() < 5.0 * sd / (DRAWS as f64).sqrt(), "{mean}: {found}");
            assert!((spread / sd - 1.0).abs() < 0.03, "{sd}: {spread}");
        }
    }

    #[test]
    fn uniform_and_normal_have_their_moments() {
        let (mean, sd) = moments(Distribution::Uniform { lo: -2.0, hi: 4.0 });
        assert!((mean - 1.0).abs() < 0.015 && (sd - 3f64.sqrt()).abs() < 0.01, "{mean} {sd}");
        let (mean, sd) = moments(Distribution::Normal { mean: -60.0, sd: 5.0, min: FREE.0, max: FREE.1 });
        assert!((mean + 60.0).abs() < 0.04 && (sd - 5.0).abs() < 0.03, "{mean} {sd}");
    }

    #[test]
    fn a_truncated_normal_has_the_moments_of_the_textbook_and_keeps_to_its_bounds() {
        // Johnson, Kotz & Balakrishnan 1994, volume 1, section 13.10.1; densities and probabilities at -1 and 2 from tables.
        let (low, high) = ((0.241_970_72, 0.158_655_25), (0.053_990_97, 0.977_249_87));
        let mass: f64 = high.1 - low.1;
        let mean: f64 = (low.0 - high.0) / mass;
        let variance = 1.0 + (-low.0 - 2.0 * high.0) / mass - mean * mean;
        let law = Distribution::TruncatedNormal { mean: 10.0, sd: 3.0, min: 7.0, max: 16.0 };
        let (found, spread) = moments(law);
        let right = 3.0 * variance.sqrt();
        assert!((found - (10.0 + 3.0 * mean)).abs() < 5.0 * right / (DRAWS as f64).sqrt(), "{found}");
        // The law is bounded, so its kurtosis is below 3 and the relative error of a spread below 1 / sqrt(n).
        assert!((spread / right - 1.0).abs() < 5.0 / (DRAWS as f64).sqrt(), "{spread} against {right}");
        let sampler = law.sampler();
        let key = Key::new(9, 8, Purpose::Weight);
        assert!((0..DRAWS as u64).all(|i| (7.0..=16.0).contains(&sampler.sample(key, i, 0))));
        let free = Distribution::TruncatedNormal { mean: 1.0, sd: 2.0, min: FREE.0, max: FREE.1 };
        let normal = Distribution::Normal { mean: 1.0, sd: 2.0, min: FREE.0, max: FREE.1 };
        for i in 0..1000 {
            assert!((free.sample(key, i) - normal.sample(key, i)).abs() < 1e-12);
        }
        let tail = Distribution::TruncatedNormal { mean: 0.0, sd: 1.0, min: 50.0, max: 60.0 };
        assert_eq!(tail.sample(key, 1), 50.0);
    }

    #[test]
    fn impossible_distributions_are_refused() {
        let normal = |mean, sd, min, max| Distribution::Normal { mean, sd, min, max }.check().is_err();
        assert!(
            normal(0.0, -1.0, FREE.0, FREE.1)
                && normal(0.0, 1.0, 2.0, 1.0)
                && normal(f64::NAN, 1.0, 0.0, 1.0)
        );
        assert!(normal(0.0, 1.0, f64::NAN, 1.0) && !normal(0.0, 1.0, FREE.0, FREE.1));
        assert!(Distribution::LogNormal { mean: 0.0, sd: 1.0, min: 0.0, max: 1.0 }.check().is_err());
        assert!(Distribution::Uniform { lo: 0.0, hi: f64::INFINITY }.check().is_err());
        let crossed = Distribution::Uniform { lo: 2.0, hi: 1.0 }.check().unwrap_err().to_string();
        assert_eq!(crossed, "`lo` = 2 lies above `hi` = 1; `lo` up to `hi` is allowed; exchange them");
    }
}

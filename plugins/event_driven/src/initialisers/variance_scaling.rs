//! Variance scaling: independent weights of mean zero whose variance falls with the number of synapses, so that the variance of sums stays.
//!
//! ```text
//! variance = gain² scale / fan,   fan = share fan_in + (1 - share) fan_out
//! lecun: scale 1, fan_in    kaiming: scale 2, fan_in    xavier: scale 1, the mean of both
//! ```
//!
//! Uniform laws lie between plus and minus the square root of 3 variances. The truncated normal is cut at two of its standard deviations,
//! and widened to keep the variance.
//!
//! Source: LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", equation 16; Glorot & Bengio 2010, "Understanding the difficulty of
//! training deep feedforward neural networks", AISTATS, equations 12 and 16; He, Zhang, Ren & Sun 2015, "Delving deep into rectifiers",
//! ICCV, doi:10.1109/ICCV.2015.123, equation 10.
//!
//! Departure: `kaiming_normal` and `lecun_normal` are not truncated, as in PyTorch and unlike JAX.

use ecs_core::network::{Filling, InitialiserModel, Matrix};
use ecs_core::random::Distribution;
use ecs_core::registry::{Bound, Field};

use super::{GAIN, entry};

/// How weights are drawn.
#[derive(Clone, Copy)]
enum Law {
    Normal,
    Uniform,
    Truncated,
}

/// Standard deviation of a standard normal cut at plus and minus 2: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).
const TRUNCATED: f64 = 0.879_625_661_034_239_8;

/// The law of variance gain² `scale` / fan, where fan in counts with `share`.
fn scaled(gain: f64, scale: f64, share: f64, law: Law, matrix: &Matrix<'_>) -> Filling {
    let fan = |neurons: u64| matrix.synapses / (neurons as f64).max(1.0);
    let fan = share * fan(matrix.n_post()) + (1.0 - share) * fan(matrix.n_pre());
    let sd = gain.abs() * (scale / fan.max(1.0)).sqrt();
    let reach = sd * 3f64.sqrt();
    let (wide, free) = (sd / TRUNCATED, f64::INFINITY);
    Filling::Law(match law {
        Law::Normal => Distribution::Normal { mean: 0.0, sd, min: -free, max: free },
        Law::Uniform => Distribution::Uniform { lo: -reach, hi: reach },
        Law::Truncated => {
            Distribution::TruncatedNormal { mean: 0.0, sd: wide, min: -2.0 * wide, max: 2.0 * wide }
        }
    })
}

macro_rules! initialisers {
    ($($name:literal: $doc:literal, $scale:literal, $share:literal, $law:ident;)*) => {$(
        inventory::submit! {
            InitialiserModel {
                entry: entry($name, $doc, &[GAIN]),
                check: |_, _| Ok(()),
                fill: |params, matrix| scaled(params[0], $scale, $share, Law::$law, matrix),
            }
        }
    )*};
}

initialisers! {
    "kaiming_normal": "Normal of variance 2 gain² / fan_in (He et al. 2015).", 2.0, 1.0, Normal;
    "kaiming_uniform": "Uniform of variance 2 gain² / fan_in (He et al. 2015).", 2.0, 1.0, Uniform;
    "xavier_normal": "Normal of variance 2 gain² / (fan_in + fan_out) (Glorot & Bengio 2010).", 1.0, 0.5, Normal;
    "xavier_uniform": "Uniform of variance 2 gain² / (fan_in + fan_out) (Glorot & Bengio 2010).", 1.0, 0.5, Uniform;
    "lecun_normal": "Normal of variance gain² / fan_in (LeCun et al. 1998).", 1.0, 1.0, Normal;
    "lecun_uniform": "Uniform of variance gain² / fan_in (LeCun et al. 1998).", 1.0, 1.0, Uniform;
}

const fn choice(name: &'static str, default: f64, doc: &'static str) -> Field {
    Field::number(name, default, "", doc).within(Bound::Fraction)
}

inventory::submit! {
    InitialiserModel {
        entry: entry(
            "variance_scaling",
            "Mean zero and variance gain² scale / fan, of any fan and one of three laws.",
            &[
                GAIN,
                Field::number("scale", 1.0, "", "Variance times fan, at a gain of 1.").within(Bound::NonNegative),
                choice("fan_in", 1.0, "1: fan is fan in; 0: fan out; 0.5: the mean of both."),
                choice("uniform", 0.0, "1: uniform; 0: normal."),
                choice("truncated", 0.0, "1: a normal is cut at two standard deviations; 0: it is not."),
            ],
        ),
        check: |_, _| Ok(()),
        fill: |params, matrix| {
            let law = match params[3..] {
                [uniform, _] if uniform > 0.5 => Law::Uniform,
                [_, truncated] if truncated > 0.5 => Law::Truncated,
                _ => Law::Normal,
            };
            scaled(params[0], params[1], params[2], law, matrix)
        },
    }
}

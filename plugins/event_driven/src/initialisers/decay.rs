//! Weights that fall with distance d as a Gaussian, or as the difference of two (a Mexican hat).
//!
//! ```text
//! gaussian_decay: peak exp(-d² / (2 sigma²))
//! dog_decay:      peak exp(-d² / (2 sigma²)) - surround exp(-d² / (2 surround_sigma²))
//! ```
//!
//! Source: Amari 1977, "Dynamics of pattern formation in lateral-inhibition type neural fields", Biol. Cybern. 27, 77-87,
//! doi:10.1007/BF00337259, section 3; the difference of Gaussians is that of Rodieck 1965, doi:10.1016/0042-6989(65)90033-7.

use ecs_core::network::{Filling, InitialiserModel, Matrix, Pairs, Space};
use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Field};

use super::{entry, spaces};

const PEAK: Field = Field::number("peak", f64::NAN, "value", "Value at no distance.");
const SIGMA: Field =
    Field::number("sigma", f64::NAN, "mm", "Distance at which it is 0.61 of that.").within(Bound::Positive);

inventory::submit! {
    InitialiserModel {
        entry: entry("gaussian_decay", "Falls with distance d as a Gaussian: peak exp(-d²/(2 sigma²)).", &[PEAK, SIGMA]),
        check: |_, matrix| spaces("gaussian_decay", matrix).map(drop),
        fill: |params, matrix| filling(&[[params[0], params[1]]], matrix),
    }
}

inventory::submit! {
    InitialiserModel {
        entry: entry(
            "dog_decay",
            "The difference of two Gaussians of distance: excitation near, inhibition around.",
            &[
                PEAK,
                SIGMA,
                Field::number("surround", f64::NAN, "value", "Value at no distance that is taken away."),
                Field::number("surround_sigma", f64::NAN, "mm", "Distance at which 0.61 of it is taken away.")
                    .within(Bound::Positive),
            ],
        ),
        check: |_, matrix| spaces("dog_decay", matrix).map(drop),
        fill: |params, matrix| filling(&[[params[0], params[1]], [-params[2], params[3]]], matrix),
    }
}

/// A sum of Gaussians, each of a peak and a sigma.
fn filling(parts: &[[f64; 2]], matrix: &Matrix<'_>) -> Filling {
    let spaces = matrix.spaces.map(|space| space.expect("`check` asks for both").clone());
    Filling::Pairs(Box::new(Decay { parts: parts.to_vec(), spaces }))
}

#[derive(Debug)]
struct Decay {
    parts: Vec<[f64; 2]>,
    spaces: [Space; 2],
}

impl Pairs for Decay {
    fn value(&self, pre: u32, post: u32) -> f64 {
        let [from, to] = &self.spaces;
        let square = from.distance_squared(from.position(pre.into()), to.position(post.into()));
        let part = |[peak, sigma]: &[f64; 2]| peak * Num(-0.5 * square / (sigma * sigma)).exp().0;
        self.parts.iter().map(part).sum()
    }
}

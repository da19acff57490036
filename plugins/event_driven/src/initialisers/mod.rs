//! Initialisers: weights and delays that follow from the matrix they fill, or from distances. One file per law.
//!
//! Those of machine learning go by fans: a neuron's *fan in* is the number of synapses onto it that the rule makes on the average, so that
//! an all-to-all projection has that of a dense layer in PyTorch or JAX, and a sparse one keeps the variance of the input as well; *fan
//! out* is that of synapses from a neuron.

mod decay;
mod delta_orthogonal;
mod identity;
mod orthogonal;
mod per_distance;
mod variance_scaling;

use ecs_core::network::{Matrix, Space};
use ecs_core::registry::{Entry, Field, Kind};

const fn entry(name: &'static str, doc: &'static str, params: &'static [Field]) -> Entry {
    Entry {
        kind: Kind::Initialiser,
        name,
        origin: concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
        doc,
        params,
        state: &[],
        input: "",
        drive: None,
    }
}

/// The factor of every initialiser that has one.
const GAIN: Field = Field::number("gain", f64::NAN, "weight", "Weights are so many times the law's.");

/// The spaces of both populations, where there is a distance between them.
fn spaces<'a>(name: &str, matrix: &Matrix<'a>) -> Result<[&'a Space; 2], String> {
    match matrix.spaces {
        [Some(pre), Some(post)] if pre.agrees(post) => Ok([pre, post]),
        [Some(_), Some(_)] => Err(format!(
            "`{name}`: the spaces of the two populations do not fit; the same number of axes is allowed, and the same \
             `extent` where sides are periodic; give both the same `extent` and `periodic`"
        )),
        _ => Err(format!(
            "`{name}`: a population has no places; distances need them at both ends; give it `grid` or `positions`"
        )),
    }
}

//! Random numbers without a state: every draw is a function of (seed, entity, purpose, index, step).
//!
//! [`Key`] is made once from seed, entity and [`Purpose`]; a draw then names two 64-bit coordinates, by custom `index`
//! (neuron, row, ...) and `step` (time step, rank in a row, ...). Nothing advances, so draws may be made in any
//! order, by any number of threads, on any device, and again.
//!
//! One draw takes one pair of 32-bit words, or for synapses one word, and never more: there is no rejection anywhere. Only `+ - * /`, `sqrt` and
//! operations on bits are used, which IEEE 754 defines to the last bit; logarithm and exponential are our own. So the
//! numbers are the same bits on every machine and at every instruction-set level.

mod distribution;
mod draws;
mod elementary;
mod key;
mod normal;
mod philox;
mod sampler;
mod slope;
mod word;

pub use distribution::{Distribution, DistributionError};
pub use draws::{Geometric, below, exponential, open_uniform, pair, uniform, uniform_f32};
pub use key::{Key, Purpose};
pub use normal::{normal, normal_quantile};
pub use philox::{philox, philox_lanes};
pub use sampler::Sampler;
pub use word::{MOST_SKIPPED, Skip, below_word, exponential_word, normal_word, uniform_word};

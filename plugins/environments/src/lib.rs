//! Environments: worlds that a network acts in, and what stands between the two.
//!
//! [`closed`] has the systems that close the loop; [`worlds`] the environments, [`decoders`] what makes actions of spikes, one file each.
//! Encoders, which make spikes and currents of observations, are sources and stimuli: see the crate `stimulation`.

pub mod bridge;
pub mod closed;
pub mod decoders;
pub mod worlds;

pub use closed::{Act, Env, EnvironmentsPlugin, Episode, Goal, Modulation, Recorded, Sense, Target, Watched};

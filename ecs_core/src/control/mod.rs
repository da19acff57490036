//! Control: what closes the loop between a network and a world it acts in.
//!
//! An environment goes from tick to tick; a tick is a whole number of steps. At the tick at time t the spikes of [t − T, t) become an
//! action, the environment goes on by T, and what is observed then is held over [t, t + T). An action so follows from spikes that follow
//! from the observation of the tick before: one tick of latency, whatever the order of systems.

mod decoder;
mod environment;
mod picture;
mod spec;

pub use decoder::{Decoder, DecoderModel, DecoderPlan, Seen};
pub use environment::{Environment, EnvironmentModel, EnvironmentPlan, Outcome};
pub use picture::{Picture, Shape};
pub use spec::{Domain, Port, Spec};

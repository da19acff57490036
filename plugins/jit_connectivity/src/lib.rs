//! Just-in-time connectivity: the synapses of a neuron are drawn again each time it fires, and none is stored.
//!
//! `storage = "just_in_time"` on a projection; everything else stays as it is, and so does the network, spike for spike: targets
//! and weights come from the same laws ([`event_driven::law`]) that a stored projection is made by. Memory is none per synapse;
//! time is that of some ten vector instructions for each synapse of a neuron that fires.

mod connect;
mod draw;
mod operator;

pub use operator::JustInTime;

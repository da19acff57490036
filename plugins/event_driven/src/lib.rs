//! Event-driven connectivity: rules that say who is connected to whom, and operators that visit only the synapses of neurons
//! that fired.
//!
//! One-to-one and all-to-all projections store no synapse; all-to-all with weights of their own is a dense matrix; every other
//! rule is stored as compressed sparse rows ([`csr::Csr`]).

mod blocks;
pub mod build;
mod connect;
pub mod csr;
pub mod ends;
pub mod estimate;
mod initialisers;
pub mod law;
pub mod operators;
pub mod rules;

pub use connect::stored;

//! Benches: the networks that simulators are compared by, the same in a bare loop, and how they are timed.

pub mod bare;
pub mod measure;
pub mod network;
pub mod workload;

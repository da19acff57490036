//! Differentiation: the same network, run so that its gradient can be had, with adjoints as sparse as its spikes.

pub mod surrogate;

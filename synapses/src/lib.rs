//! synapses

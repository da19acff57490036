//! Layers: convolution, transposed convolution and pooling between populations on grids.
//!
//! They are connection rules like all others, whose synapses share weights: a kernel is kept, and nothing for a synapse. What a layer is
//! besides its synapses — a threshold, gates, a readout — is a neuron model.

mod axis;
mod connect;
mod convolution;
mod operator;
mod pool;

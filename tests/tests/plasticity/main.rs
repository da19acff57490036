//! Plasticity: spikes that change the strength of those that follow, and weights that learn.

mod drift;
mod eager;
mod laws;
mod lazy;
mod modulated;
mod networks;
mod pairs;
mod scenario;
mod short_term;
mod synapses_of;
mod text;
mod triplets;
mod voltages;

use event_driven as _;
use neurons as _;
use synapses as _;

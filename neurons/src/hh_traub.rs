//! Traub-Miles neuron: a hippocampal pyramidal cell in one compartment.
//!
//! ```text
//! c_m v' = i_e + i − i_na − i_k − i_leak      a spike is the moment v rises above v_th
//! ```
//!
//! Source: Traub & Miles (1991), Neuronal Networks of the Hippocampus; as in Brette et al. (2007), J. Comput. Neurosci.
//! 23, appendix 2, benchmark 3, <https://doi.org/10.1007/s10827-007-0038-6>; the channels are `na_traub`, `k_traub` and
//! `leak_cell`.

use channels::{k_traub, leak_cell, na_traub};
use ecs_core::model::prelude::*;

membrane! {
    /// One compartment of 20,000 µm², in whole-cell units.
    HhTraub "pA"
    params {
        c_m = 200.0, "pF", "membrane capacitance", positive;
        i_e = 0.0, "pA", "constant current";
        v_th = -20.0, "mV", "voltage that counts as a spike";
        t_ref = 3.0, "ms", "time after a spike in which no other counts", non_negative;
    }
    state {
        v = -65.0, "mV", "membrane voltage";
    }
    channels { sodium: na_traub, potassium: k_traub, leakage: leak_cell }
}

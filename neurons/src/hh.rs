//! Hodgkin-Huxley neuron: a patch of squid axon.
//!
//! ```text
//! c_m v' = i_e + i − i_na − i_k − i_leak      a spike is the moment v rises above v_th
//! ```
//!
//! Source: Hodgkin & Huxley (1952), J. Physiol. 117, Eq. 26, <https://doi.org/10.1113/jphysiol.1952.sp004764>; the channels
//! are `na_hh`, `k_hh` and `leak`.

use channels::{k_hh, leak, na_hh};
use ecs_core::model::prelude::*;

membrane! {
    /// One compartment, in densities, with the resting potential at −65 mV.
    Hh "uA/cm2"
    params {
        c_m = 1.0, "uF/cm2", "membrane capacitance", positive;
        i_e = 0.0, "uA/cm2", "constant current";
        v_th = 0.0, "mV", "voltage that counts as a spike";
        t_ref = 0.0, "ms", "time after a spike in which no other counts", non_negative;
    }
    state {
        v = -65.0, "mV", "membrane voltage";
    }
    channels { sodium: na_hh, potassium: k_hh, leakage: leak }
}

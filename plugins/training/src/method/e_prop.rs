//! Eligibility propagation: traces of synapses meet the errors of the readouts while a trial runs; what a spike does to other neurons of
//! its layer is left out.
//!
//! ```text
//! ε_ji ← D_j ε_ji + f_j x_i       e_ji = ψ_j ε_ji       dL/dw_ji ≈ Σ_t L_j F(e_ji)       L_j = Σ_k B_jk (y_k − y*_k)
//! ```
//!
//! D is the Jacobian of a neuron's step, f its slope in what arrives, ψ the surrogate, and F filters as the readout does.
//!
//! Source: Bellec et al. (2020), Nature Communications 11, 3625, <https://doi.org/10.1038/s41467-020-17236-y>, equations 1, 4, 13 and 28.

use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Feedback, Method, OnlineRule, Plan};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::word("feedback", &["symmetric", "random"], "weights by which errors come back: those of the readout, or drawn ones"),
    Field::number("sd", 1.0, "", "standard deviation of drawn ones, in the unit of the readout's weights").within(Bound::NonNegative),
];

/// A method.
///
/// # Errors
/// None.
pub fn build(plan: &Plan) -> Result<Method, String> {
    let [random, sd] = plan.numbers();
    let feedback = if random == 0.0 { Feedback::Symmetric } else { Feedback::Random(sd) };
    Ok(Method::Online(OnlineRule::Traces, feedback))
}

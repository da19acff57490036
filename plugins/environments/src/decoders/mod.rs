//! Decoders, one file each: what makes an action of spikes. To add one, write its file and its name in this list.

ecs_core::register!(DecoderModel: argmax_count, first_to_spike, membrane_potential, population_vector, threshold_event, weighted_count);

use ecs_core::control::DecoderPlan;

/// Says that there are not as many groups as places.
fn as_many(plan: &DecoderPlan) -> String {
    format!("{} groups of neurons for {} places of the port; as many are allowed", plan.groups, plan.width)
}

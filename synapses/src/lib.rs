//! Synapse dynamics and outputs, one file each: equations, units, source.

ecs_core::register!(SynapseModel: alpha, delta, dual_exponential, exponential);
ecs_core::register!(OutputModel: conductance, current, nmda);

//! Synapse dynamics, outputs and couplings, one file each: equations, units, source.

ecs_core::register!(SynapseModel: alpha, delta, dual_exponential, exponential);
ecs_core::register!(CouplingModel: additive, diffusive, gap_junction, graded, graded_kinetic, graded_relaxing, graded_stomatogastric);
ecs_core::register!(OutputModel: conductance, current, nmda);

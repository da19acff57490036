//! Synapse dynamics, outputs, couplings and rules of plasticity, one file each: equations, units, source.

ecs_core::register!(SynapseModel: alpha, delta, dual_exponential, exponential);
ecs_core::register!(CouplingModel: additive, diffusive, gap_junction, graded, graded_kinetic, graded_relaxing, graded_stomatogastric);
ecs_core::register!(OutputModel: conductance, current, nmda);
ecs_core::register!(ShortTermModel: std, stp, tsodyks, tsodyks2);
ecs_core::register!(PlasticityModel: stdp, stdp_nearest, stdp_power_law, stdp_song2000);

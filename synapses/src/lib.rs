//! Synapse dynamics, outputs and rules of plasticity, one file each: equations, units, source.

ecs_core::register!(SynapseModel: alpha, delta, dual_exponential, exponential);
ecs_core::register!(OutputModel: conductance, current, nmda);
ecs_core::register!(ShortTermModel: std, stp, tsodyks, tsodyks2);
ecs_core::register!(PlasticityModel: stdp, stdp_nearest, stdp_power_law, stdp_song2000);

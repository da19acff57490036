//! Neuron models and sources of spikes, one file each: equations, units, source. To add one, write its file and its name in
//! its list.

ecs_core::register!(NeuronModel: hh, hh_traub, intfire1, izhikevich, izhikevich2004, lif, lif_shiu2024);
ecs_core::register!(SourceModel: poisson, regular, spike_times);

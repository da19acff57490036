//! An example of a plugin: a neuron model, an ion channel, a synapse, a connectivity rule and a system.

sdk::plugin! {
    neurons: [adaptive],
    channels: [slow_potassium],
    synapses: [charge],
    connectors: [ring],
    systems: [settle],
}

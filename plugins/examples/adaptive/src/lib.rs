//! An example of a plugin: a neuron model, an ion channel, a synapse, rules of plasticity, a connectivity rule and a system.

sdk::plugin! {
    neurons: [adaptive],
    channels: [slow_potassium],
    synapses: [charge],
    short_term: [tired],
    plasticity: [rewarded, depolarised],
    connectors: [ring],
    systems: [settle],
}

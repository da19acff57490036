//! An example of a plugin: a neuron model, a connectivity rule and a system.

sdk::plugin! { neurons: [adaptive], connectors: [ring], systems: [settle] }

//! The vocabulary and the engine of Synfire: numbers, units, the model contract, entities, schedule, connectivity, registry.

pub mod registry;

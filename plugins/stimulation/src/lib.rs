//! Stimuli: input that comes from no population.

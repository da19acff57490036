//! Encoders: sources that turn values, such as the pixels of an image, into spikes. To add one, write its file and its name in
//! this list.
//!
//! Values stand in the scenario or in a file, `[frame, neuron]`, and frames are shown one after the other; or an environment shows
//! them tick by tick, where `[[env.sense]]` names the population. Each file has the law of
//! its code as plain functions of numbers, for whoever encodes without a scenario.

ecs_core::register!(SourceModel hears: delta_encoder, gauss_encoder, latency_encoder, one_hot_encoder, poisson_encoder, regular_encoder,
    replay_encoder, weighted_phase_encoder);

mod shown;

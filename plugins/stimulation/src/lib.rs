//! Stimuli, one file each: input that comes from no population. To add one, write its file and its name in this list.
//!
//! Every random number is a function of (seed, stream, neuron, step), so the input is the same bits for any number of threads
//! and any instruction set. A parameter that differs between neurons has one value for each neuron reached, in ascending order.
//! Amplitudes have the unit `input`, which stands for that of the neurons they go to.

ecs_core::register!(StimulusModel: constant, noise, poisson, steps);

mod counts;
mod events;
mod numbers;
mod reached;
mod window;

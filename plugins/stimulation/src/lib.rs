//! Input that comes from no population, one file each: stimuli here, encoders of values in `encoders`. To add one, write its file
//! and its name in its list.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | BrainPy `section_input`, `constant_input`, `spike_input`, `ramp_input`, `sinusoidal_input`, `square_input`, `wiener_process`, `ou_process` | the same without `_input`; `constant_input` is `section` |
//! | NEST `dc_generator`, `step_current_generator`, `ac_generator`, `noise_generator` | `constant`, `steps`, `sinusoidal`, `noise` |
//! | NEST `poisson_generator`, `inhomogeneous_poisson_generator`, `sinusoidal_poisson_generator` | the same without `_generator` |
//! | Brian 2 `TimedArray` | `timed_array` |
//!
//! Every random number is a function of (seed, stream, neuron, step), so the input is the same bits for any number of threads
//! and any instruction set. A parameter that differs between neurons has one value for each neuron reached, in ascending order.
//! Amplitudes have the unit `input`, which stands for that of the neurons they go to.
//!
//! Currents that stay as they are cost nothing. The others cost, for each neuron and step on one core of an EPYC with AVX-512:
//! `noise` and `wiener_process` 11 ns, `ou_process` 13 ns, `ramp` and `sinusoidal` 1 ns, `sinusoidal_poisson` 0.04 ns at a mean of
//! 0.001 events and 1.3 ns at 1, encoders 2 to 3 ns but `latency_encoder` 0.03 ns (`examples/input_speed.rs`).

ecs_core::register!(StimulusModel: constant, inhomogeneous_poisson, noise, ou_process, poisson, ramp, section, sinusoidal,
    sinusoidal_poisson, spike, square, steps, timed_array, wiener_process);
ecs_core::register!(StimulusModel hears: current_encoder);

mod counts;
pub mod encoders;
mod events;
mod gauss;
mod modulated;
mod numbers;
mod reached;
mod show;
mod staircase;
mod turn;
mod window;

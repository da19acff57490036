//! Shared libraries: what they compute, what they may not be, and what happens when they fail.

mod built;
mod cells;
mod connectivity;
mod example;
mod failing;
mod in_c;
mod network;
mod refused;
mod same_numbers;
mod systems;

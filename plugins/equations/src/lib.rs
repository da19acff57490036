//! Equations: models written as text, read into the graph that tracing a compiled model gives, and printed from it.

mod latex;
mod show;

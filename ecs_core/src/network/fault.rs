//! Fault: what stops a run: a number that is no longer finite, a neuron that was taken away.

use bevy_ecs::prelude::*;

/// The first thing that went wrong; the runner stops after the step in which it is set.
#[derive(Resource, Clone, Debug, Default)]
pub struct Fault(Option<String>);

impl Fault {
    /// Notes what went wrong, unless something did before.
    pub fn raise(&mut self, what: impl FnOnce() -> String) {
        self.0.get_or_insert_with(what);
    }

    /// What went wrong.
    pub fn message(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

//! Extension: systems that a scenario asks for by name, whoever brings them.

use bevy_ecs::prelude::*;

use crate::registry::Entry;

/// Starts a system, with its parameters in table order, in a world whose populations are built; how many populations it acts
/// on. A closure, because that of a shared library knows which library it is.
pub type Attach = dyn Fn(&mut World, &[f64]) -> Result<usize, String> + Sync;

/// A registered system.
#[derive(Clone, Copy)]
pub struct SystemModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Starts it.
    pub attach: &'static Attach,
}

inventory::collect!(SystemModel);

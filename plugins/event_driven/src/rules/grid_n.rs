//! Every neuron of a grid meets all those at most n steps away along every axis: (2 n + 1)^2 - 1 in a plane.

use super::lattice::{Lattice, Neighbours};
use super::{Connector, OWN_PLACE, count, entry};

const NAME: &str = "grid_n";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every neuron of a grid meets all those at most n steps away along every axis.",
        &[count("n", "Steps along each axis."), OWN_PLACE],
    ),
    make: |arguments| {
        let reach = arguments.whole(NAME, 0, "n", f64::from(u32::MAX))?;
        let self_connections = arguments.switch_or(NAME, 1, OWN_PLACE.name, false)?;
        Ok(Box::new(Lattice { name: NAME, neighbours: Neighbours::Box(reach), self_connections }))
    },
};

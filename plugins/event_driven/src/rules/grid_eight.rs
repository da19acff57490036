//! Every neuron of a grid meets those around it, diagonals included: eight in a plane (Moore's neighbourhood).

use super::lattice::{Lattice, Neighbours};
use super::{Connector, OWN_PLACE, entry};

const NAME: &str = "grid_eight";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every neuron of a grid meets those around it, diagonals included: eight in a plane.",
        &[OWN_PLACE],
    ),
    make: |arguments| {
        let self_connections = arguments.switch_or(NAME, 0, OWN_PLACE.name, false)?;
        Ok(Box::new(Lattice { name: NAME, neighbours: Neighbours::Box(1), self_connections }))
    },
};

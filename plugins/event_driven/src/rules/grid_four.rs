//! Every neuron of a grid meets the next ones along each axis: four in a plane (von Neumann's neighbourhood).

use super::lattice::{Lattice, Neighbours};
use super::{Connector, OWN_PLACE, entry};

const NAME: &str = "grid_four";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every neuron of a grid meets the next ones along each axis: four in a plane.",
        &[OWN_PLACE],
    ),
    make: |arguments| {
        let self_connections = arguments.switch_or(NAME, 0, OWN_PLACE.name, false)?;
        Ok(Box::new(Lattice { name: NAME, neighbours: Neighbours::Axes, self_connections }))
    },
};

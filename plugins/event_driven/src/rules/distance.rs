//! Pairs at most a radius apart are joined with probability p, independently of each other; all others are not.

use ecs_core::registry::{Bound, Field};

use super::nearby::{Kernel, Nearby};
use super::{Connector, SELF_CONNECTIONS, entry};

const NAME: &str = "distance";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Pairs at most a radius apart are joined with probability p.",
        &[
            Field::number("radius", f64::NAN, "mm", "The largest distance of a pair.")
                .within(Bound::Positive),
            Field::number("p", 1.0, "", "Probability of a pair within the radius.").within(Bound::Fraction),
            SELF_CONNECTIONS,
        ],
    ),
    make: |arguments| {
        let [radius, p] = [arguments.number(0, f64::NAN), arguments.number(1, 1.0)];
        let self_connections = arguments.switch(NAME, 2, SELF_CONNECTIONS.name)?;
        Ok(Box::new(Nearby { name: NAME, kernel: Ball { radius, p }, self_connections }))
    },
};

/// One probability up to a radius.
#[derive(Clone, Copy, Debug)]
pub struct Ball {
    /// The largest distance, mm.
    pub radius: f64,
    /// Probability within.
    pub p: f64,
}

/// Distances on a grid are products of roundings; a neuron exactly at the radius is inside.
const ROUNDING: f64 = 1e-12;

impl Kernel for Ball {
    #[inline]
    fn probability(&self, distance_squared: f64) -> f64 {
        if distance_squared <= self.radius * self.radius * (1.0 + ROUNDING) { self.p } else { 0.0 }
    }

    fn length(&self) -> (&'static str, f64) {
        ("radius", self.radius)
    }

    fn reach(&self) -> f64 {
        self.radius * (1.0 + ROUNDING)
    }

    fn peak(&self) -> f64 {
        self.p
    }
}

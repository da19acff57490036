//! Every pair is joined with a probability that falls with its distance d as a Gaussian: p exp(-d² / (2 sigma²)).
//!
//! Past 8.6 sigma the probability is below 2^-53, the step of the draws, and no pair is looked at.
//!
//! Source: Mehring, Hehl, Kubo, Diesmann & Aertsen 2003, "Activity dynamics and propagation of synchronous spiking in locally
//! connected random networks", Biol. Cybern. 88, 395-408, doi:10.1007/s00422-002-0384-4, section 2.

use ecs_core::number::{Num, Real};
use ecs_core::registry::{Bound, Field};

use super::nearby::{Kernel, Nearby};
use super::{Connector, SELF_CONNECTIONS, entry};

const NAME: &str = "gaussian";

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "Every pair is joined with a probability that falls with its distance d: p exp(-d²/(2 sigma²)).",
        &[
            Field::number("sigma", f64::NAN, "mm", "Distance at which the probability is 0.61 of its peak.")
                .within(Bound::Positive),
            Field::number("p", 1.0, "", "Probability at no distance.").within(Bound::Fraction),
            SELF_CONNECTIONS,
        ],
    ),
    make: |arguments| {
        let [sigma, p] = [arguments.number(0, f64::NAN), arguments.number(1, 1.0)];
        let self_connections = arguments.switch(NAME, 2, SELF_CONNECTIONS.name)?;
        Ok(Box::new(Nearby { name: NAME, kernel: Gaussian { sigma, p }, self_connections }))
    },
};

/// A probability that falls as a Gaussian.
#[derive(Clone, Copy, Debug)]
pub struct Gaussian {
    /// Standard deviation, mm.
    pub sigma: f64,
    /// Probability at no distance.
    pub p: f64,
}

impl Kernel for Gaussian {
    #[inline]
    fn probability(&self, distance_squared: f64) -> f64 {
        self.p * Num(-0.5 * distance_squared / (self.sigma * self.sigma)).exp().0
    }

    fn length(&self) -> (&'static str, f64) {
        ("sigma", self.sigma)
    }

    fn reach(&self) -> f64 {
        // exp(-8.6² / 2) < 2^-53.
        8.6 * self.sigma
    }

    fn peak(&self) -> f64 {
        self.p
    }
}

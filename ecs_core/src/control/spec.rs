//! Spec: what an environment shows and takes: ports with shape, unit and bounds.

use std::ops::Range;

/// What the numbers of a port may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    /// Any number between two bounds, of which there is a pair for each place; bounds may be infinite.
    Continuous {
        /// The least values.
        low: Vec<f64>,
        /// The greatest values.
        high: Vec<f64>,
    },
    /// A choice for each place: whole numbers from 0 to one less than this.
    Discrete(Vec<u32>),
    /// 0 or 1 in each place.
    Binary(usize),
}

/// Numbers that an environment shows or takes under one name.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// What a scenario calls it.
    pub name: String,
    /// Unit of its values; empty for bare numbers.
    pub unit: String,
    /// Length of each axis; empty for a single number. Their product is the number of places.
    pub shape: Vec<usize>,
    /// What they may be.
    pub domain: Domain,
}

impl Port {
    /// Numbers in a row, each within its bounds.
    pub fn continuous(name: &str, unit: &str, bounds: &[(f64, f64)]) -> Self {
        let (low, high) = bounds.iter().copied().unzip();
        let (shape, domain) = (vec![bounds.len()], Domain::Continuous { low, high });
        Self { name: name.to_owned(), unit: unit.to_owned(), shape, domain }
    }

    /// One choice among `n`.
    pub fn discrete(name: &str, n: u32) -> Self {
        let domain = Domain::Discrete(vec![n]);
        Self { name: name.to_owned(), unit: String::new(), shape: Vec::new(), domain }
    }

    /// Places.
    pub fn width(&self) -> usize {
        match &self.domain {
            Domain::Continuous { low, .. } => low.len(),
            Domain::Discrete(choices) => choices.len(),
            Domain::Binary(n) => *n,
        }
    }

    /// The first place whose value is not allowed: the place, and what is.
    pub fn refuses(&self, values: &[f64]) -> Option<(usize, String)> {
        let whole = |x: f64, most: f64| x.fract() == 0.0 && (0.0..=most).contains(&x);
        let bad = |k: usize, x: f64| match &self.domain {
            Domain::Continuous { low, high } => !(low[k]..=high[k]).contains(&x),
            Domain::Discrete(choices) => !whole(x, f64::from(choices[k]) - 1.0),
            Domain::Binary(_) => !whole(x, 1.0),
        };
        let k = values.iter().enumerate().position(|(k, x)| bad(k, *x))?;
        let allowed = match &self.domain {
            Domain::Continuous { low, high } => format!("{} to {}", low[k], high[k]),
            Domain::Discrete(choices) => format!("a whole number from 0 to {}", choices[k] - 1),
            Domain::Binary(_) => "0 or 1".to_owned(),
        };
        Some((k, allowed))
    }

    /// Moves values into the bounds; a choice becomes the nearest whole number.
    pub fn clip(&self, values: &mut [f64]) {
        for (k, x) in values.iter_mut().enumerate() {
            *x = match &self.domain {
                Domain::Continuous { low, high } => x.clamp(low[k], high[k]),
                Domain::Discrete(choices) => x.round().clamp(0.0, f64::from(choices[k]) - 1.0),
                Domain::Binary(_) => x.round().clamp(0.0, 1.0),
            };
        }
    }
}

/// The ports of an environment. Observations and actions are flat: the places of all ports, one port after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spec {
    /// What it shows.
    pub observation: Vec<Port>,
    /// What it takes.
    pub action: Vec<Port>,
    /// The interval it steps by, in ms, where it has one of its own.
    pub interval: Option<f64>,
}

impl Spec {
    /// The port of that name and its places among all of `ports`.
    pub fn find<'a>(ports: &'a [Port], name: &str) -> Option<(&'a Port, Range<usize>)> {
        let at = ports.iter().position(|port| port.name == name)?;
        let start = Self::width(&ports[..at]);
        Some((&ports[at], start..start + ports[at].width()))
    }

    /// Places of all ports.
    pub fn width(ports: &[Port]) -> usize {
        ports.iter().map(Port::width).sum()
    }
}

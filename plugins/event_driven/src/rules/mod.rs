//! Connection rules: who is connected to whom. One file per rule, named as in a scenario.
//!
//! A rule is a law over pairs and draws from streams keyed by (seed, projection, purpose), with the row or column as index,
//! so its synapses depend on nothing else: not on threads, shards, or the order of building.

mod all_to_all;
mod attachment;
mod broad;
mod cells;
mod choice;
mod distance;
mod error;
mod fixed_indegree;
mod fixed_outdegree;
mod fixed_probability;
mod fixed_total;
mod gaussian;
mod graph;
mod grid_eight;
mod grid_four;
mod grid_n;
mod lattice;
mod matrix;
mod nearby;
mod one_to_one;
mod power_law;
mod progress;
mod scale_free;
mod scale_free_dual;
mod small_world;
mod table;
mod transpose;

use std::fmt::Debug;

use ecs_core::network::Scale;
use ecs_core::random::{Key, Purpose};
use ecs_core::registry::{Bound, Entry, Field, Form, Kind};

use crate::csr::Targets;
use crate::ends::Ends;
use crate::law::Law;

pub use all_to_all::AllToAll;
pub use distance::Ball;
pub use error::ConnectError;
pub(crate) use error::with_room;
pub use fixed_indegree::FixedIndegree;
pub use fixed_outdegree::FixedOutdegree;
pub use fixed_probability::FixedProbability;
pub use fixed_total::{FixedTotal, JoinedWith};
pub use gaussian::Gaussian;
pub use lattice::{Lattice, Neighbours};
pub use matrix::Matrix;
pub use nearby::{Kernel, Nearby};
pub use one_to_one::OneToOne;
pub use power_law::PowerLaw;
pub use progress::Progress;
pub use scale_free::ScaleFree;
pub use scale_free_dual::ScaleFreeDual;
pub use small_world::SmallWorld;
pub use table::{Pairs, Table};

/// A law that says who is connected to whom.
pub trait Rule: Debug + Send + Sync {
    /// Refuses impossible requests. Called once, first.
    ///
    /// # Errors
    /// One [`ConnectError`] per reason.
    fn check(&self, ends: &Ends) -> Result<(), ConnectError>;

    /// Expected number of synapses. Never overflows, and may be called for ends that [`check`](Self::check) refuses.
    fn expected(&self, ends: &Ends) -> f64;

    /// Bytes kept for making a row again at any time, where the rule's law allows it ([`Pattern::Law`]).
    ///
    /// # Errors
    /// What stands against it, as a scenario writes it; empty where the rule itself does.
    fn again(&self, _ends: &Ends) -> Result<f64, &'static str> {
        Err("")
    }

    /// The shape of the matrix, which may save storing it.
    fn layout(&self) -> Layout {
        Layout::Rows
    }

    /// The numbers of its table for the same connections in a network of another scale; `None` where that has no meaning.
    fn scaled(&self, _scale: Scale) -> Option<Vec<f64>> {
        None
    }

    /// Bytes that its pattern holds until the rows are made.
    fn held(&self, ends: &Ends) -> f64 {
        self.again(ends).unwrap_or(0.0)
    }

    /// Units of progress that [`pattern`](Self::pattern) reports before rows are asked for.
    fn preparation(&self, _ends: &Ends) -> u64 {
        0
    }

    /// The synapses, as a law, as rows to ask for one by one or, where rows are tied together, all at once.
    ///
    /// # Errors
    /// [`ConnectError::Memory`] where the synapses do not fit.
    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        threads: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError>;
}

/// Shapes of matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Anything: rows are stored.
    Rows,
    /// Neuron k to neuron k.
    Diagonal,
    /// Every pair.
    Full {
        /// Whether a neuron meets itself.
        self_connections: bool,
    },
}

/// What makes the random numbers of a projection its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Seed of the run.
    pub seed: u64,
    /// Number of the projection.
    pub projection: u32,
}

impl Stream {
    /// The key for one purpose.
    #[must_use]
    pub fn key(self, purpose: Purpose) -> Key {
        Key::new(self.seed, self.projection, purpose)
    }
}

/// The synapses of a rule.
#[expect(clippy::large_enum_variant, reason = "there is one for a projection, while it is built")]
pub enum Pattern<'a> {
    /// A law by which rows can be made again at any time.
    Law(Law),
    /// Each row for itself.
    Rows(Box<dyn Rows + 'a>),
    /// All rows at once.
    Whole(Whole),
}

/// Rows that do not depend on each other.
pub trait Rows: Sync {
    /// Appends the targets of row `row`: ascending post-neurons, counted from the first of the population.
    fn row(&self, row: u32, targets: &mut Vec<u32>);
}

/// Finished rows.
pub struct Whole {
    /// Where rows begin, and the number of synapses; `[n_pre + 1]`.
    pub row_ptr: Vec<u64>,
    /// Post-neurons, ascending inside a row; `[synapse]`.
    pub targets: Targets,
    /// Weights, where the rule brings its own; `[synapse]`.
    pub weights: Option<Vec<f64>>,
    /// Delays in ms, where the rule brings its own; `[synapse]`.
    pub delays: Option<Vec<f64>>,
}

/// A rule's scenario table and how to make the rule from it.
#[derive(Clone, Copy, Debug)]
pub struct Connector {
    /// Name, documentation and parameters, the main one first. A default of NaN marks a parameter that must be given.
    pub entry: Entry,
    /// Makes the rule from the numbers in the order of `entry.params`, and the file's columns where there is one.
    pub make: fn(Arguments<'_>) -> Result<Box<dyn Rule>, ConnectError>,
}

/// What a scenario gives to a rule.
#[derive(Debug)]
pub struct Arguments<'a> {
    /// One number per parameter, in the order of the table; anything for a file.
    pub numbers: &'a [f64],
    /// Columns of the file.
    pub pairs: Option<Pairs>,
}

/// Every rule of this crate.
pub static RULES: &[Connector] = &[
    fixed_probability::CONNECTOR,
    fixed_indegree::CONNECTOR,
    fixed_outdegree::CONNECTOR,
    fixed_total::CONNECTOR,
    one_to_one::CONNECTOR,
    all_to_all::CONNECTOR,
    table::CONNECTOR,
    matrix::CONNECTOR,
    grid_four::CONNECTOR,
    grid_eight::CONNECTOR,
    grid_n::CONNECTOR,
    distance::CONNECTOR,
    gaussian::CONNECTOR,
    small_world::CONNECTOR,
    scale_free::CONNECTOR,
    scale_free_dual::CONNECTOR,
    power_law::CONNECTOR,
];

/// The rule of that name.
#[must_use]
pub fn rule_named(name: &str) -> Option<&'static Connector> {
    RULES.iter().find(|rule| rule.entry.name == name)
}

const fn entry(name: &'static str, doc: &'static str, params: &'static [Field]) -> Entry {
    Entry {
        kind: Kind::Connector,
        name,
        origin: concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
        doc,
        params,
        state: &[],
        input: "",
        drive: None,
    }
}

const fn count(name: &'static str, doc: &'static str) -> Field {
    Field { name, default: f64::NAN, unit: "", doc, bound: Bound::NonNegative, form: Form::Number }
}

const fn probability(name: &'static str, doc: &'static str) -> Field {
    Field { bound: Bound::Fraction, ..count(name, doc) }
}

const fn switch(name: &'static str, doc: &'static str) -> Field {
    Field { name, default: 1.0, unit: "", doc, bound: Bound::Fraction, form: Form::Number }
}

/// `self_connections` of every rule that has it.
const SELF_CONNECTIONS: Field = switch("self_connections", "1: a neuron may meet itself; 0: it never does.");
/// `self_connections` of the rules that join neighbours.
const OWN_PLACE: Field = Field {
    default: 0.0,
    ..switch(
        "self_connections",
        "1: a neuron meets itself, or the one at its own place, as well; 0: it does not.",
    )
};
/// `directed` of every graph that has it.
const DIRECTED: Field = Field {
    default: 0.0,
    ..switch("directed", "0: each edge is two synapses, there and back; 1: it is one.")
};
/// `multiple` of every rule that has it.
const MULTIPLE: Field = switch("multiple", "1: a pair may be joined more than once; 0: at most once.");

impl Arguments<'_> {
    /// A whole number from 0 to `most`.
    fn whole(
        &self,
        rule: &'static str,
        at: usize,
        name: &'static str,
        most: f64,
    ) -> Result<u64, ConnectError> {
        let found = self.numbers.get(at).copied().unwrap_or(f64::NAN);
        if found >= 0.0 && found <= most && found.fract() == 0.0 {
            Ok(found as u64)
        } else {
            Err(ConnectError::Whole { rule, name, found, most })
        }
    }

    /// A number.
    fn number(&self, at: usize, default: f64) -> f64 {
        self.numbers.get(at).copied().unwrap_or(default)
    }

    /// A probability.
    fn probability(&self, rule: &'static str, at: usize) -> Result<f64, ConnectError> {
        let found = self.number(at, f64::NAN);
        if (0.0..=1.0).contains(&found) { Ok(found) } else { Err(ConnectError::Probability { rule, found }) }
    }

    /// Yes or no; yes where nothing was given.
    fn switch(&self, rule: &'static str, at: usize, name: &'static str) -> Result<bool, ConnectError> {
        self.switch_or(rule, at, name, true)
    }

    /// Yes or no.
    fn switch_or(
        &self,
        rule: &'static str,
        at: usize,
        name: &'static str,
        default: bool,
    ) -> Result<bool, ConnectError> {
        match self.number(at, f64::from(u8::from(default))) {
            0.0 => Ok(false),
            1.0 => Ok(true),
            found => Err(ConnectError::Switch { rule, name, found }),
        }
    }
}

/// Refuses `k` partners for each of the `asking` end where `available` do not suffice.
fn check_degree(
    rule: &'static str,
    end: &'static str,
    degree: Degree,
    available: u64,
) -> Result<(), ConnectError> {
    let k = u64::from(degree.k);
    match available {
        _ if !degree.asked || k <= available => Ok(()),
        0 => Err(ConnectError::Nobody { rule, end, wanted: k }),
        _ if degree.multiple => Ok(()),
        _ => Err(ConnectError::Degree { rule, end, k, available }),
    }
}

/// A request for `k` partners.
struct Degree {
    k: u32,
    multiple: bool,
    /// Whether there is anybody who asks.
    asked: bool,
}

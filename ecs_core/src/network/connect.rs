//! Connect: how a scenario's `connect` becomes the operator of a projection.

use std::ops::Range;

use super::initialiser::Initialiser;
use super::operator::Operator;
use super::space::Space;
use crate::model::PlasticityModel;
use crate::random::Distribution;
use crate::registry::Entry;

/// What a scenario says of a projection.
pub struct ConnectPlan<'a> {
    /// Pre-neurons, as indices of their population.
    pub pre: Range<u64>,
    /// Post-neurons, as indices of their population.
    pub post: Range<u64>,
    /// Sizes of the two populations.
    pub sizes: (u64, u64),
    /// Whether both are one population.
    pub recurrent: bool,
    /// Where the neurons of the two populations lie, if anywhere.
    pub spaces: [Option<&'a Space>; 2],
    /// Weights, in the unit of the synapse.
    pub weight: Distribution,
    /// Delays, in ms.
    pub delay: Distribution,
    /// What fills weights and delays in place of the laws.
    pub initialisers: [Option<Initialiser<'a>>; 2],
    /// Step, in ms.
    pub dt: f64,
    /// Seed of the run.
    pub seed: u64,
    /// Identifies the projection among the streams of random numbers.
    pub stream: u32,
    /// Whether differing weights are kept in double precision.
    pub double: bool,
    /// First post-neuron of each shard, and the size of the population at the end.
    pub bounds: &'a [u32],
    /// Threads to build with; the result does not depend on it.
    pub threads: usize,
    /// Number parameters of the rule, in table order.
    pub params: &'a [f64],
    /// Synapses from a data file, where the rule reads one.
    pub edges: Option<Edges>,
    /// How its weights learn. An operator that cannot is refused afterwards: it has no [`Operator::learner`].
    pub plasticity: Option<Plastic<'a>>,
}

/// A rule of long-term plasticity and its parameters.
#[derive(Clone, Copy)]
pub struct Plastic<'a> {
    /// The rule.
    pub model: &'static PlasticityModel,
    /// Its parameters, in table order.
    pub params: &'a [f64],
}

/// A list of synapses, columns of one length.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// Pre-neurons.
    pub pre: Vec<u32>,
    /// Post-neurons.
    pub post: Vec<u32>,
    /// Weights; without them the plan's.
    pub weight: Option<Vec<f64>>,
    /// Delays in ms; without them the plan's.
    pub delay: Option<Vec<f64>>,
    /// Rows and columns of the matrix that it was, which must be those of the projection.
    pub shape: Option<[u64; 2]>,
}

/// What a projection will cost; floating point, so that no size overflows.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Synapses expected.
    pub synapses: f64,
    /// Bytes expected.
    pub bytes: f64,
    /// Bytes that making it needs besides, for a while.
    pub building: f64,
    /// How synapses are kept, and why so; empty where nothing is known.
    pub layout: String,
}

/// The size of a network in parts of the one that is described.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Neurons.
    pub neurons: f64,
    /// Synapses that end on each neuron.
    pub in_degrees: f64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { neurons: 1.0, in_degrees: 1.0 }
    }
}

/// A registered way to connect two populations.
#[derive(Clone, Copy)]
pub struct ConnectorModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Refuses what is impossible, before anything is built, and estimates the rest.
    pub check: &'static Check,
    /// Builds the operator; the callback hears how much of how much is done.
    pub connect: &'static Connect,
    /// The numbers of its table in a network of another scale.
    pub scaled: &'static Scaled,
}

/// Takes and gives number parameters in table order; `None` where the rule has no meaning at another scale.
pub type Scaled = dyn Fn(&[f64], Scale) -> Option<Vec<f64>> + Sync;

/// Refuses or estimates; a closure, because that of a shared library knows which library it is.
pub type Check = dyn Fn(&ConnectPlan<'_>) -> Result<Cost, String> + Sync;
/// Builds an operator; the callback hears how much of how much is done.
pub type Connect =
    dyn Fn(ConnectPlan<'_>, &mut dyn FnMut(u64, u64)) -> Result<Box<dyn Operator>, String> + Sync;

inventory::collect!(ConnectorModel);

/// A registered way to hold the synapses of a projection: what a rule says of them becomes an operator through it.
#[derive(Clone, Copy)]
pub struct OperatorModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Refuses rules and laws that it cannot hold, and what the rule refuses; estimates the rest.
    pub check: &'static CheckWith,
    /// Builds the operator; the callback hears how much of how much is done.
    pub connect: &'static ConnectWith,
}

/// As [`Check`], given the rule.
pub type CheckWith = dyn Fn(&ConnectorModel, &ConnectPlan<'_>) -> Result<Cost, String> + Sync;
/// As [`Connect`], given the rule.
pub type ConnectWith = dyn Fn(&ConnectorModel, ConnectPlan<'_>, &mut dyn FnMut(u64, u64)) -> Result<Box<dyn Operator>, String>
    + Sync;

inventory::collect!(OperatorModel);

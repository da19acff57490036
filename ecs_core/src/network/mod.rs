//! The running network: populations, neurons, receptors and projections as entities, and the step that advances them.

mod accumulator;
mod build;
mod cells;
mod connect;
mod diffusion;
mod extension;
mod fault;
mod neurons;
mod operator;
mod phase;
mod population;
mod receptor;
mod registry;
mod source;
mod spikes;
mod stimulus;
mod systems;
mod team;

pub use accumulator::{Accumulator, Inbox, Target};
pub use build::{Network, PopulationPlan, ProjectionPlan, ReceptorPlan, Storage, Values};
pub use cells::{COLUMNS, Cells};
pub use connect::{ConnectPlan, ConnectorModel, Cost, Edges, OperatorModel};
pub use extension::{Attach, SystemModel};
pub use fault::Fault;
pub use neurons::{Clamped, NeuronOf, Refractory, Sealed, Silenced, Variable, neuron_entity};
pub use operator::{Arrivals, Operator, Projection, Transfer};
pub use phase::{Clock, Observe, Phase, Step};
pub use population::{Population, read};
pub use receptor::Receptor;
pub use registry::{Duplicate, Registered, Registry};
pub use source::{SourceModel, SourcePlan, SpikeSource};
pub use spikes::Spikes;
pub use stimulus::{Drive, Reach, Stimulating, Stimulus, StimulusModel, StimulusPlan};
pub use systems::{EnginePlugin, Runner};
pub use team::{Member, PerMember, Team};

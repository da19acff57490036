//! Registry: everything a scenario can name, whichever door it came through.
//!
//! Linked crates register through `inventory`; shared libraries and the models of a scenario are added at run time. What is
//! registered lives as long as the program.

use std::fmt;

use super::connect::{ConnectorModel, OperatorModel};
use super::extension::SystemModel;
use super::initialiser::InitialiserModel;
use super::source::SourceModel;
use super::stimulus::StimulusModel;
use crate::control::{DecoderModel, EnvironmentModel};
use crate::model::{
    ChannelModel, CouplingModel, NeuronModel, OutputModel, PlasticityModel, ShortTermModel, SurrogateModel,
    SynapseModel,
};
use crate::registry::{Entry, Kind};
use crate::training::{
    FeaturesModel, LearnerModel, LossModel, MetricModel, OptimiserModel, RegulariserModel, ScheduleModel,
    TransformModel,
};

/// Something that can be registered.
pub trait Registered: Sized + 'static {
    /// What it says of itself.
    fn entry(&self) -> &Entry;
    /// Those of its kind.
    fn list(registry: &Registry) -> &Vec<&'static Self>;
    /// The same, to be added to.
    fn list_mut(registry: &mut Registry) -> &mut Vec<&'static Self>;
}

/// Two of one kind and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// What both are.
    pub kind: Kind,
    /// The name of both.
    pub name: String,
    /// Where they come from, the earlier one first.
    pub origins: [String; 2],
}

macro_rules! registry {
    ($($(#[$doc:meta])* $field:ident: $model:ty),* $(,)?) => {
        /// What a scenario can name. Cheap to clone: it holds references.
        #[derive(Clone, Default)]
        pub struct Registry {
            $($(#[$doc])* $field: Vec<&'static $model>,)*
        }

        $(impl Registered for $model {
            fn entry(&self) -> &Entry {
                &self.entry
            }
            fn list(registry: &Registry) -> &Vec<&'static Self> {
                &registry.$field
            }
            fn list_mut(registry: &mut Registry) -> &mut Vec<&'static Self> {
                &mut registry.$field
            }
        })*

        impl Registry {
            /// Everything that is linked into the program.
            ///
            /// # Errors
            /// Two linked crates use one name.
            pub fn linked() -> Result<Self, Duplicate> {
                let mut all = Self::default();
                $(inventory::iter::<$model>.into_iter().try_for_each(|model| all.add(model))?;)*
                Ok(all)
            }

            /// The entry of everything, in order of kind and name.
            pub fn entries(&self) -> Vec<Entry> {
                let mut all = Vec::new();
                $(all.extend(self.$field.iter().map(|model| model.entry));)*
                all.sort_by_key(|e: &Entry| (e.kind, e.name));
                all
            }
        }
    };
}

registry! {
    neurons: NeuronModel,
    channels: ChannelModel,
    sources: SourceModel,
    synapses: SynapseModel,
    outputs: OutputModel,
    short_term: ShortTermModel,
    plasticity: PlasticityModel,
    connectors: ConnectorModel,
    operators: OperatorModel,
    initialisers: InitialiserModel,
    stimuli: StimulusModel,
    couplings: CouplingModel,
    systems: SystemModel,
    surrogates: SurrogateModel,
    optimisers: OptimiserModel,
    schedules: ScheduleModel,
    losses: LossModel,
    regularisers: RegulariserModel,
    metrics: MetricModel,
    transforms: TransformModel,
    learners: LearnerModel,
    features: FeaturesModel,
    environments: EnvironmentModel,
    decoders: DecoderModel,
}

impl Registry {
    /// Adds one.
    ///
    /// # Errors
    /// There is one of that kind and name.
    pub fn add<M: Registered>(&mut self, model: &'static M) -> Result<(), Duplicate> {
        let entry = model.entry();
        if let Some(other) = self.find::<M>(entry.name) {
            let origins = [other.entry().origin, entry.origin].map(str::to_owned);
            return Err(Duplicate { kind: entry.kind, name: entry.name.to_owned(), origins });
        }
        M::list_mut(self).push(model);
        Ok(())
    }

    /// The one of that name.
    pub fn find<M: Registered>(&self, name: &str) -> Option<&'static M> {
        M::list(self).iter().copied().find(|model| model.entry().name == name)
    }

    /// The one that an entry of this registry speaks of.
    ///
    /// # Panics
    /// On an entry of another registry.
    pub fn of<M: Registered>(&self, entry: &Entry) -> &'static M {
        self.find(entry.name).unwrap_or_else(|| panic!("`{}` is registered", entry.name))
    }

    /// All of one kind.
    pub fn all<M: Registered>(&self) -> &[&'static M] {
        M::list(self)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries().iter().map(|e| e.name)).finish()
    }
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = &self.origins;
        write!(f, "two {} are named `{}`: one from {first}, one from {second}", self.kind.plural(), self.name)
    }
}

impl std::error::Error for Duplicate {}

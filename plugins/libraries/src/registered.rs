//! Registered: what a library brings joins what a scenario can name.

use bevy_ecs::prelude::*;
use ecs_core::model::{ChannelEquations, ChannelModel, Row};
use ecs_core::network::{Duplicate, Registry, SystemModel};
use ecs_core::registry::{Entry, Field, Kind};

use crate::library::Library;
use crate::plugin::LibrariesPlugin;

impl Library {
    /// Adds what it brings to what a scenario can name.
    ///
    /// # Errors
    /// A name is taken.
    pub fn register(&self, registry: &mut Registry) -> Result<(), Duplicate> {
        self.neurons.iter().try_for_each(|model| registry.add(*model))?;
        self.synapses.iter().try_for_each(|model| registry.add(*model))?;
        self.short_terms.iter().try_for_each(|model| registry.add(*model))?;
        self.plasticities.iter().try_for_each(|model| registry.add(*model))?;
        self.connectors.iter().try_for_each(|model| registry.add(*model))?;
        self.channels.iter().try_for_each(|channel| registry.add(self.channel(channel)))?;
        self.systems.iter().try_for_each(|system| registry.add(self.system(system)))
    }

    /// The entry of everything it brings.
    pub fn entries(&self) -> Vec<Entry> {
        let mut registry = Registry::default();
        self.register(&mut registry).expect("names of a library are unique");
        registry.entries()
    }

    fn entry(&self, kind: Kind, name: &'static str, doc: &'static str, params: &'static [Field]) -> Entry {
        let origin = ecs_core::model::kept(&format!("library `{}`", self.path.display()));
        Entry { kind, name, origin, doc, params, state: &[], input: "", drive: None }
    }

    fn channel(&self, channel: &'static crate::channel::ChannelModel) -> &'static ChannelModel {
        let entry = Entry {
            state: channel.state,
            input: channel.unit,
            ..self.entry(Kind::Channel, channel.name, channel.doc, channel.params)
        };
        let rows = |fields: &[Field]| fields.iter().map(Row::from).collect();
        let equations = move |entry: &Entry| ChannelEquations {
            name: entry.name.into(),
            doc: entry.doc.into(),
            params: rows(channel.params),
            state: rows(channel.state),
            derivative: channel.derivative.clone().unwrap_or_default(),
            current: channel.current.clone(),
            unit: channel.unit.into(),
        };
        Box::leak(Box::new(ChannelModel { entry, equations: Box::leak(Box::new(equations)) }))
    }

    fn system(&self, system: &'static crate::system::SystemModel) -> &'static SystemModel {
        let entry = self.entry(Kind::System, system.name, system.doc, system.params);
        let attach = move |world: &mut World, params: &[f64]| LibrariesPlugin::attach(world, system, params);
        Box::leak(Box::new(SystemModel { entry, attach: Box::leak(Box::new(attach)) }))
    }
}

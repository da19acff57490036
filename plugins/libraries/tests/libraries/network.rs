//! A network whose models, connectivity and systems come from libraries.

use bevy_app::App;
use bevy_ecs::prelude::*;
use ecs_core::model::{NeuronModel, Precision};
use ecs_core::network::{
    Clock, ConnectPlan, EnginePlugin, Network, PopulationPlan, Runner, Storage, Team, Values, read,
};
use ecs_core::random::Distribution;
use libraries::{LibrariesPlugin, Library};

/// Step, in ms.
pub const DT: f64 = 0.1;

/// A network that is stepped by hand.
pub struct Rig {
    pub app: App,
    runner: Option<Runner>,
}

impl Rig {
    /// Nothing yet, with the systems of a library.
    pub fn with(library: &Library) -> Self {
        let mut app = App::empty();
        app.insert_resource(Clock { step: 0, dt: DT, seed: 1 }).insert_resource(Team::new(1));
        app.add_plugins(EnginePlugin).add_plugins(LibrariesPlugin { libraries: vec![library.clone()] });
        Self { app, runner: None }
    }

    /// A population of a model, with its defaults but for one parameter.
    pub fn population(
        &mut self,
        model: &'static NeuronModel,
        (name, size): (&str, usize),
        other: (&str, f64),
        storage: Storage,
    ) -> Result<Entity, String> {
        let value =
            |name: &str, default: f64| Values::Uniform(if name == other.0 { other.1 } else { default });
        let plan = PopulationPlan {
            name: name.into(),
            size,
            params: model.entry.params.iter().map(|f| value(f.name, f.default)).collect(),
            state: model.entry.state.iter().map(|f| Values::Uniform(f.default)).collect(),
            integrator: None,
            storage,
        };
        Network::new(self.app.world_mut(), Precision::F32, 1).population(model, plan)
    }

    /// One step.
    pub fn step(&mut self) -> Result<(), String> {
        let world = self.app.world_mut();
        self.runner.get_or_insert_with(|| Runner::new(world)).step(world)
    }

    /// A state variable of a neuron.
    pub fn value(&mut self, population: Entity, variable: usize, neuron: u32) -> f64 {
        let mut values = Vec::new();
        read(self.app.world_mut(), population, variable, &[neuron], &mut values);
        values[0]
    }
}

/// A projection of a population of `n` onto itself, in two shards.
pub fn recurrent<'a>(n: u64, params: &'a [f64], bounds: &'a [u32]) -> ConnectPlan<'a> {
    ConnectPlan {
        pre: 0..n,
        post: 0..n,
        sizes: (n, n),
        recurrent: true,
        spaces: [None, None],
        weight: Distribution::Constant(2.0),
        delay: Distribution::Constant(0.3),
        initialisers: [None, None],
        dt: DT,
        seed: 1,
        stream: 0,
        double: false,
        bounds,
        threads: 1,
        params,
        edges: None,
        plasticity: None,
    }
}

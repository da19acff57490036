//! Workload: a network of the literature, at any size, as the scripts of the other simulators define it.

use std::path::Path;

use ecs_core::network::Registry;
use scenarios::schema::Scenario;
use scenarios::{Override, parse};

/// A network that simulators are compared by.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// Its name on the command line and in results.
    pub name: &'static str,
    /// Neurons, where nobody asks for another number.
    pub neurons: usize,
    /// Mean number of synapses that leave a neuron.
    pub outdegree: f64,
    /// Whether neurons are joined with p = outdegree / N; else the in-degree stands in the scenario.
    sparse: bool,
    text: &'static str,
}

/// All of them.
pub const WORKLOADS: [Workload; 4] = [
    sparse("coba", include_str!("../workloads/coba.toml")),
    sparse("cuba", include_str!("../workloads/cuba.toml")),
    sparse("cobahh", include_str!("../workloads/cobahh.toml")),
    Workload {
        name: "brunel",
        neurons: 12_500,
        outdegree: 1250.0,
        sparse: false,
        text: include_str!("../workloads/brunel.toml"),
    },
];

const fn sparse(name: &'static str, text: &'static str) -> Workload {
    Workload { name, neurons: 4000, outdegree: 80.0, sparse: true, text }
}

/// What may differ between runs of a workload.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Neurons, four fifths of them excitatory.
    pub neurons: usize,
    /// Threads.
    pub threads: usize,
    /// Seed.
    pub seed: u64,
    /// Integrator; the model's own choice where none is given.
    pub integrator: Option<String>,
    /// Delay of all synapses in steps of 0.1 ms; the scenario's where none is given.
    pub delay_steps: Option<u32>,
}

impl Setup {
    /// One thread, and otherwise what the scenario says.
    pub fn of(neurons: usize) -> Self {
        Self { neurons, threads: 1, seed: 1, integrator: None, delay_steps: None }
    }
}

impl Workload {
    /// The workload of that name.
    pub fn named(name: &str) -> Option<Self> {
        WORKLOADS.into_iter().find(|w| w.name == name)
    }

    /// The scenario for `setup`.
    ///
    /// # Errors
    /// What the scenario's reader has to say about the setup.
    pub fn scenario(&self, setup: &Setup) -> Result<Scenario, String> {
        self.scenario_with("", setup)
    }

    /// The scenario for `setup`, with more tables at its end.
    ///
    /// # Errors
    /// What the scenario's reader has to say about the setup, or these tables.
    pub fn scenario_with(&self, more: &str, setup: &Setup) -> Result<Scenario, String> {
        let excitatory = setup.neurons * 4 / 5;
        let mut sets = vec![
            format!("run.seed={}", setup.seed),
            format!("run.threads={}", setup.threads),
            format!("population.exc.size={excitatory}"),
            format!("population.inh.size={}", setup.neurons - excitatory),
        ];
        if let Some(integrator) = &setup.integrator {
            sets.push(format!("population.exc.integrator=\"{integrator}\""));
        }
        for projection in 0..2 {
            if self.sparse {
                let p = self.outdegree / setup.neurons as f64;
                sets.push(format!("projection.{projection}.connect={{ fixed_probability = {p:e} }}"));
            }
            if let Some(steps) = setup.delay_steps {
                let ms = f64::from(steps) / 10.0;
                sets.push(format!("projection.{projection}.delay=\"{ms} ms\""));
            }
        }
        let sets: Vec<Override> = sets.into_iter().map(Override::new).collect();
        let registry = Registry::linked().map_err(|e| e.to_string())?;
        let text = format!("{}{more}", self.text);
        parse(&text, self.name, Path::new(""), &registry, &sets).map_err(|e| e.to_string())
    }
}

//! Train: what `[training]` says, made into a [`Trainer`].

mod files;
pub mod fit;
pub mod follow;
pub mod memory;
pub mod results;

use std::ops::Range;

use differentiation::{Circuit, Neurons, Parameter, Settings, Spiking, Watch, What};
use ecs_core::model::{Surrogate, SurrogateModel};
use ecs_core::network::Team;
use ecs_core::registry::Form;
use ecs_core::training::{
    LossModel, Method, MethodModel, MetricModel, OptimiserModel, Plan, RegulariserModel, ScheduleModel,
    TransformModel, Wanted,
};
use training::data::{Inputs, Samples, To};
use training::trainer::{
    Agreement, Bent, Goal, Named as Measured, Of, On, Penalty, Readout, Recipe, Reduce, Trainer,
};

use crate::assemble::{Progress, SHOWN, Shown, Simulation, constants, lists, to_train};
use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::schema::{Material, Named, Part, Precision, Reduced, Scenario, Training};

pub use files::{Split, samples, samples_in};
pub use files::{folders, samples_of};

/// A network with its data, ready to be trained.
pub struct Prepared {
    /// The network.
    pub trainer: Trainer,
    /// What it learns from.
    pub train: Samples,
    /// What it is tested on.
    pub held_out: Option<Samples>,
    /// The world that it was read from.
    pub simulation: Simulation,
    /// How neurons agreed with the traces they follow, before anything was learned.
    pub before: Vec<Agreement>,
}

/// What goes wrong while a scenario is made ready.
struct Errors<'s>(&'s Scenario);

impl Errors<'_> {
    fn at(&self, span: Span, place: &str, found: impl Into<String>) -> Diagnostics {
        Diagnostics::at(&self.0.origin, span, Problem::new(place, found))
    }
}

/// Makes a scenario with `[training]` and its [`samples`] ready.
///
/// # Errors
/// Data that do not fit, networks that cannot be differentiated, and everything that building one finds out.
pub fn prepare(
    scenario: &Scenario,
    training: &Training,
    (mut train, mut held_out): Split,
    progress: Progress<'_>,
) -> Result<Prepared, Diagnostics> {
    let errors = Errors(scenario);
    if scenario.run.precision == Precision::F64 {
        return Err(errors.at(
            training.span,
            "training",
            "networks are trained in single precision; set `run.precision` to \"f32\"",
        ));
    }
    let mut simulation = match &training.data {
        Material::Data(data) => to_train(scenario, data.input.map(|p| (p, &train.inputs)).into(), progress)?,
        Material::Task(lessons) => {
            to_train(scenario, Shown::Trials(lessons, train.trials().expect("a task has trials")), progress)?
        }
    };
    let mut circuit = circuit(&errors, training, &mut simulation)?;
    for samples in [Some(&mut train), held_out.as_mut()].into_iter().flatten() {
        place(samples, scenario, &circuit);
    }
    let mut goal = goal(&errors, training, &circuit)?;
    if let Some(traces) = &training.traces {
        let follow = follow::follow(scenario, traces, &train.targets, &mut circuit);
        let follow = follow.map_err(|e| errors.at(traces.span, "training.traces", e))?;
        goal.readout.places = follow.traces.len();
        goal.follow = Some(follow);
    }
    let recipe = recipe(&errors, training, &circuit)?;
    let bent = transforms(&errors, training, &circuit)?;
    let find = |path: &str| bent.iter().find(|(known, _)| known == path).map(|(_, bent)| bent.clone());
    let threads = threads(scenario);
    simulation.threads = threads;
    let trainer = Trainer::new(circuit, recipe, goal, &find, Team::new(threads));
    let trainer = trainer.map_err(|e| errors.at(training.method.span, "training.method", e))?;
    for samples in [Some(&train), held_out.as_ref()].into_iter().flatten() {
        trainer.fit(samples).map_err(|e| errors.at(training.data.span(), training.data.place(), e))?;
    }
    let before = follow::agreements(&trainer, &train);
    let before = before.map_err(|e| errors.at(training.span, "training", e))?;
    Ok(Prepared { trainer, train, held_out, simulation, before })
}

/// Ports are shown to the sources and stimuli of the circuit.
fn place(samples: &mut Samples, scenario: &Scenario, circuit: &Circuit<f32>) {
    let Inputs::Trials(trials) = &mut samples.inputs else { return };
    for (_, to) in &mut trials.shown {
        *to = match *to {
            To::Source(p) => {
                let name = &scenario.populations[p].name;
                let found = circuit.populations.iter().position(|known| known.name == *name);
                To::Source(found.expect("every population of the scenario is in the circuit"))
            }
            To::Stimulus(k) => {
                let found = circuit.injections.iter().position(|i| i.planned.plan.stream == SHOWN + k as u32);
                To::Stimulus(found.expect("every show of currents is a stimulus of the circuit"))
            }
        };
    }
}

/// The steps that count; of a task those of its first trial, others have their own.
fn window(training: &Training, scenario: &Scenario) -> Range<usize> {
    let (start, end) = match (&training.data, &scenario.task) {
        (Material::Task(lessons), Some(task)) => {
            let seed = lessons.seed.unwrap_or(scenario.run.seed);
            let judged = task.trial(seed, 0, scenario.run.dt).judged();
            (judged.start, judged.end)
        }
        _ => training.readout.window,
    };
    start as usize..end as usize
}

/// Threads that trials are shared by.
pub fn threads(scenario: &Scenario) -> usize {
    match scenario.run.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        n => n,
    }
}

fn circuit(
    errors: &Errors<'_>,
    training: &Training,
    simulation: &mut Simulation,
) -> Result<Circuit<f32>, Diagnostics> {
    let model = errors.0.registry.of::<SurrogateModel>(&training.surrogate.entry);
    let surrogate = Surrogate::new(model, &constants(&training.surrogate.params));
    let through_reset = training.through_reset;
    let spiking = |neurons: &Neurons<f32>| {
        let scale = training.scale.or_else(|| neurons.distance()).unwrap_or(1.0);
        Spiking { surrogate, scale, smooth: training.graded, through_reset }
    };
    let made = Circuit::new(simulation.app.world_mut(), &training.learn, &spiking);
    let mut made = made.map_err(|found| errors.at(training.learn_span, "training.learn", found))?;
    for (population, rate) in &training.dropout {
        let name = &errors.0.populations[*population].name;
        let here = made.populations.iter_mut().find(|known| known.name == *name);
        here.expect("every population of the scenario is in the circuit").dropout = *rate;
    }
    Ok(made)
}

/// A plan of what is made once.
fn plan(part: &Part) -> Plan {
    let numbers: Vec<_> = part.params.iter().filter(|s| s.field.form == Form::Number).cloned().collect();
    Plan { params: constants(&numbers), lists: lists(&part.params) }
}

/// How the gradient is had.
///
/// # Errors
/// What has no meaning.
pub(crate) fn method(scenario: &Scenario, training: &Training) -> Result<Method, String> {
    let part = &training.method;
    (scenario.registry.of::<MethodModel>(&part.entry).build)(&plan(part))
}

fn recipe(errors: &Errors<'_>, training: &Training, circuit: &Circuit<f32>) -> Result<Recipe, Diagnostics> {
    let (scenario, registry) = (errors.0, &errors.0.registry);
    let mut schedules = Vec::new();
    for part in &training.schedules {
        let made = (registry.of::<ScheduleModel>(&part.entry).build)(&plan(part));
        schedules.push(made.map_err(|e| errors.at(part.span, "training.schedule", e))?);
    }
    let name = |k: usize| &scenario.populations[k].name;
    Ok(Recipe {
        batch: training.batch,
        method: method(scenario, training)
            .map_err(|e| errors.at(training.method.span, "training.method", e))?,
        optimiser: registry.of::<OptimiserModel>(&training.optimiser.entry),
        params: constants(&training.optimiser.params),
        schedules,
        clip: training.clip,
        seed: training.seed.unwrap_or(scenario.run.seed),
        tape: Settings {
            steps: scenario.run.steps as usize,
            segment: training.segment,
            truncate: training.truncate,
            smooth: training.graded,
        },
        input: training
            .data
            .input()
            .and_then(|k| circuit.populations.iter().position(|p| p.name == *name(k))),
    })
}

fn goal(errors: &Errors<'_>, training: &Training, circuit: &Circuit<f32>) -> Result<Goal, Diagnostics> {
    let (scenario, registry) = (errors.0, &errors.0.registry);
    let read = &training.readout;
    let name = &scenario.populations[read.population].name;
    let population = circuit.populations.iter().position(|p| p.name == *name);
    let population = population.expect("every population of the scenario is in the circuit");
    let readout = Readout {
        population,
        places: circuit.populations[population].size,
        of: read.variable.map_or(Of::Spikes, Of::Variable),
        reduce: match read.reduce {
            Reduced::Max => Reduce::Max,
            Reduced::Mean => Reduce::Mean,
            Reduced::Sum => Reduce::Sum,
            Reduced::Last => Reduce::Last,
            Reduced::Each => Reduce::Each,
        },
        window: window(training, scenario),
    };
    let model = registry.of::<LossModel>(&training.loss.entry);
    let loss = (model.build)(&plan(&training.loss));
    let loss = loss.map_err(|e| errors.at(training.loss.span, "training.loss", e))?;
    let mut penalties = Vec::new();
    for regulariser in &training.regularisers {
        let part = &regulariser.kind;
        let penalise = (registry.of::<RegulariserModel>(&part.entry).build)(&plan(part));
        let penalise = penalise.map_err(|e| errors.at(part.span, "training.regulariser.kind", e))?;
        penalties.push(Penalty { on: on(errors, circuit, regulariser)?, penalise });
    }
    let metrics = metrics(errors, training, model.target)?;
    Ok(Goal { readout, loss, penalties, metrics, follow: None })
}

fn metrics(errors: &Errors<'_>, training: &Training, wanted: Wanted) -> Result<Vec<Measured>, Diagnostics> {
    let registry = &errors.0.registry;
    let mut all = Vec::new();
    for part in &training.metrics {
        let model = registry.of::<MetricModel>(&part.entry);
        let place = "training.metric";
        if model.target != wanted {
            let found = format!(
                "metric `{}` compares with {:?}, and loss `{}` with {wanted:?}; both have to agree",
                part.entry.name, model.target, training.loss.entry.name
            );
            return Err(errors.at(part.span, place, found.to_lowercase()));
        }
        let metric = (model.build)(&plan(part)).map_err(|e| errors.at(part.span, place, e))?;
        all.push((part.entry.name.to_owned(), metric));
    }
    let usual = if wanted == Wanted::Classes { "accuracy" } else { "mse" };
    if let (true, Some(model)) = (all.is_empty(), registry.find::<MetricModel>(usual)) {
        let metric = (model.build)(&Plan::defaults(model.entry.params));
        all.push((usual.to_owned(), metric.map_err(|e| errors.at(training.span, "training.metric", e))?));
    }
    Ok(all)
}

/// What a penalty is on.
fn on(errors: &Errors<'_>, circuit: &Circuit<f32>, named: &Named) -> Result<On, Diagnostics> {
    if let Some(k) = circuit.parameters.iter().position(|p| p.path == named.of) {
        return Ok(On::Parameter(k));
    }
    let parts: Vec<&str> = named.of.split('.').collect();
    let found = || {
        let ["population", name, what] = parts[..] else { return None };
        let p = circuit.populations.iter().position(|p| p.name == name)?;
        let neurons = circuit.neurons(p)?;
        Some(match what {
            "spikes" => On::Spikes(p),
            "rate" => On::Rate(p),
            _ => {
                let variable = neurons.shape.model.entry.state.iter().position(|f| f.name == what)?;
                On::Variable(Watch { population: p, variable })
            }
        })
    };
    found().ok_or_else(|| {
        let found = format!(
            "`{}` is nothing that can be punished; `population.NAME.spikes`, `.rate` or a state variable, and what is learned are \
             allowed: {}",
            named.of,
            listed(circuit)
        );
        errors.at(named.span, "training.regulariser.of", found)
    })
}

fn listed(circuit: &Circuit<f32>) -> String {
    let paths: Vec<&str> = circuit.parameters.iter().map(|p| p.path.as_str()).collect();
    paths.join(", ")
}

/// Whether a path, or one with `*` for any name, means this parameter.
fn is_named(path: &str, parameter: &str) -> bool {
    match path.split_once(".*.") {
        None => path == parameter,
        Some((first, rest)) => {
            let middle = parameter.strip_prefix(first).and_then(|p| p.strip_suffix(rest));
            middle.is_some_and(|name| name.len() > 2 && name.starts_with('.') && name.ends_with('.'))
        }
    }
}

fn transforms(
    errors: &Errors<'_>,
    training: &Training,
    circuit: &Circuit<f32>,
) -> Result<Vec<(String, Bent)>, Diagnostics> {
    let mut all = Vec::new();
    for named in &training.transforms {
        let paths: Vec<&String> =
            circuit.parameters.iter().map(|p| &p.path).filter(|path| is_named(&named.of, path)).collect();
        if paths.is_empty() {
            let found = format!("`{}` is not learned; this is: {}", named.of, listed(circuit));
            return Err(errors.at(named.span, "training.transform.of", found));
        }
        let model = errors.0.registry.of::<TransformModel>(&named.kind.entry);
        let list = |p: &Parameter<f32>| match p.what {
            What::Weights(link) => circuit.links[link].matrix.shape().len() == 1,
            _ => true,
        };
        if model.matrix && circuit.parameters.iter().filter(|p| paths.contains(&&p.path)).any(list) {
            let found = format!(
                "`{}` is no matrix, whose receivers `{}` could tell apart; weights of `all_to_all` and of convolutions are allowed; \
                 remove this transform",
                named.of, model.entry.name
            );
            return Err(errors.at(named.span, "training.transform.of", found));
        }
        let bent = Bent { model, params: constants(&named.kind.params) };
        all.extend(paths.into_iter().map(|path| (path.clone(), bent.clone())));
    }
    Ok(all)
}

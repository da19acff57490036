//! Environment: what a scenario says of the world it acts in becomes entities. The environment itself is made first, because encoders have
//! to know how many values they hear.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bevy_app::App;
use bevy_ecs::prelude::*;
use ecs_core::control::{
    DecoderModel, DecoderPlan, Domain, Environment, EnvironmentModel, EnvironmentPlan, Port, Spec,
};
use ecs_core::network::{
    Frames, Heard, Modulators, Projection, Reach, SourceModel, StimulusModel, StimulusPlan,
};
use ecs_core::registry::Form;
use ecs_core::training::Plan;
use environments::{Act, Env, EnvironmentsPlugin, Goal, Modulation, Pace, Recorded, Sense, Target, Watched};

use super::{Builder, values};
use crate::diagnostic::{Diagnostics, Span};
use crate::nearest::advice;
use crate::schema::{self, Acted, EnvMeasure, Part, Scenario, Sensed, Setting};

/// Streams of selections of senses and acts begin here.
const SELECTIONS: u32 = 7 << 24;

/// The numbers and lists of a part.
fn given(part: &Part) -> Plan {
    let numbers = part.params.iter().filter(|s| s.field.form == Form::Number);
    Plan { params: numbers.map(|s| s.number().centre()).collect(), lists: values::lists(&part.params) }
}

fn texts(settings: &[Setting]) -> Vec<(&'static str, String)> {
    let texts = settings.iter().filter(|s| s.field.form == Form::Text);
    texts.map(|s| (s.field.name, s.text().to_owned())).collect()
}

/// The places that a text such as `obs[2]` names among ports: all of them, and what they may be.
fn places(ports: &[Port], text: &str) -> Result<(Range<usize>, Domain), String> {
    let (name, pick) = text.split_once('[').map_or((text, None), |(name, pick)| (name.trim(), Some(pick)));
    let Some((port, all)) = Spec::find(ports, name) else {
        let names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(format!(
            "the environment has no port `{name}`; it has {known}; {}",
            advice(name, &names)
        ));
    };
    let Some(pick) = pick else { return Ok((all, port.domain.clone())) };
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let range = pick.strip_suffix(']').and_then(|pick| match pick.split_once("..") {
        Some((start, end)) => Some(number(start)?..number(end)?),
        None => number(pick).map(|k| k..k + 1),
    });
    let width = port.width();
    let Some(range) = range.filter(|range| range.start < range.end && range.end <= width) else {
        return Err(format!(
            "`{text}` names no places of the port `{name}`, which has {width}; write `{name}[0..{width}]`, or one such as `{name}[{}]`",
            width - 1
        ));
    };
    let domain = match &port.domain {
        Domain::Continuous { low, high } => {
            Domain::Continuous { low: low[range.clone()].to_vec(), high: high[range.clone()].to_vec() }
        }
        Domain::Discrete(choices) => Domain::Discrete(choices[range.clone()].to_vec()),
        Domain::Binary(_) => Domain::Binary(range.len()),
    };
    Ok((all.start + range.start..all.start + range.end, domain))
}

/// The environment that a part describes, with ticks of `interval` ms; it may be about the task of the scenario.
///
/// # Errors
/// What is wrong with its parameters, or with the process it lives in.
pub fn world_of(scenario: &Scenario, part: &Part, interval: f64) -> Result<Box<dyn Environment>, String> {
    let model = scenario.registry.of::<EnvironmentModel>(&part.entry);
    let task = scenario.task.clone().map(|task| Arc::new(task) as Arc<dyn Any + Send + Sync>);
    (model.build)(&EnvironmentPlan { given: given(part), texts: texts(&part.params), interval, task })
}

impl Builder<'_> {
    /// Makes the environment, where there is one.
    pub(super) fn environment(&self, world: &mut World) -> Result<Option<Entity>, Diagnostics> {
        let Some(env) = &self.scenario.env else { return Ok(None) };
        let error = |span: Span, found: String| self.error(span, &format!("env `{}`", env.name), found);
        let interval = env.every as f64 * self.clock.dt;
        let made =
            world_of(self.scenario, &env.kind, interval).map_err(|found| error(env.kind.span, found))?;
        let mut made = Env::new(&env.name, made, env.every, (&self.clock, 0))
            .map_err(|found| error(env.control_span, found))?;
        let told = made.environment.accounts();
        for expect in &env.expects {
            if let Some((name, _)) = expect.given.as_ref().filter(|(name, _)| !told.contains(name)) {
                let names: Vec<&str> = told.iter().map(String::as_str).collect();
                let found = format!("the environment says nothing of `{name}`; {}", advice(name, &names));
                return Err(error(expect.given_span, found));
            }
            if expect.what == EnvMeasure::Time && !told.iter().any(|name| name == "time_ms") {
                return Err(error(
                    expect.given_span,
                    "only trials of a task have times of answers".to_owned(),
                ));
            }
        }
        made.limit = env.limit.unwrap_or(u64::MAX);
        made.pause = env.pause;
        made.clip = env.clip;
        Ok(Some(world.spawn(made).id()))
    }

    /// What a population hears of the environment, by places of the observation.
    pub(super) fn heard(&self, world: &World, population: usize) -> Result<Option<Heard>, Diagnostics> {
        let (Some(env), Some(entity)) = (&self.scenario.env, self.env) else { return Ok(None) };
        let mut heard = None;
        for sensed in
            env.senses.iter().filter(|s| s.encoder.is_none() && s.into.members[0].population == population)
        {
            let width = self.sensed(world, entity, sensed)?.len();
            if heard.replace(Heard { width, every: env.every }).is_some() {
                let found = "this population is an encoder of another port already; give each port a population of its own";
                return Err(self.error(sensed.into.span, "env.sense", found));
            }
        }
        Ok(heard)
    }

    fn sensed(&self, world: &World, env: Entity, sensed: &Sensed) -> Result<Range<usize>, Diagnostics> {
        let (text, span) = &sensed.port;
        let env = world.get::<Env>(env).expect("it was made before");
        let found = places(&env.environment.spec().observation, text);
        found.map(|(places, _)| places).map_err(|found| self.error(*span, "env.sense.port", found))
    }

    /// Closes the loop.
    pub(super) fn close(&self, app: &mut App) -> Result<(), Diagnostics> {
        let (Some(env), Some(entity)) = (&self.scenario.env, self.env) else { return Ok(()) };
        let mut stream = SELECTIONS;
        for sensed in &env.senses {
            self.sense(app.world_mut(), (entity, env.every), sensed, &mut stream)?;
        }
        for acted in &env.acts {
            self.act(app.world_mut(), entity, acted, &mut stream)?;
        }
        self.untouched(app.world(), env, entity)?;
        self.reward(app.world_mut(), env, entity)?;
        app.add_plugins(EnvironmentsPlugin);
        let schema::Stop { episodes, reward } = env.stop;
        app.insert_resource(Goal { episodes, reward, reached: None });
        if let Some(schema::Paced { overrun, tolerance }) = env.pace {
            let (tolerance, ticks) =
                (Duration::from_secs_f64(tolerance * 1e-3), self.scenario.run.steps / env.every + 1);
            app.insert_resource(Pace::new(overrun, tolerance, usize::try_from(ticks).unwrap_or(usize::MAX)));
        }
        Ok(())
    }

    fn sense(
        &self,
        world: &mut World,
        (env, every): (Entity, u64),
        sensed: &Sensed,
        stream: &mut u32,
    ) -> Result<(), Diagnostics> {
        let places = self.sensed(world, env, sensed)?;
        let Some(encoder) = &sensed.encoder else {
            let population = sensed.into.members[0].population;
            let entry = &self.scenario.populations[population].neuron.entry;
            if !self.scenario.registry.of::<SourceModel>(entry).hears {
                let found =
                    format!("the source `{}` is no encoder; one such as `regular_encoder` is", entry.name);
                return Err(self.error(sensed.into.span, "env.sense.into", found));
            }
            world.spawn(Sense { env, places, target: Target::Source(self.populations[population]) });
            return Ok(());
        };
        let model = self.scenario.registry.of::<StimulusModel>(&encoder.entry);
        let error = |found: String| self.error(encoder.span, "env.sense.encoder", found);
        if !model.hears {
            return Err(error(format!(
                "the stimulus `{}` is no encoder; `current_encoder` is",
                encoder.entry.name
            )));
        }
        let width = places.len();
        let total: usize = sensed.into.members.iter().map(|m| self.reach_of(m, *stream).len()).sum();
        let mut at = 0;
        for member in &sensed.into.members {
            let reach = self.reach_of(member, *stream);
            // Values for each neuron are dealt out over the selections in order; a single one reaches all of them.
            let mine = match width == total && width > 1 {
                true => places.start + at..places.start + at + reach.len(),
                false => places.clone(),
            };
            at += reach.len();
            let plan = StimulusPlan {
                params: values::params(&encoder.params, &self.clock, *stream as usize, reach.len()),
                lists: values::lists(&encoder.params),
                frames: Frames::default(),
                heard: Some(Heard { width: mine.len(), every }),
                weight: 1.0,
                reach,
                stream: *stream,
                clock: self.clock,
            };
            *stream += 1;
            let population = self.populations[member.population];
            let stimulus = self.network(world).stimulate(population, model, &plan, None).map_err(error)?;
            world.spawn(Sense { env, places: mine, target: Target::Stimulus(stimulus) });
        }
        Ok(())
    }

    fn reach_of(&self, member: &schema::Members, stream: u32) -> Reach {
        let size = self.scenario.populations[member.population].size;
        values::reach(member.pick, size, self.clock.seed, stream)
    }

    fn act(
        &self,
        world: &mut World,
        env: Entity,
        acted: &Acted,
        stream: &mut u32,
    ) -> Result<(), Diagnostics> {
        let ports = &world.get::<Env>(env).expect("it was made before").environment.spec().action;
        let text = match (&acted.port, ports.as_slice()) {
            (Some(text), _) => text.clone(),
            (None, [only]) => only.name.clone(),
            (None, several) => {
                let names: Vec<&str> = several.iter().map(|port| port.name.as_str()).collect();
                let found = format!(
                    "the environment has {} ports, {}; add a line `port = ...`",
                    several.len(),
                    names.join(", ")
                );
                return Err(self.error(acted.port_span, "env.act", found));
            }
        };
        let (places, domain) =
            places(ports, &text).map_err(|found| self.error(acted.port_span, "env.act.port", found))?;
        let mut watched: Vec<(usize, Watched)> = Vec::new();
        let mut groups = 0;
        for (k, member) in acted.from.members.iter().enumerate() {
            let neurons = self.reach_of(member, *stream).indices();
            *stream += 1;
            let at = watched.iter().position(|(population, _)| *population == member.population);
            let at = at.unwrap_or_else(|| {
                let (entity, size) =
                    (self.populations[member.population], self.scenario.populations[member.population].size);
                let variable = acted.variable.as_ref().map(|rows| rows[k]);
                watched.push((member.population, Watched::nobody(entity, size, variable)));
                watched.len() - 1
            });
            let groups_of = neurons.len();
            let mut put = |neurons: &[u32], group: u32| {
                watched[at].1.put(neurons, group).map_err(|neuron| {
                    let found = format!("neuron {neuron} is in two groups; each may be in one");
                    self.error(acted.from.span, "env.act.from", found)
                })
            };
            if acted.by_neuron {
                neurons.iter().zip(groups as u32..).try_for_each(|(neuron, group)| put(&[*neuron], group))?;
                groups += groups_of;
            } else {
                put(&neurons, groups as u32)?;
                groups += 1;
            }
        }
        let error = |found: String| self.error(acted.decoder.span, "env.act.decoder", found);
        let model = self.scenario.registry.of::<DecoderModel>(&acted.decoder.entry);
        let interval = world.get::<Env>(env).map_or(0.0, |env| env.interval);
        let plan =
            DecoderPlan { given: given(&acted.decoder), groups, width: places.len(), domain, interval };
        let decoder = (model.build)(&plan).map_err(error)?;
        world.spawn(Act::new(env, places, (watched.into_iter().map(|(_, w)| w).collect(), groups), decoder));
        Ok(())
    }

    /// Every place of the action needs somebody who decides, and no two.
    fn untouched(&self, world: &World, env: &schema::Env, entity: Entity) -> Result<(), Diagnostics> {
        let spec = world.get::<Env>(entity).expect("it was made before").environment.spec();
        let mut deciders = vec![0; Spec::width(&spec.action)];
        for (text, span) in env.acts.iter().map(|act| (act.port.clone(), act.port_span)) {
            let text = text.unwrap_or_else(|| spec.action[0].name.clone());
            let (range, _) =
                places(&spec.action, &text).map_err(|found| self.error(span, "env.act.port", found))?;
            for place in range {
                deciders[place] += 1;
                if deciders[place] > 1 {
                    let found =
                        format!("`{text}` is decided by another `[[env.act]]` already; remove one of them");
                    return Err(self.error(span, "env.act.port", found));
                }
            }
        }
        let mut at = 0;
        for port in &spec.action {
            if let Some(k) = deciders[at..at + port.width()].iter().position(|n| *n == 0) {
                let found = format!(
                    "nobody decides `{}[{k}]`; add an `[[env.act]]` with `port = \"{}\"`",
                    port.name, port.name
                );
                return Err(self.error(env.span, "env", found));
            }
            at += port.width();
        }
        Ok(())
    }

    fn reward(&self, world: &mut World, env: &schema::Env, entity: Entity) -> Result<(), Diagnostics> {
        let Some(reward) = &env.reward else { return Ok(()) };
        let mut projections = world.query::<(Entity, &Projection)>();
        for name in &reward.into {
            let named: Vec<Entity> =
                projections.iter(world).filter(|(_, p)| p.name == *name).map(|(entity, _)| entity).collect();
            if named.is_empty() {
                let names: Vec<&str> = self.scenario.projections.iter().map(|p| p.name.as_str()).collect();
                let found = format!("no projection is called `{name}`; {}", advice(name, &names));
                return Err(self.error(reward.into_span, "env.reward.into", found));
            }
            for projection in named {
                if world.get::<Modulators>(projection).is_none() {
                    world.entity_mut(projection).insert(Modulators::default());
                }
                world.spawn(Modulation {
                    env: entity,
                    projection,
                    gain: reward.gain,
                    tau: reward.tau,
                    expected: 0.0,
                });
            }
        }
        Ok(())
    }

    /// What is recorded of the environment, as `run.json` lists it.
    pub(super) fn recorded(&self, world: &World) -> Vec<recording::Traced> {
        let env = self.scenario.env.as_ref().filter(|env| env.record).zip(self.env);
        let spec = env.and_then(|(env, entity)| Some((env, world.get::<Env>(entity)?)));
        spec.map_or_else(Vec::new, |(env, made)| Recorded::of(&env.name, made.environment.spec()))
    }
}

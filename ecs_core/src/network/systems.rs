//! Systems: what happens in each phase, and the runner that goes from step to step.

use bevy_app::{App, Plugin};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::SingleThreadedExecutor;

use super::accumulator::Inbox;
use super::cells::Cells;
use super::fault::Fault;
use super::neurons::{RawColumns, Sealed};
use super::operator::{Arrivals, Projection};
use super::phase::{Clock, Observe, Phase, Step};
use super::population::Population;
use super::short_term::ShortTermState;
use super::source::Source;
use super::spikes::Spikes;
use super::stimulus::{Drive, Stimulating};
use super::team::Team;

/// The engine's own systems and the order of phases. Needs [`Clock`] and [`Team`] as resources.
pub struct EnginePlugin;

impl Plugin for EnginePlugin {
    fn build(&self, app: &mut App) {
        let mut step = Schedule::new(Step);
        step.set_executor(SingleThreadedExecutor::new());
        let p = Phase::ALL;
        step.configure_sets((p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]).chain());
        app.add_schedule(step).add_schedule(Schedule::new(Observe)).init_resource::<Fault>();
        app.add_systems(Step, stimulate.in_set(Phase::Stimulate));
        app.add_systems(Step, deliver.in_set(Phase::Deliver));
        app.add_systems(Step, integrate.in_set(Phase::Integrate));
        app.add_systems(Step, fire.in_set(Phase::Fire));
    }
}

/// Currents that changed, and events.
fn stimulate(
    clock: Res<Clock>,
    team: Res<Team>,
    stimuli: Query<&Stimulating>,
    cells: Query<(Entity, &Cells)>,
) {
    let acting = |s: &&Stimulating| s.stimulus.acts(&clock);
    if !stimuli.iter().any(|s| acting(&s)) {
        return;
    }
    team.run(|member| {
        for (population, cells) in &cells {
            let here = || stimuli.iter().filter(|s| s.population == population);
            let currents = || here().filter(|s| s.drive == Drive::Current);
            if currents().any(|s| acting(&s)) {
                cells.0.current(member, &mut |mut input, shard| {
                    clear(&mut input);
                    currents().for_each(|s| s.stimulus.add(&clock, &shard, &mut input));
                });
            }
            for s in here().filter(acting) {
                if let Drive::Events(inbox) = s.drive {
                    cells.0.target(member, inbox, clock.step, &mut |target| {
                        let first = target.first as usize;
                        let at = target.offset(0);
                        let shard = first..first + target.neurons;
                        s.stimulus.add(&clock, &shard, &mut slot(&mut target.inbox, at, shard.len()));
                    });
                }
            }
        }
    });
}

fn clear(input: &mut Inbox<'_>) {
    match input {
        Inbox::Sum32(x) => x.fill(0.0),
        Inbox::Sum64(x) => x.fill(0.0),
        Inbox::Count8(x) => x.fill(0),
        Inbox::Count16(x) => x.fill(0),
    }
}

fn slot<'a>(inbox: &'a mut Inbox<'_>, at: usize, len: usize) -> Inbox<'a> {
    let range = at..at + len;
    match inbox {
        Inbox::Sum32(x) => Inbox::Sum32(&mut x[range]),
        Inbox::Sum64(x) => Inbox::Sum64(&mut x[range]),
        Inbox::Count8(x) => Inbox::Count8(&mut x[range]),
        Inbox::Count16(x) => Inbox::Count16(&mut x[range]),
    }
}

/// The spikes of a projection that are due.
pub(super) fn due<'a>(p: &Projection, clock: &Clock, spikes: &'a Query<&Spikes>) -> Option<&'a [u32]> {
    let step = clock.step.checked_sub(u64::from(p.lag()))?;
    let list = spikes.get(p.pre).ok()?.of(step);
    (!list.is_empty()).then_some(list)
}

/// Spikes that are due reach their targets, each shard taking its own.
pub(super) fn deliver(
    clock: Res<Clock>,
    team: Res<Team>,
    projections: Query<(&Projection, Option<&ShortTermState>)>,
    spikes: Query<&Spikes>,
    cells: Query<&Cells>,
) {
    let due = |p: &Projection| due(p, &clock, &spikes);
    // Waking a team for nothing costs more than looking twice.
    if team.size() > 1 && !projections.iter().any(|(p, _)| due(p).is_some()) {
        return;
    }
    team.run(|member| {
        let shard = member.index();
        let arrivals = projections.iter().filter_map(|(p, short_term)| {
            let gains = short_term.map_or(&[][..], ShortTermState::gains);
            Some((p, Arrivals { step: clock.step, neurons: due(p)?, gains }))
        });
        let mut all = arrivals.peekable();
        while let Some((p, spikes)) = all.next() {
            if let Some((next, spikes)) = all.peek() {
                next.operator.expect(shard, *spikes);
            }
            let Ok(cells) = cells.get(p.post) else { continue };
            cells
                .0
                .target(member, p.inbox, clock.step, &mut |target| p.operator.deliver(shard, spikes, target));
        }
    });
}

type Populations = QueryState<(Entity, &'static Cells, Option<&'static Sealed>)>;

/// Receptors and neurons advance; a whole column at a time, shard by shard.
fn integrate(world: &mut World, populations: &mut Populations, mut columns: Local<Vec<Option<RawColumns>>>) {
    let disordered =
        |(_, _, sealed): &(Entity, &Cells, Option<&Sealed>)| sealed.is_some_and(|s| !s.intact(world));
    if let Some((population, ..)) = populations.query(world).iter().find(disordered) {
        return refuse(world, population);
    }
    // The world is held exclusively, so nobody else reaches the columns while members write them.
    let world = &*world;
    let all = populations.query(world);
    columns.clear();
    columns.extend(all.iter().map(|(_, _, sealed)| sealed.map(|s| s.raw(world))));
    let clock = world.resource::<Clock>();
    world.resource::<Team>().run(|member| {
        for ((_, cells, _), raw) in all.iter().zip(&*columns) {
            cells.0.integrate(member, raw.as_ref(), clock);
        }
    });
}

/// Stops the run: rows of `population` no longer stand for its neurons.
fn refuse(world: &mut World, population: Entity) {
    let name = world.get::<Population>(population).map_or_else(String::new, |p| p.name.clone());
    world.resource_mut::<Fault>().raise(|| {
        format!(
            "population `{name}`: a component moved a neuron to another table while the network runs; markers on neurons \
             must use sparse-set storage: `#[component(storage = \"SparseSet\")]`"
        )
    });
}

/// What the shards found becomes the spikes of this step; sources add theirs.
fn fire(
    clock: Res<Clock>,
    mut fault: ResMut<Fault>,
    mut cells: Query<(&Population, &mut Cells, &mut Spikes), Without<Source>>,
    mut sources: Query<(&mut Source, &mut Spikes), Without<Cells>>,
) {
    for (population, mut cells, mut spikes) in &mut cells {
        spikes.record(clock.step, |list| cells.0.collect(list));
        if let Some(bad) = cells.0.take_bad() {
            let variable = population.entry.state[bad.variable].name;
            fault.raise(|| {
                format!(
                    "step {} (t = {:.6} ms): population `{}`, neuron {}: `{variable}` stopped being finite; the last good \
                     value seen was {:.6}; a smaller `dt`, weaker input or another integrator may help",
                    clock.step,
                    clock.time(),
                    population.name,
                    bad.neuron,
                    bad.last
                )
            });
        }
    }
    for (mut source, mut spikes) in &mut sources {
        spikes.record(clock.step, |list| source.0.emit(&clock, list));
    }
}

/// Goes from step to step, holding the schedules so that no step looks them up.
pub struct Runner {
    step: Schedule,
    observe: Schedule,
    every: Option<u64>,
}

impl Runner {
    /// Takes the schedules out of the world and prepares them.
    pub fn new(world: &mut World) -> Self {
        let mut schedules = world.resource_mut::<Schedules>();
        let step = schedules.remove(Step).expect("the engine's plugin was added");
        let observe = schedules.remove(Observe).expect("the engine's plugin was added");
        let mut runner = Self { step, observe, every: None };
        runner.step.initialize(world).expect("the order of systems has no circle");
        runner.observe.initialize(world).expect("the order of systems has no circle");
        runner
    }

    /// Runs the `Observe` schedule after every `steps` steps.
    pub fn observe_every(&mut self, steps: u64) {
        self.every = Some(steps.max(1));
    }

    /// Runs one step; an error is what stopped the network.
    pub fn step(&mut self, world: &mut World) -> Result<(), String> {
        self.step.run(world);
        let mut clock = world.resource_mut::<Clock>();
        clock.step += 1;
        let now = clock.step;
        if self.every.is_some_and(|every| now.is_multiple_of(every)) {
            self.observe.run(world);
        }
        // The world lists what was removed, resources in use among it, until told that all have read it.
        if self.every.is_none_or(|every| now.is_multiple_of(every)) {
            world.clear_trackers();
        }
        match world.resource::<Fault>().message() {
            Some(message) => Err(message.to_string()),
            None => Ok(()),
        }
    }
}

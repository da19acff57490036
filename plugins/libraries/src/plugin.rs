//! Plugin: systems of libraries at work, and failures of libraries as faults of the run.
//!
//! Reads and writes the columns that each system names, in its phase; a step without systems costs a glance at a flag for
//! each library.

#![expect(unsafe_code, reason = "columns of sealed tables are lent to systems")]

use std::cell::UnsafeCell;
use std::sync::Arc;

use arrayvec::ArrayVec;
use bevy_app::{App, Plugin};
use bevy_ecs::component::ComponentId;
use bevy_ecs::prelude::*;
use ecs_core::network::{Clock, Fault, Phase, Population, Sealed, Spikes, Step, Variable};

use crate::block::STATE;
use crate::failure::Failures;
use crate::library::Library;
use crate::system::{Instance, Place, SystemModel};

/// Runs the systems of these libraries where [`LibrariesPlugin::attach`] started them, and ends the run where one fails.
pub struct LibrariesPlugin {
    /// The libraries of this run.
    pub libraries: Vec<Library>,
}

/// What can fail in this run.
#[derive(Resource)]
struct Watched(Vec<Arc<Failures>>);

/// Systems at work.
#[derive(Resource, Default)]
struct Attached(Vec<Running>);

struct Running {
    phase: Phase,
    population: Entity,
    columns: Vec<ComponentId>,
    instance: Instance,
}

impl Plugin for LibrariesPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Watched(self.libraries.iter().map(|l| Arc::clone(&l.failures)).collect()));
        app.init_resource::<Attached>();
        let systems = || self.libraries.iter().flat_map(|library| &library.systems);
        for phase in Phase::ALL.into_iter().filter(|phase| systems().any(|s| s.phase == *phase)) {
            app.add_systems(Step, (move |world: &mut World| run(world, phase)).in_set(phase));
        }
        app.add_systems(Step, raise.after(Phase::Record));
    }
}

impl LibrariesPlugin {
    /// Starts a system for every population that it fits, with parameters in table order; how many there are.
    ///
    /// # Errors
    /// A population lacks a column, or keeps its neurons where no system reaches them; the library refuses.
    pub fn attach(world: &mut World, system: &'static SystemModel, params: &[f64]) -> Result<usize, String> {
        let clock = *world.resource::<Clock>();
        let mut all = world.query::<(Entity, &Population, Option<&Sealed>)>();
        let fits = |p: &Population| system.fits(&p.name, p.entry.name);
        let found: Vec<_> = all.iter(world).filter(|(_, p, _)| fits(p)).collect();
        let mut started = Vec::new();
        for (entity, population, sealed) in found {
            let columns = rows(system, population, sealed.is_some())?;
            let (name, neurons) = (&population.name, population.size);
            let place = Place { population: name, neurons, dt: clock.dt, seed: clock.seed };
            started.push((entity, columns, system.start(&place, params)?));
        }
        let count = started.len();
        for (population, rows, instance) in started {
            let columns = rows.into_iter().map(|row| component(world, row)).collect();
            let running = Running { phase: system.phase, population, columns, instance };
            world.resource_mut::<Attached>().0.push(running);
        }
        Ok(count)
    }

    /// Ends every system: what they hold is written.
    ///
    /// # Errors
    /// What was not.
    pub fn finish(world: &mut World) -> Result<(), String> {
        let Some(mut attached) = world.get_resource_mut::<Attached>() else { return Ok(()) };
        let mut all = std::mem::take(&mut attached.0);
        let failed: Vec<String> =
            all.iter_mut().filter_map(|running| running.instance.finish().err()).collect();
        if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
    }
}

/// Rows of the state variables that a system names.
fn rows(system: &SystemModel, population: &Population, sealed: bool) -> Result<Vec<usize>, String> {
    let name = &population.name;
    if !sealed && !system.columns.is_empty() {
        return Err(format!(
            "system `{}`: population `{name}` keeps its neurons packed; neurons that are entities are needed; set `storage = \
             \"entities\"` and single precision",
            system.name
        ));
    }
    let row = |column: &&'static str| {
        let known = population.entry.state.iter().map(|field| field.name).collect::<Vec<_>>().join("`, `");
        population.variable(column).ok_or_else(|| {
            format!(
                "system `{}`: population `{name}` has no `{column}`; `{known}` are there; name one of them",
                system.name
            )
        })
    };
    system.columns.iter().map(row).collect()
}

/// The component that is state variable `row`.
fn component(world: &mut World, row: usize) -> ComponentId {
    macro_rules! ids {
        ($($k:literal)*) => { [$(world.register_component::<Variable<$k>>()),*] };
    }
    ids!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)[row]
}

/// Runs the systems of a phase.
fn run(world: &mut World, phase: Phase) {
    let clock = *world.resource::<Clock>();
    world.resource_scope(|world, mut attached: Mut<'_, Attached>| {
        for running in attached.0.iter_mut().filter(|running| running.phase == phase) {
            step(world, running, &clock);
        }
    });
}

fn step(world: &mut World, running: &mut Running, clock: &Clock) {
    let known = running.phase as usize >= Phase::Propagate as usize;
    let step = if known { Some(clock.step) } else { clock.step.checked_sub(1) };
    let spikes = step.and_then(|step| world.get::<Spikes>(running.population).map(|spikes| spikes.of(step)));
    let spikes = spikes.unwrap_or_default();
    let Some(columns) = slices(world, running) else { return };
    let (step, dt) = (clock.step, clock.dt);
    let moment = abi::Moment { step, dt, spikes: spikes.as_ptr(), spike_count: spikes.len() };
    // SAFETY: the world is held exclusively, so nobody else uses the columns, which are different ones.
    unsafe { running.instance.run(&moment, &columns) };
}

/// The columns of a system; `None` where its population lost its order, for which the engine ends the run.
fn slices(world: &World, running: &Running) -> Option<ArrayVec<abi::Slice, STATE>> {
    if running.columns.is_empty() {
        return Some(ArrayVec::new());
    }
    let sealed = world.get::<Sealed>(running.population).filter(|sealed| sealed.intact(world))?;
    let first = sealed.entities(world).first()?;
    let table = world.storages().tables.get(world.get_entity(*first).ok()?.location().table_id)?;
    let slice = |id: &ComponentId| {
        // SAFETY: `id` is that of `Variable<K>`, which is transparent over `f32`.
        let column: &[UnsafeCell<f32>] = unsafe { table.get_data_slice_for::<f32>(*id) }?;
        Some(abi::Slice { data: column.as_ptr().cast_mut().cast(), length: column.len() })
    };
    running.columns.iter().map(slice).collect()
}

/// A failure of a library ends the run after the step in which it happens.
fn raise(clock: Res<Clock>, watched: Res<Watched>, mut fault: ResMut<Fault>) {
    for failures in watched.0.iter().filter(|failures| failures.any()) {
        if let Some(what) = failures.take() {
            fault.raise(|| format!("step {} (t = {:.6} ms): {what}", clock.step, clock.time()));
        }
    }
}

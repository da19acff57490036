//! Neurons: one entity each, in a table of their population's own, sealed when building ends.
//!
//! A zero-size marker for each population keeps its neurons together, in the order they were made, so that a state
//! variable is one contiguous column and row = index. Kernels work on whole columns and bypass change detection; ordinary
//! systems query [`Variable`], [`Refractory`] and [`NeuronOf`] as any component. Markers put on neurons must use sparse-set
//! storage, as [`Silenced`] and [`Clamped`] do: they leave the table alone.

#![expect(unsafe_code, reason = "columns of a sealed table are handed to kernels as slices")]

use std::alloc::Layout;
use std::any::TypeId;
use std::cell::UnsafeCell;
use std::ops::Range;
use std::ptr::NonNull;

use arrayvec::ArrayVec;
use bevy_ecs::component::{ComponentCloneBehavior, ComponentDescriptor, ComponentId, StorageType};
use bevy_ecs::lifecycle::HookContext;
use bevy_ecs::prelude::*;
use bevy_ecs::ptr::OwningPtr;
use bevy_ecs::storage::TableId;
use bevy_ecs::world::DeferredWorld;

use super::cells::Cells;
use super::fault::Fault;
use super::population::Population;
use super::shard::COLUMNS;

/// Which neuron of which population an entity is.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(on_remove = lost)]
pub struct NeuronOf {
    /// The population.
    pub population: Entity,
    /// Its index there.
    pub index: u32,
}

/// State variable number `K` of a neuron, in the order of its model's table; `Variable<0>` is the voltage.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
#[repr(transparent)]
pub struct Variable<const K: usize>(pub f32);

/// Steps for which a neuron stays refractory; infinite for one that is silenced or clamped.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
#[repr(transparent)]
pub struct Refractory(pub f32);

/// The neuron does not fire: it stays refractory for as long as it carries this.
#[derive(Component, Clone, Copy, Debug, Default)]
#[component(storage = "SparseSet", on_add = silence, on_remove = release)]
pub struct Silenced;

/// The voltage of the neuron is held at `v`, and it does not fire.
#[derive(Component, Clone, Copy, Debug)]
#[component(storage = "SparseSet", on_insert = clamp, on_remove = unclamp)]
pub struct Clamped {
    /// The voltage, in the unit of the model.
    pub v: f64,
}

fn lost(mut world: DeferredWorld<'_>, context: HookContext) {
    let Some(neuron) = world.get::<NeuronOf>(context.entity).copied() else { return };
    let Some(name) = world.get::<Population>(neuron.population).map(|p| p.name.clone()) else { return };
    if let Some(mut fault) = world.get_resource_mut::<Fault>() {
        fault.raise(|| {
            format!(
                "population `{name}`: neuron {} was taken away while the network runs; put `Silenced` on it instead",
                neuron.index
            )
        });
    }
}

/// Sets refractoriness, wherever it is kept.
fn hold(world: &mut DeferredWorld<'_>, entity: Entity, steps: f32) -> Option<NeuronOf> {
    let neuron = world.get::<NeuronOf>(entity).copied()?;
    if let Some(mut cells) = world.get_mut::<Cells>(neuron.population) {
        cells.0.wake();
    }
    match world.get_mut::<Refractory>(entity) {
        Some(mut refractory) => refractory.0 = steps,
        None => world.get_mut::<Cells>(neuron.population)?.0.refractory(neuron.index, f64::from(steps)),
    }
    Some(neuron)
}

fn silence(mut world: DeferredWorld<'_>, context: HookContext) {
    hold(&mut world, context.entity, f32::INFINITY);
}

fn release(mut world: DeferredWorld<'_>, context: HookContext) {
    // One that is still clamped stays held.
    if world.get::<Clamped>(context.entity).is_none() {
        hold(&mut world, context.entity, 0.0);
    }
}

fn clamp(mut world: DeferredWorld<'_>, context: HookContext) {
    let v = world.get::<Clamped>(context.entity).map(|c| c.v);
    if let Some(neuron) = hold(&mut world, context.entity, f32::INFINITY)
        && let Some(mut cells) = world.get_mut::<Cells>(neuron.population)
    {
        cells.0.clamp(neuron.index, v);
    }
}

fn unclamp(mut world: DeferredWorld<'_>, context: HookContext) {
    let Some(neuron) = world.get::<NeuronOf>(context.entity).copied() else { return };
    if let Some(mut cells) = world.get_mut::<Cells>(neuron.population) {
        cells.0.clamp(neuron.index, None);
    }
    if world.get::<Silenced>(context.entity).is_none() {
        hold(&mut world, context.entity, 0.0);
    }
}

/// The table of a population whose neurons are entities.
#[derive(Component, Clone, Debug)]
pub struct Sealed {
    table: TableId,
    size: usize,
    variables: ArrayVec<ComponentId, COLUMNS>,
    refractory: ComponentId,
}

/// Starts of the columns of a sealed table, valid while the table is not changed.
pub struct RawColumns {
    variables: ArrayVec<NonNull<f32>, COLUMNS>,
    refractory: NonNull<f32>,
    rows: usize,
}

// SAFETY: the pointers are used only through `slices`, on ranges that no two members share.
unsafe impl Sync for RawColumns {}
// SAFETY: they point to plain numbers, which belong to no thread.
unsafe impl Send for RawColumns {}

impl RawColumns {
    /// State columns and refractoriness of the neurons in `range`.
    ///
    /// Called by the engine alone: with disjoint ranges, during an exclusive system that touches the table in no other way.
    pub(super) fn slices<'a, T: 'static>(
        &'a self,
        range: Range<usize>,
        state: &mut ArrayVec<&'a mut [T], COLUMNS>,
    ) -> &'a mut [T] {
        assert!(TypeId::of::<T>() == TypeId::of::<f32>(), "neurons as entities are kept in single precision");
        assert!(range.end <= self.rows, "the range lies in the table");
        let slice = |start: NonNull<f32>| {
            // SAFETY: `T` is `f32`; the range is inside the column; shards are disjoint and the caller holds the world.
            unsafe {
                std::slice::from_raw_parts_mut(start.as_ptr().add(range.start).cast::<T>(), range.len())
            }
        };
        state.extend(self.variables.iter().map(|c| slice(*c)));
        slice(self.refractory)
    }
}

impl Sealed {
    /// Whether each row still holds the neuron of that index: O(1), because [`NeuronOf`] reports removals.
    pub fn intact(&self, world: &World) -> bool {
        world.storages().tables.get(self.table).is_some_and(|t| t.entity_count() as usize == self.size)
    }

    /// The neuron entity of each index.
    pub fn entities<'w>(&self, world: &'w World) -> &'w [Entity] {
        world.storages().tables.get(self.table).map_or(&[], |t| t.entities())
    }

    fn column<'w>(&self, world: &'w World, id: ComponentId) -> &'w [UnsafeCell<f32>] {
        let table = world.storages().tables.get(self.table).expect("tables are never removed");
        // SAFETY: `id` is `Variable<K>` or `Refractory`, which are transparent over `f32`.
        unsafe { table.get_data_slice_for::<f32>(id) }.expect("a sealed table keeps its columns")
    }

    /// Starts of the columns; they are only used through [`RawColumns::slices`].
    pub(super) fn raw(&self, world: &World) -> RawColumns {
        let start = |id: &ComponentId| {
            NonNull::new(self.column(world, *id).as_ptr().cast_mut().cast::<f32>())
                .expect("a slice is never null")
        };
        RawColumns {
            variables: self.variables.iter().map(start).collect(),
            refractory: start(&self.refractory),
            rows: self.size,
        }
    }

    /// State variable `variable` of a neuron.
    pub(super) fn value(&self, world: &mut World, variable: usize, neuron: usize) -> f32 {
        let cell = &self.column(world, self.variables[variable])[neuron];
        // SAFETY: the world is borrowed exclusively, so nobody writes.
        unsafe { *cell.get() }
    }
}

/// Registers `Variable<K>` for the first `count` K.
fn variables(world: &mut World, count: usize) -> ArrayVec<ComponentId, COLUMNS> {
    macro_rules! ids {
        ($($k:literal)*) => { [$(world.register_component::<Variable<$k>>()),*] };
    }
    ids!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15).into_iter().take(count).collect()
}

/// Makes the neurons of a population, `state[variable]` giving the initial value of each, and seals their table.
pub(super) fn spawn(world: &mut World, population: Entity, size: usize, state: &[Vec<f32>]) -> Sealed {
    // SAFETY: the marker has no data, nothing to drop, and may be shared between threads.
    let descriptor = unsafe {
        ComponentDescriptor::new_with_layout(
            format!("population {population}"),
            StorageType::Table,
            Layout::new::<()>(),
            None,
            true,
            false,
            ComponentCloneBehavior::Ignore,
            None,
        )
    };
    let marker = world.register_component_with_descriptor(descriptor);
    let variables = variables(world, state.len());
    let refractory = world.register_component::<Refractory>();
    let of = world.register_component::<NeuronOf>();
    let ids: Vec<_> = [marker, of, refractory].into_iter().chain(variables.iter().copied()).collect();
    let mut table = None;
    for index in 0..size {
        let mut neuron = NeuronOf { population, index: index as u32 };
        let mut waiting = Refractory(0.0);
        let mut values: ArrayVec<f32, COLUMNS> = state.iter().map(|column| column[index]).collect();
        let mut nothing = ();
        let mut entity = world.spawn_empty();
        // SAFETY: one pointer for each id, in order, each to a value of that component that is not used again.
        unsafe {
            let fixed = [
                OwningPtr::new(NonNull::from(&mut nothing).cast()),
                OwningPtr::new(NonNull::from(&mut neuron).cast()),
                OwningPtr::new(NonNull::from(&mut waiting).cast()),
            ];
            let rest = values.iter_mut().map(|v| OwningPtr::new(NonNull::from(v).cast()));
            entity.insert_by_ids(&ids, fixed.into_iter().chain(rest));
        }
        table.get_or_insert_with(|| entity.location().table_id);
    }
    Sealed { table: table.expect("a population has a neuron"), size, variables, refractory }
}

/// The entity of a neuron; made on demand where the population is packed.
pub fn neuron_entity(world: &mut World, population: Entity, index: u32) -> Entity {
    if let Some(sealed) = world.get::<Sealed>(population) {
        return sealed.entities(world)[index as usize];
    }
    let known =
        world.get::<OnDemand>(population).and_then(|d| d.0.iter().find(|(k, _)| *k == index).copied());
    if let Some((_, entity)) = known {
        return entity;
    }
    let entity = world.spawn(NeuronOf { population, index }).id();
    let mut population = world.entity_mut(population);
    population.entry::<OnDemand>().or_default().get_mut().0.push((index, entity));
    entity
}

/// Neurons of a packed population that were given an entity.
#[derive(Component, Default)]
struct OnDemand(Vec<(u32, Entity)>);

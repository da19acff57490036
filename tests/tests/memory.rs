//! Memory: a network that runs allocates nothing, however long it runs.
//!
//! The allocator of this program counts, so that not a single block escapes; it is the only test in its file.

#![expect(unsafe_code, reason = "an allocator that counts hands out memory as the system's does")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use bevy_ecs::prelude::*;
use ecs_core::model::{CouplingModel, PlasticityModel, Precision, ShortTermModel};
use ecs_core::network::{
    ConnectPlan, ConnectorModel, CouplingPlan, NeuronOf, Plastic, ProjectionPlan, ShortTermPlan, Silenced,
    Storage, Values,
};
use ecs_core::random::Distribution;
use neurons as _;
use scenarios::assemble::Simulation;
use synapses as _;
use tests::network::{built, written};
use tests::rig::{Rig, Running, Wires, fill, named, neuron, plan, receptor};

/// The system's allocator, with a count of what it was asked for.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const SIZE: u32 = 200;

/// An active network with receptors, couplings, delays of one and of many steps, weights that learn, and a changing current.
fn active(storage: Storage, members: usize) -> Running {
    let mut rig = Rig::new(0.1, Precision::F32, members);
    let model = neuron("lif");
    let mut plan = plan(model, SIZE as usize, &[("i_e", 400.0)], &[]);
    plan.storage = storage;
    let cells = rig.neurons(model, plan);
    rig.inject(cells, SIZE as usize, (0..100_000).map(|n| f64::from(n % 100)).collect());
    let current = receptor("exponential", &[], Some(("current", &[])));
    let ring =
        |delay| (0..SIZE).map(|k| (k, (k + 1) % SIZE, 30.0 + f64::from(k % 3), delay + k % 5)).collect();
    rig.wire(cells, cells, current, Wires { list: ring(7), own_delays: true });
    rig.wire(cells, cells, receptor("delta", &[], None), Wires::one_to_one(SIZE, 0.5, 20));
    learn(&mut rig, cells);
    for (name, delayed) in [("gap_junction", false), ("graded_kinetic", true)] {
        let model: &CouplingModel = named(name);
        let params: Vec<Values> = fill(model.entry.params, &[]).into_iter().map(Values::Uniform).collect();
        let operator = Wires { list: ring(7), own_delays: true };
        let plan = CouplingPlan {
            name: name.into(),
            pre: cells,
            post: cells,
            variable: 0,
            model,
            params: &params,
            state: &[],
            operator: &operator,
            delayed,
            mirrored: false,
        };
        rig.network().couple(&plan).expect("wires are known one by one").expect("there are wires");
    }
    rig.start()
}

/// Synapses whose strength changes with the spikes on one side and on both.
fn learn(rig: &mut Rig, cells: Entity) {
    let connector: &ConnectorModel = named("fixed_indegree");
    let short_term: &ShortTermModel = named("stp");
    let rule: &PlasticityModel = named("stdp");
    let bounds = rig.network().bounds(SIZE as usize);
    let plan = ConnectPlan {
        pre: 0..SIZE.into(),
        post: 0..SIZE.into(),
        sizes: (SIZE.into(), SIZE.into()),
        recurrent: true,
        spaces: [None, None],
        weight: Distribution::Constant(0.1),
        delay: Distribution::Constant(1.5),
        initialisers: [None, None],
        dt: 0.1,
        seed: 1,
        stream: 0,
        double: false,
        bounds: &bounds,
        threads: 1,
        params: &fill(connector.entry.params, &[("k", 20.0)]),
        edges: None,
        plasticity: Some(Plastic { model: rule, params: &fill(rule.entry.params, &[("w_max", 0.2)]) }),
    };
    let operator = (connector.connect)(plan, &mut |_, _| ()).unwrap_or_else(|e| panic!("{e}"));
    rig.network().project(ProjectionPlan {
        name: "plastic".into(),
        pre: cells,
        post: cells,
        receptor: receptor("delta", &[], None),
        state: Vec::new(),
        operator,
        short_term: Some(ShortTermPlan { model: short_term, params: fill(short_term.entry.params, &[]) }),
        back: 5,
    });
}

/// Steps in which a marker is put on a neuron and taken off again.
fn toggle(running: &mut Running, neuron: Entity, steps: u32) {
    for _ in 0..steps {
        running.world.entity_mut(neuron).insert(Silenced);
        running.step();
        running.world.entity_mut(neuron).remove::<Silenced>();
        running.step();
    }
}

/// A pole whose episodes are cut off after a tick.
const RESETS: &str = r#"
[scenario]
title = "resets"
source = "this project"
format = 1
[run]
duration = "100 s"
dt = "1 ms"
seed = 1
[population.cells]
size = 10
neuron = "lif"
[env]
kind = "cartpole"
control = "20 ms"
limit = 1
[[env.sense]]
port = "obs[2]"
into = "cells"
encoder = { current_encoder = { gain = "1 nA", offset = "500 pA" } }
[[env.act]]
from = ["cells[0..5]", "cells[5..10]"]
decoder = "argmax_count"
"#;

/// Allocations of a thousand resets of an environment, once its film is as long as it will be.
fn resets() -> u64 {
    let scenario = written(RESETS, Path::new(".")).unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = built(&scenario);
    // The 1,030th episode is at the end of these: their list has doubled a moment ago.
    let Simulation { app, runner, .. } = &mut simulation;
    let mut step = || runner.step(app.world_mut()).unwrap_or_else(|e| panic!("{e}"));
    (0..20 * 1030 + 1).for_each(|_| step());
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    (0..20 * 1000).for_each(|_| step());
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

#[test]
fn a_running_network_allocates_nothing() {
    assert_eq!(resets(), 0, "allocations by 1,000 resets");
    for (storage, members) in [(Storage::Entities, 1), (Storage::Packed, 1), (Storage::Entities, 2)] {
        let mut running = active(storage, members);
        // The first steps fill lists that then keep their room.
        (0..2000).for_each(|_| running.step());
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        (0..20_000).for_each(|_| running.step());
        let made = ALLOCATIONS.load(Ordering::Relaxed) - before;
        assert_eq!(made, 0, "{storage:?}, {members} members: {made} allocations in 20,000 steps");
        // Whatever the world notes of markers that were removed does not pile up either.
        let of = running.world.query::<(Entity, &NeuronOf)>().iter(&running.world).map(|(e, _)| e).next();
        let Some(neuron) = of else { continue };
        toggle(&mut running, neuron, 100);
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        toggle(&mut running, neuron, 10_000);
        let made = ALLOCATIONS.load(Ordering::Relaxed) - before;
        assert_eq!(made, 0, "{storage:?}, {members} members: {made} allocations by 10,000 markers");
    }
}

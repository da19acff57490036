//! Determinism: the same network gives the same bits however it is stored and however many threads run it; spikes and
//! markers act in the step they should; what cannot go on says why.

use std::sync::atomic::{AtomicUsize, Ordering};

use bevy_ecs::prelude::*;
use ecs_core::model::Precision;
use ecs_core::network::{
    Clamped, Clock, NeuronOf, Observe, PerMember, Phase, Silenced, Spikes, Step, Storage, Team, Values,
    Variable, neuron_entity,
};
use ecs_core::random::{Key, Purpose};
use neurons as _;
use synapses as _;
use tests::rig::{Rig, Running, Wire, Wires, neuron, plan, receptor};

/// Neurons of the recurrent network: shards of unequal size, the last group of lanes not full.
const SIZE: u32 = 301;
const STEPS: usize = 400;
const DT: f64 = 0.1;

/// A random matrix with differing weights.
fn random_wires(indegree: u32, stream: u32, delays: u32) -> Wires {
    let key = Key::new(5, stream, Purpose::Connect);
    let wire = |k: u32| -> Wire {
        let draw = |step: u64| key.uniform(u64::from(k), step);
        (
            (draw(0) * f64::from(SIZE)) as u32,
            k % SIZE,
            40.0 * draw(1) - 10.0,
            1 + (draw(2) * f64::from(delays)) as u32,
        )
    };
    Wires { list: (0..SIZE * indegree).map(wire).collect(), own_delays: delays > 1 }
}

/// Every state and every spike of a recurrent network, as bits.
fn history(storage: Storage, precision: Precision, members: usize) -> Vec<u64> {
    let mut rig = Rig::new(DT, precision, members);
    let model = neuron("lif");
    let mut plan = plan(model, SIZE as usize, &[], &[]);
    plan.storage = storage;
    plan.params[0] = Values::Each((0..SIZE).map(|k| -70.0 - 0.01 * f64::from(k)).collect());
    plan.state[0] = Values::Each((0..SIZE).map(|k| -70.0 + f64::from(k % 14)).collect());
    let cells = rig.neurons(model, plan);
    rig.inject(cells, SIZE as usize, (0..STEPS).map(|n| 480.0 + 40.0 * (n as f64 * 0.05).sin()).collect());
    let current = || receptor("exponential", &[], Some(("current", &[])));
    let conductance = || receptor("alpha", &[], Some(("conductance", &[("e_rev", -80.0)])));
    rig.wire(cells, cells, current(), random_wires(10, 1, 1));
    rig.wire(cells, cells, current(), random_wires(5, 2, 12));
    rig.wire(cells, cells, conductance(), Wires::one_to_one(SIZE, 0.5, 3));
    rig.wire(cells, cells, receptor("delta", &[], None), random_wires(1, 3, 1));
    let mut running = rig.start();
    let mut seen = Vec::new();
    for _ in 0..STEPS {
        running.step();
        seen.extend(running.fired(cells).iter().map(|k| u64::from(*k)));
        seen.extend((0..SIZE).map(|k| running.value(cells, 0, k).to_bits()));
    }
    assert!(seen.len() > STEPS * SIZE as usize + 300, "the network is active");
    seen
}

#[test]
fn packed_storage_gives_the_same_bits_as_entities() {
    let entities = history(Storage::Entities, Precision::F32, 1);
    assert!(entities == history(Storage::Packed, Precision::F32, 1));
    assert!(entities != history(Storage::Packed, Precision::F64, 1), "bits are compared at all");
}

#[test]
fn one_two_and_three_threads_give_the_same_bits() {
    let settings = [
        (Storage::Entities, Precision::F32),
        (Storage::Packed, Precision::F32),
        (Storage::Packed, Precision::F64),
    ];
    for (storage, precision) in settings {
        let one = history(storage, precision, 1);
        for members in [2, 3] {
            assert!(one == history(storage, precision, members), "{storage:?} {precision:?} {members}");
        }
    }
}

/// What feeds receptors.
#[derive(Clone, Copy, Debug)]
enum Feed {
    /// Counted spikes of one weight.
    Counts,
    /// The same beside an injected current.
    CountsAndCurrent,
    /// Spikes of many weights and delays, beside a current.
    Sums,
    /// Sums for the first receptor, from two inboxes, and counts for the others.
    Both,
}

/// Every state and every spike of neurons with these receptors. A synapse that moves the voltage by zero changes no number, but
/// keeps the engine from advancing receptors and neurons in one pass.
fn fed(model: &str, outputs: &[&str], feed: Feed, apart: bool) -> Vec<u64> {
    let mut rig = Rig::new(DT, Precision::F32, 2);
    let model = neuron(model);
    let cells = rig.neurons(model, plan(model, SIZE as usize, &[], &[]));
    let key = Key::new(3, 0, Purpose::Source);
    let mut events = Vec::new();
    for step in 0..STEPS as u64 {
        let fires = (0..SIZE).filter(|k| key.uniform(u64::from(*k), step) < 0.05);
        events.extend(fires.map(|k| (k, step as f64 * DT)));
    }
    let train = rig.train(SIZE as usize, &events);
    for (k, output) in outputs.iter().enumerate() {
        let tau = 2.0 + 3.0 * k as f64;
        let weight = if *output == "current" { 40.0 } else { 0.3 };
        let here = receptor("exponential", &[("tau", tau)], Some((output, &[])));
        let ends = |k: u32| (k % SIZE, (k * 7) % SIZE);
        let same = (0..SIZE * 4).map(|k| (ends(k).0, ends(k).1, weight, 1)).collect();
        let differing = |k: u32| (ends(k).0, ends(k).1, weight * f64::from(1 + k % 3) / 2.0, 1 + k % 5);
        let differing = (0..SIZE * 4).map(differing).collect();
        let sums = matches!(feed, Feed::Sums) || matches!(feed, Feed::Both) && k == 0;
        if sums {
            rig.wire(train, cells, here.clone(), Wires { list: differing, own_delays: true });
        }
        if !sums || matches!(feed, Feed::Both) {
            rig.wire(train, cells, here, Wires { list: same, own_delays: false });
        }
    }
    if matches!(feed, Feed::CountsAndCurrent | Feed::Sums) {
        rig.inject(cells, SIZE as usize, (0..STEPS).map(|n| (n % 50) as f64).collect());
    }
    if apart {
        let nothing = Wires { list: vec![(0, 0, 0.0, 1)], own_delays: false };
        rig.wire(train, cells, receptor("delta", &[], None), nothing);
    }
    let mut running = rig.start();
    let mut seen = Vec::new();
    for _ in 0..STEPS {
        running.step();
        seen.extend(running.fired(cells).iter().map(|k| u64::from(*k)));
        seen.extend((0..SIZE).map(|k| running.value(cells, 0, k).to_bits()));
    }
    seen
}

#[test]
fn receptors_advanced_with_their_neurons_give_the_same_bits_as_apart() {
    for model in ["lif", "izhikevich", "hh"] {
        for outputs in [&["current"][..], &["conductance"], &["current", "conductance"], &["nmda"]] {
            for feed in [Feed::Counts, Feed::CountsAndCurrent, Feed::Sums, Feed::Both] {
                let [with, apart] = [false, true].map(|apart| fed(model, outputs, feed, apart));
                assert!(with == apart, "{model} {outputs:?} {feed:?}");
            }
        }
    }
}

#[test]
fn more_threads_than_neurons_do_no_harm() {
    let mut rig = Rig::new(DT, Precision::F32, 3);
    let model = neuron("lif");
    let cells = rig.neurons(model, plan(model, 1, &[("i_e", 1000.0)], &[]));
    let mut running = rig.start();
    (0..100).for_each(|_| running.step());
    assert_eq!(running.world.get::<Spikes>(cells).expect("a population").total(), 1);
}

/// The step in which a neuron first fires that a spike of step 5 reaches after `delay` steps.
fn arrival(delay: u32, own_delays: bool, synapse: &str, precision: Precision) -> u64 {
    let mut rig = Rig::new(DT, precision, 1);
    let model = neuron("lif");
    let cells = rig.neurons(model, plan(model, 3, &[], &[]));
    let train = rig.train(3, &[(1, 5.0 * DT)]);
    let (receptor, weight) = match synapse {
        "delta" => (receptor("delta", &[], None), 100.0),
        other => (receptor(other, &[], Some(("current", &[]))), 1e6),
    };
    // A second synapse of the longest delay, so that the ring has more slots than the first one needs.
    let list = vec![(1, 2, weight, delay), (0, 0, weight, if own_delays { 40 } else { delay })];
    rig.wire(train, cells, receptor, Wires { list, own_delays });
    let mut running = rig.start();
    for step in 0..200 {
        running.step();
        let fired = running.fired(cells);
        if !fired.is_empty() {
            assert_eq!(fired, [2], "only the target fires");
            return step;
        }
    }
    panic!("nothing arrived");
}

#[test]
fn spikes_arrive_after_exactly_the_delay() {
    for precision in [Precision::F32, Precision::F64] {
        for own_delays in [false, true] {
            for synapse in ["delta", "exponential"] {
                for delay in [1, 2, 7, 40] {
                    assert_eq!(
                        arrival(delay, own_delays, synapse, precision),
                        5 + u64::from(delay),
                        "{synapse}, delay {delay}, own delays {own_delays}, {precision:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_spike_on_a_ring_goes_round_without_losing_a_step() {
    let mut rig = Rig::new(DT, Precision::F32, 2);
    let model = neuron("lif");
    let size = 100;
    let cells = rig.neurons(model, plan(model, size as usize, &[], &[]));
    let train = rig.train(1, &[(0, 0.0)]);
    rig.wire(train, cells, receptor("delta", &[], None), Wires::one_to_one(1, 100.0, 1));
    let ring = (0..size).map(|k| (k, (k + 1) % size, 100.0, 3)).collect();
    rig.wire(cells, cells, receptor("delta", &[], None), Wires { list: ring, own_delays: false });
    let mut running = rig.start();
    for step in 0..1000u32 {
        running.step();
        let expected: Vec<u32> = if step % 3 == 1 { vec![step / 3 % size] } else { Vec::new() };
        assert_eq!(running.fired(cells), expected, "step {step}");
    }
}

/// Neurons that fire in every step on their own.
fn restless(storage: Storage, systems: impl FnOnce(&mut Rig, Entity)) -> (Running, Entity) {
    let mut rig = Rig::new(DT, Precision::F32, 2);
    let model = neuron("lif");
    let mut plan = plan(model, 130, &[("i_e", 1e6), ("t_ref", 0.0)], &[]);
    plan.storage = storage;
    let cells = rig.neurons(model, plan);
    systems(&mut rig, cells);
    (rig.start(), cells)
}

#[test]
fn a_neuron_that_is_silenced_or_clamped_is_so_in_the_next_step_and_free_again_after() {
    for storage in [Storage::Entities, Storage::Packed] {
        let (mut running, cells) = restless(storage, |_, _| ());
        running.step();
        assert_eq!(running.fired(cells).len(), 130);
        let silent = neuron_entity(&mut running.world, cells, 70);
        let held = neuron_entity(&mut running.world, cells, 3);
        running.world.entity_mut(silent).insert(Silenced);
        running.world.entity_mut(held).insert(Clamped { v: -33.0 });
        for _ in 0..5 {
            running.step();
            let fired = running.fired(cells);
            assert!(fired.len() == 128 && !fired.contains(&70) && !fired.contains(&3), "{storage:?}");
            assert_eq!(running.value(cells, 0, 3), -33.0, "{storage:?}");
        }
        running.world.entity_mut(held).insert(Clamped { v: -44.0 });
        running.step();
        assert_eq!(running.value(cells, 0, 3), -44.0, "{storage:?}");
        running.world.entity_mut(silent).remove::<Silenced>();
        running.world.entity_mut(held).remove::<Clamped>();
        running.step();
        assert_eq!(running.fired(cells).len(), 130, "{storage:?}");
    }
}

#[test]
fn a_neuron_both_silenced_and_clamped_stays_held_until_both_are_gone() {
    let (mut running, cells) = restless(Storage::Entities, |_, _| ());
    let entity = neuron_entity(&mut running.world, cells, 9);
    running.world.entity_mut(entity).insert((Silenced, Clamped { v: -60.0 }));
    running.world.entity_mut(entity).remove::<Clamped>();
    running.step();
    assert!(!running.fired(cells).contains(&9));
    running.world.entity_mut(entity).remove::<Silenced>();
    running.step();
    assert!(running.fired(cells).contains(&9));
}

/// Silences neuron 5 in step 3 and clamps neuron 6, as any plugin would.
fn disturb(mut commands: Commands, clock: Res<Clock>, neurons: Query<(Entity, &NeuronOf)>) {
    if clock.step == 3 {
        for (entity, of) in &neurons {
            match of.index {
                5 => drop(commands.entity(entity).insert(Silenced)),
                6 => drop(commands.entity(entity).insert(Clamped { v: -50.0 })),
                _ => (),
            }
        }
    }
}

#[test]
fn markers_put_on_in_the_control_phase_act_in_the_same_step() {
    let (mut running, cells) = restless(Storage::Entities, |rig, _| {
        rig.app.add_systems(Step, disturb.in_set(Phase::Control));
    });
    for step in 0..6 {
        running.step();
        let fired = running.fired(cells);
        let all = step < 3;
        assert_eq!(
            (fired.contains(&5), fired.contains(&6), fired.contains(&7)),
            (all, all, true),
            "step {step}"
        );
    }
    assert_eq!(running.value(cells, 0, 6), -50.0);
}

/// What ordinary systems saw.
#[derive(Resource, Default)]
struct Seen {
    sum: f64,
    neurons: u32,
    firing: usize,
}

fn look(mut seen: ResMut<Seen>, neurons: Query<(&NeuronOf, &Variable<0>)>) {
    seen.neurons = neurons.iter().count() as u32;
    seen.sum = neurons.iter().map(|(_, v)| f64::from(v.0)).sum();
}

fn raise(clock: Res<Clock>, mut neurons: Query<(&NeuronOf, &mut Variable<0>)>) {
    if clock.step == 2 {
        neurons.iter_mut().filter(|(of, _)| of.index == 17).for_each(|(_, mut v)| v.0 = 0.0);
    }
}

fn count(clock: Res<Clock>, mut seen: ResMut<Seen>, populations: Query<&Spikes>) {
    seen.firing = populations.iter().map(|s| s.of(clock.step).len()).sum();
}

#[test]
fn ordinary_systems_read_and_write_neurons_as_components() {
    let mut rig = Rig::new(DT, Precision::F32, 2);
    let model = neuron("lif");
    let cells = rig.neurons(model, plan(model, 200, &[], &[("v", -66.0)]));
    rig.app.init_resource::<Seen>().add_systems(Step, look.in_set(Phase::Record));
    rig.app.add_systems(Step, (raise.in_set(Phase::Control), count.in_set(Phase::Propagate)));
    rig.app.add_systems(Observe, look);
    let mut running = rig.start();
    running.step();
    let sum: f64 = (0..200).map(|k| running.value(cells, 0, k)).sum();
    let seen = running.world.resource::<Seen>();
    assert_eq!((seen.neurons, seen.sum, seen.firing), (200, sum, 0));
    running.step();
    running.step();
    assert_eq!(
        running.fired(cells),
        [17],
        "a voltage written in the control phase of step 2 is above threshold in it"
    );
    assert_eq!(running.world.resource::<Seen>().firing, 1);
}

#[test]
fn a_neuron_that_is_taken_away_stops_the_network_with_a_message() {
    let (mut running, cells) = restless(Storage::Entities, |_, _| ());
    running.step();
    let entity = neuron_entity(&mut running.world, cells, 4);
    running.world.despawn(entity);
    let message = running.try_step().expect_err("the population lost a neuron");
    assert_eq!(
        message,
        "population `lif`: neuron 4 was taken away while the network runs; put `Silenced` on it instead"
    );
}

/// A marker that moves an entity to another table, which a sealed population cannot bear.
#[derive(Component)]
struct Moved;

#[test]
fn a_component_that_moves_a_neuron_to_another_table_is_refused_with_a_message() {
    let (mut running, cells) = restless(Storage::Entities, |_, _| ());
    running.step();
    let entity = neuron_entity(&mut running.world, cells, 4);
    running.world.entity_mut(entity).insert(Moved);
    let message = running.try_step().expect_err("the population lost its order");
    assert!(message.starts_with("population `lif`: ") && message.contains("sparse-set"), "{message}");
}

#[test]
fn a_number_that_stops_being_finite_is_named() {
    for (storage, precision) in [(Storage::Entities, Precision::F32), (Storage::Packed, Precision::F64)] {
        let mut rig = Rig::new(DT, precision, 2);
        let model = neuron("hh");
        let mut plan = plan(model, 150, &[], &[]);
        plan.storage = storage;
        plan.state[1] = Values::Each((0..150).map(|k| if k == 130 { f64::INFINITY } else { 0.05 }).collect());
        plan.name = "axons".into();
        rig.neurons(model, plan);
        let message = rig.start().try_step().expect_err("a gate is infinite");
        assert_eq!(
            message,
            "step 0 (t = 0.000000 ms): population `axons`, neuron 130: `v` stopped being finite; the last good value seen was \
             -65.000000; a smaller `dt`, weaker input or another integrator may help"
        );
    }
}

#[test]
fn a_neuron_that_runs_away_is_named_with_a_good_value_of_before() {
    let mut rig = Rig::new(1.0, Precision::F64, 1);
    let model = neuron("izhikevich");
    let mut plan = plan(model, 20, &[("v_peak", f64::INFINITY)], &[]);
    plan.state[0] = Values::Each((0..20).map(|k| if k == 7 { 100.0 } else { -65.0 }).collect());
    plan.integrator = Some("euler".into());
    let cells = rig.neurons(model, plan);
    let mut running = rig.start();
    let mut seen = vec![100.0];
    let message = loop {
        match running.try_step() {
            Ok(()) => seen.push(running.value(cells, 0, 7)),
            Err(message) => break message,
        }
    };
    let step = running.now() - 1;
    let head = format!(
        "step {step} (t = {step}.000000 ms): population `izhikevich`, neuron 7: `v` stopped being finite"
    );
    // The engine keeps good values every few steps, so it is one of those that were seen.
    let good = seen.iter().any(|v| message.contains(&format!("the last good value seen was {v:.6};")));
    assert!(message.starts_with(&head) && good, "{message}");
}

#[test]
fn each_member_of_a_team_works_alone_on_its_shard_in_every_round() {
    const ROUNDS: u64 = 2_000;
    for size in 1..=3 {
        let team = Team::new(size);
        let busy: Vec<AtomicUsize> = (0..size).map(|_| AtomicUsize::new(0)).collect();
        let mut sums = PerMember::new(vec![0u64; size]);
        for round in 0..ROUNDS {
            team.run(|member| {
                let k = member.index();
                assert_eq!(busy[k].fetch_add(1, Ordering::AcqRel), 0, "nobody else has this shard");
                sums.with(member, |sum| *sum += round);
                busy[k].fetch_sub(1, Ordering::AcqRel);
            });
            assert!(busy.iter().all(|b| b.load(Ordering::Acquire) == 0), "all are done when `run` returns");
        }
        assert!(sums.iter_mut().all(|s| *s == ROUNDS * (ROUNDS - 1) / 2));
    }
}

#[test]
fn a_team_wakes_up_after_it_has_slept() {
    let team = Team::new(3);
    let rounds = AtomicUsize::new(0);
    for _ in 0..20 {
        std::thread::sleep(std::time::Duration::from_millis(3));
        team.run(|_| {
            rounds.fetch_add(1, Ordering::Relaxed);
        });
    }
    assert_eq!(rounds.into_inner(), 60);
}

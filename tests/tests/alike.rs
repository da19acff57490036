//! Alike: a population some of whose neurons have parameters of their own gives each neuron the bits that it has among neurons like
//! itself, whichever loop advances its block.

use ecs_core::model::Precision;
use ecs_core::network::{Storage, Values};
use ecs_core::random::{Key, Purpose};
use neurons as _;
use synapses as _;
use tests::rig::{Rig, Wires, neuron, plan, receptor};

/// Blocks of every size, the last one not whole.
const SIZE: usize = 5000;
const STEPS: usize = 120;
const DT: f64 = 0.1;

/// A population: its model, the parameter that differs, where and how its neurons are driven.
struct Cells<'a> {
    model: &'a str,
    param: &'a str,
    synapse: &'a str,
    storage: (Storage, Precision),
    members: usize,
}

impl Cells<'_> {
    /// The bits of every state after some steps, and all spikes, `[neuron]`.
    fn run(&self, value: impl Fn(usize) -> f64, each: bool) -> Vec<Vec<u64>> {
        let mut rig = Rig::new(DT, self.storage.1, self.members);
        let model = neuron(self.model);
        let mut plan = plan(model, SIZE, &[], &[]);
        plan.storage = self.storage.0;
        let row = model.entry.params.iter().position(|p| p.name == self.param).expect("the model has it");
        plan.params[row] = match each {
            true => Values::Each((0..SIZE).map(value).collect()),
            false => Values::Uniform(value(0)),
        };
        let states = plan.state.len();
        let cells = rig.neurons(model, plan);
        let key = Key::new(7, 0, Purpose::Source);
        let mut events = Vec::new();
        for step in 0..STEPS as u64 {
            let fires = (0..SIZE as u32).filter(|k| key.uniform(u64::from(*k), step) < 0.1);
            events.extend(fires.map(|k| (k, step as f64 * DT)));
        }
        let train = rig.train(SIZE, &events);
        let (to, weight) = match self.synapse {
            "delta" => (receptor("delta", &[], None), 10.0),
            other => (receptor(other, &[], Some(("current", &[]))), 2000.0),
        };
        rig.wire(train, cells, to, Wires::one_to_one(SIZE as u32, weight, 1));
        let mut running = rig.start();
        let mut seen = vec![Vec::new(); SIZE];
        for step in 0..STEPS {
            running.step();
            running.fired(cells).iter().for_each(|k| seen[*k as usize].push(step as u64));
        }
        assert!(seen.iter().any(|spikes| spikes.len() > 1), "{} fires", self.model);
        for (k, seen) in seen.iter_mut().enumerate() {
            seen.extend((0..states).map(|row| running.value(cells, row, k as u32).to_bits()));
        }
        seen
    }
}

/// Two neurons of the second small block differ, and all from the edge of a small block within a large one on.
fn here_and_there(k: usize) -> usize {
    match k {
        600..602 => 1,
        4608.. => 2,
        _ => 0,
    }
}

#[test]
fn a_neuron_has_the_same_bits_among_others_as_among_its_like() {
    let cases = [
        ("lif", "t_ref", [2.0, 0.3, 1.0], "delta"),
        ("lif", "e_l", [-70.0, -69.0, -68.5], "delta"),
        ("izhikevich", "v_peak", [30.0, 20.0, 10.0], "exponential"),
        ("lif_shiu2024", "t_ref", [2.2, 0.0, 1.0], "delta"),
    ];
    for (model, param, values, synapse) in cases {
        let storage = (Storage::Packed, Precision::F32);
        let alone = Cells { model, param, synapse, storage, members: 1 };
        let alike = values.map(|value| alone.run(|_| value, false));
        let expected: Vec<&Vec<u64>> = (0..SIZE).map(|k| &alike[here_and_there(k)][k]).collect();
        for storage in [storage, (Storage::Entities, Precision::F32)] {
            for members in [1, 2, 3] {
                let mixed = Cells { storage, members, ..alone }.run(|k| values[here_and_there(k)], true);
                let differs = mixed.iter().zip(&expected).position(|(x, y)| x != *y);
                assert_eq!(differs, None, "{model} {param} {storage:?} {members}");
            }
        }
        assert!((1..3).all(|k| alike[0][600..602] != alike[k][600..602]), "{param} of {model} matters");
    }
}

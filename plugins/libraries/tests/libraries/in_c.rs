//! A plugin in C loads and runs as any other.

use std::path::Path;

use ecs_core::network::Storage;
use libraries::{check, load};

use crate::built::Folder;
use crate::network::{DT, Rig};

#[test]
fn a_neuron_in_c_keeps_its_contracts_and_fires_when_it_should() {
    let folder = Folder::new("c");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/leaky_c/leaky.c");
    let Some(path) = folder.compile(&source, "leaky", &[]) else { return };
    let library = load(&path, None).unwrap();
    assert_eq!(check(&library), []);
    let mut rig = Rig::with(&library);
    let drive = 500.0;
    let cells = rig.population(library.neurons[0], ("cells", 10), ("i_e", drive), Storage::Entities).unwrap();
    let (mut v, mut refractory, mut fired) = (-70.0_f32, 0.0, 0);
    for _ in 0..1000 {
        rig.step().unwrap();
        let moved = v + ((-70.0 - v) / 10.0 + drive as f32 / 250.0) * DT as f32;
        let spike = refractory <= 0.5 && moved >= -55.0;
        v = if spike || refractory > 0.5 { -70.0 } else { moved };
        refractory = if spike { 20.0 } else { f32::max(refractory - 1.0, 0.0) };
        fired += u64::from(spike);
        assert!((rig.value(cells, 0, 3) - f64::from(v)).abs() < 1e-3);
    }
    let spikes = rig.app.world().get::<ecs_core::network::Spikes>(cells).unwrap().total();
    assert_eq!(spikes, 10 * fired);
    assert!(fired > 3, "{fired}");
}

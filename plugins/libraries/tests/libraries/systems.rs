//! Systems of a library work on the columns they name.

use ecs_core::network::{Registry, Storage};
use libraries::{LibrariesPlugin, load};

use crate::example::adaptive;
use crate::network::{DT, Rig};

#[test]
fn the_examples_system_pulls_the_adaptation_of_adaptive_populations() {
    let library = load(adaptive(), None).unwrap();
    let (system, model) = (library.systems[0], library.neurons[0]);
    let mut rig = Rig::with(&library);
    // Without its own adaptation, the variable moves by the system alone.
    let cells = rig.population(model, ("cells", 70), ("a", 0.0), Storage::Entities).unwrap();
    let (level, tau) = (50.0, 5.0);
    assert_eq!(LibrariesPlugin::attach(rig.app.world_mut(), system, &[level, tau]), Ok(1));
    let (mut w, pull, decay) = (0.0, 1.0 - f64::exp(-DT / tau), f64::exp(-DT / 144.0));
    for _ in 0..100 {
        rig.step().unwrap();
        w = (w + (level - w) * pull) * decay;
    }
    assert!((rig.value(cells, 1, 69) - w).abs() < 1e-3 && w > 40.0, "{w}");
    LibrariesPlugin::finish(rig.app.world_mut()).unwrap();
}

#[test]
fn a_system_that_cannot_reach_its_columns_is_refused() {
    let library = load(adaptive(), None).unwrap();
    let mut rig = Rig::with(&library);
    rig.population(library.neurons[0], ("cells", 70), ("a", 0.0), Storage::Packed).unwrap();
    let error = LibrariesPlugin::attach(rig.app.world_mut(), library.systems[0], &[0.0, 5.0]).unwrap_err();
    assert_eq!(
        error,
        "system `settle`: population `cells` keeps its neurons packed; neurons that are entities are needed; set `storage = \
         \"entities\"` and single precision"
    );
}

#[test]
fn models_of_a_library_are_registered_beside_those_that_are_linked_in() {
    let library = load(adaptive(), None).unwrap();
    let mut registry = Registry::linked().unwrap();
    library.register(&mut registry).unwrap();
    let entry = registry.find::<ecs_core::model::NeuronModel>("adaptive").unwrap().entry;
    assert_eq!(entry.origin, format!("library `{}`", library.path.display()));
    let error = load(adaptive(), None).unwrap().register(&mut registry).unwrap_err().to_string();
    assert!(error.starts_with("two neurons are named `adaptive`: one from library `"), "{error}");
}

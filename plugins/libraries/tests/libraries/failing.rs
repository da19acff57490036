//! What a library does wrong while a network runs ends the run, and the words name the library, the function and the time.

use std::path::{Path, PathBuf};

use ecs_core::model::{Block, Column};
use ecs_core::network::Storage;
use libraries::{Library, check, load};

use crate::built::Folder;
use crate::example::adaptive;
use crate::network::Rig;

fn hostile(folder: &Folder, name: &str, defines: &[&str]) -> Option<(PathBuf, Library)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libraries/hostile.c");
    let path = folder.compile(&source, name, defines)?;
    let library = load(&path, None).unwrap();
    Some((path, library))
}

/// What ends a run with a model of that library.
fn end(library: &Library) -> String {
    let mut rig = Rig::with(library);
    rig.population(library.neurons[0], ("cells", 100), ("", 0.0), Storage::Entities).unwrap();
    (0..3).find_map(|_| rig.step().err()).expect("the run ends")
}

#[test]
fn a_panic_in_a_library_becomes_an_error_that_names_it() {
    let library = load(adaptive(), None).unwrap();
    let kernel =
        library.neurons[0].kernels.single("euler", ecs_core::model::instructions(), &[true; 12]).unwrap();
    let mut state = [vec![-70.0_f32; 4], vec![0.0; 4]];
    let mut state: Vec<&mut [f32]> = state.iter_mut().map(|column| &mut column[..]).collect();
    let zeros = [0.0; 4];
    // A parameter is missing, which the engine never does: the loop of the library panics.
    let params = [Column::Uniform(1.0); 5];
    kernel.advance(
        &mut Block {
            params: &params,
            state: &mut state,
            refractory: &mut [0.0; 4],
            inputs: [(&zeros, &zeros); 3],
            conducts: true,
            jump: &zeros,
            noise: &[],
            dt: 0.1,
            first: 0,
            spikes: &mut Vec::new(),
            bad: &mut None,
            marks: &mut [0; 4],
            saved: &mut [0.0; 8],
            save: false,
            registers: &mut vec![0.0; kernel.registers()],
        },
        &mut [],
    );
    let message = library.failures.take().expect("the panic was caught");
    let start =
        format!("library `{}`: neuron `adaptive`, function `advance`: panicked: ", library.path.display());
    let rest = message.strip_prefix(&start).unwrap_or_else(|| panic!("{message}"));
    assert!(
        rest.starts_with("index out of bounds: the len is 5 but the index is 5 (") && rest.contains(".rs:"),
        "{rest}"
    );
}

#[test]
fn each_failure_ends_the_run_with_the_time_of_the_step() {
    let folder = Folder::new("failing");
    let cases = [
        ("fails", "ADVANCED=SYNFIRE_STATUS_FAILED", "failed: no more luck"),
        ("panics", "ADVANCED=SYNFIRE_STATUS_PANICKED", "panicked: no more luck"),
        ("many", "SPIKES=101", "gave 101 spikes of 100 neurons"),
        ("wild", "SPIKES=5", "gave spikes that do not ascend within the block"),
    ];
    for (name, define, words) in cases {
        let Some((path, library)) = hostile(&folder, name, &[define]) else { return };
        let path = path.canonicalize().unwrap();
        let start = format!(
            "step 0 (t = 0.000000 ms): library `{}`: neuron `decay`, function `advance`",
            path.display()
        );
        assert_eq!(end(&library), format!("{start}: {words}"));
    }
}

#[test]
fn a_library_that_breaks_its_contracts_is_found_out() {
    let folder = Folder::new("contracts");
    let cases = [
        ("beside", "WILD", "writes beside the column `v`"),
        ("input", "GREEDY", "writes its input"),
        ("nan", "NOT_A_NUMBER", "`v` becomes NaN within 50 steps"),
        ("idle", "NOTHING", "after one step `v` is -70 by its kernel and -69.9"),
    ];
    for (name, define, words) in cases {
        let Some((_, library)) = hostile(&folder, name, &[define]) else { return };
        let found = check(&library);
        assert!(found.iter().any(|finding| finding.problem.contains(words)), "{name}: {found:?}");
    }
    assert_eq!(check(&load(adaptive(), None).unwrap()), []);
}

#[test]
fn a_model_without_kernels_is_run_by_its_graphs() {
    let folder = Folder::new("graphs");
    let Some((_, library)) = hostile(&folder, "graphs", &["MAKE=NULL"]) else { return };
    assert_eq!(check(&library), []);
    let mut rig = Rig::with(&library);
    let cells = rig.population(library.neurons[0], ("cells", 10), ("", 0.0), Storage::Entities).unwrap();
    (0..100).for_each(|_| rig.step().unwrap());
    // A hundred steps of forward Euler of 0.1 ms, with a time constant of 10 ms.
    assert!((rig.value(cells, 0, 9) + 70.0 * 0.99_f64.powi(100)).abs() < 1e-3);
}

//! Style: what the design says of crates and files, read from the tree itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tests::data::root;
use toml::Table;

/// Folders that hold no code of ours.
const FOREIGN: [&str; 3] = ["target", ".git", "node_modules"];

/// Every file under `folder`, by extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut all = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && FOREIGN.iter().all(|f| name != *f) {
            all.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A path as it is written from the root of the workspace.
fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Names of the crates in the drawing's order, and of the dependencies that each lists.
fn crates() -> BTreeMap<String, (PathBuf, Vec<String>)> {
    let manifests = files(&root(), "toml").into_iter().filter(|p| p.ends_with("Cargo.toml"));
    let mut all = BTreeMap::new();
    for path in manifests {
        let manifest: Table = text(&path).parse().unwrap_or_else(|e| panic!("{}: {e}", short(&path)));
        let Some(name) = manifest.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str()) else {
            continue;
        };
        let listed = ["dependencies", "dev-dependencies", "build-dependencies"].into_iter();
        let listed = listed.filter_map(|kind| manifest.get(kind)?.as_table()).flat_map(|t| t.keys().cloned());
        all.insert(name.to_owned(), (path, listed.collect()));
    }
    all
}

/// How high a crate stands in the drawing of the design, by its folder; arrows point down only.
fn height(path: &Path) -> u32 {
    let folder = short(path);
    match folder.split('/').next().unwrap_or_default() {
        "ecs_core" => 0,
        "neurons" | "channels" | "synapses" | "ops_cuda" => 1,
        "plugins" => 2,
        "scenarios" => 3,
        "tests" | "benches" => 4,
        other => panic!("`{other}` has no place in the drawing of crates: change the design first"),
    }
}

/// The arrow between siblings that the design allows: neurons are assembled from channels.
const SIBLINGS: (&str, &str) = ("neurons", "channels");

#[test]
fn arrows_between_crates_point_down() {
    let crates = crates();
    assert!(crates.len() > 8, "the crates are found: {:?}", crates.keys());
    for (name, (path, dependencies)) in &crates {
        for on in dependencies {
            let Some((below, _)) = crates.get(on) else { continue };
            let plugins = height(path) == 2 && height(below) == 2;
            let allowed = height(path) > height(below) || plugins || (name.as_str(), on.as_str()) == SIBLINGS;
            assert!(allowed, "`{name}` depends on `{on}`, which the drawing of crates does not allow");
        }
    }
}

#[test]
fn the_core_knows_no_file_format_and_no_device() {
    let (_, dependencies) = &crates()["ecs_core"];
    // `libc` asks the system for large pages, and for nothing else.
    let allowed = ["arrayvec", "bevy_app", "bevy_ecs", "inventory", "libc"];
    let extra: Vec<_> = dependencies.iter().filter(|d| !allowed.contains(&d.as_str())).collect();
    assert!(extra.is_empty(), "ecs_core depends on {extra:?}");
}

/// Every source file of the crates that hold models.
fn model_crates() -> Vec<PathBuf> {
    ["neurons", "channels", "synapses"]
        .iter()
        .flat_map(|f| files(&root().join(f).join("src"), "rs"))
        .collect()
}

/// The files among them that declare a model, rather than a source, which draws its spikes.
fn model_files() -> Vec<PathBuf> {
    let declares = |path: &PathBuf| ["model! {", "membrane! {"].iter().any(|word| text(path).contains(word));
    let models: Vec<_> = model_crates().into_iter().filter(declares).collect();
    assert!(models.len() > 12, "the models are found: {models:?}");
    models
}

#[test]
fn every_model_file_names_its_source_and_shows_its_equations() {
    for path in model_files() {
        let text = text(&path);
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(
            head.iter().any(|line| line.starts_with("//! Source: ")),
            "{} names no `Source:`",
            short(&path)
        );
        assert!(
            head.iter().any(|line| line.starts_with("//! ```text")),
            "{} shows no equations",
            short(&path)
        );
    }
}

#[test]
fn model_crates_hold_no_unsafe_no_cfg_and_no_files() {
    for path in model_crates() {
        let text = text(&path);
        for word in ["unsafe", "#[cfg", "cfg!", "std::fs", "std::io", "println!"] {
            assert!(!text.contains(word), "{} holds `{word}`", short(&path));
        }
    }
}

#[test]
fn models_compute_by_the_number_trait_alone() {
    for path in model_files() {
        let text = text(&path);
        for word in ["std::f32", "f32::", ".powf(", ".powi(", ".sin(", ".mul_add("] {
            assert!(!text.contains(word), "{} holds `{word}`", short(&path));
        }
    }
}

/// The longest a file may get before it is split by noun.
const LINES: usize = 500;
/// The interface of plugins, which people read as one page, as they read its header.
const WHOLE: &str = "plugins/abi/src/lib.rs";
/// The longest the README may get.
const README: usize = 150;

#[test]
fn no_file_is_too_long() {
    for path in files(&root(), "rs").iter().filter(|path| short(path) != WHOLE) {
        let path = path.as_path();
        let lines = text(path).lines().count();
        assert!(lines <= LINES, "{} has {lines} lines, more than {LINES}", short(path));
    }
    let readme = root().join("README.md");
    if readme.exists() {
        let lines = text(&readme).lines().count();
        assert!(lines <= README, "README.md has {lines} lines, more than {README}");
    }
}

#[test]
fn every_file_says_what_it_is() {
    let written = files(&root(), "rs").into_iter().filter(|path| !short(path).contains("/examples/"));
    for path in written {
        assert!(text(&path).starts_with("//! "), "{} begins without a sentence", short(&path));
    }
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not hold the words itself.
    let forbidden = [["to", "do!("], ["unimple", "mented!("], ["#[ig", "nore"], ["TO", "DO"], ["FIX", "ME"]]
        .map(|w| w.concat());
    for path in files(&root(), "rs") {
        let text = text(&path);
        for word in &forbidden {
            assert!(!text.contains(word.as_str()), "{} holds `{word}`", short(&path));
        }
    }
}

#[test]
fn no_file_is_named_after_nothing() {
    let forbidden = ["utils", "helpers", "common", "manager", "part2", "misc"];
    for path in files(&root(), "rs") {
        let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        assert!(!forbidden.contains(&stem.as_str()), "{} is named after nothing", short(&path));
    }
}

#[test]
fn every_crate_follows_the_lints_of_the_workspace() {
    for (name, (path, _)) in crates() {
        let manifest: Table = text(&path).parse().expect("it was read before");
        let follows = manifest.get("lints").and_then(|l| l.get("workspace")).and_then(|w| w.as_bool());
        assert_eq!(follows, Some(true), "`{name}` has lints of its own");
    }
}

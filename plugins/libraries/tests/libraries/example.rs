//! The example plugin, built by cargo as the program is that loads it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The file of the library.
pub fn adaptive() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--locked", "--package", "adaptive_example", "--message-format=json"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let lines = String::from_utf8(built.stdout).unwrap();
        let messages = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let mut artifacts = messages.filter(|m| m["target"]["name"] == "adaptive_example" && m["filenames"].is_array());
        let artifact = artifacts.next().expect("cargo tells of every artifact");
        let files = artifact["filenames"].as_array().unwrap().iter().map(|file| file.as_str().unwrap());
        let library = std::env::consts::DLL_EXTENSION;
        files.map(PathBuf::from).find(|file| file.extension().is_some_and(|e| e == library)).unwrap()
    })
}

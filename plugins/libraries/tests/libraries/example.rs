//! The example plugin, built by cargo as the program is that loads it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The file of the library.
pub fn adaptive() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--locked", "--package", "adaptive_example", "--message-format=json"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let lines = String::from_utf8_lossy(&built.stdout);
        let messages = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut libraries = messages.filter_map(|message| artifact(&message));
        libraries.next().expect("cargo tells of every artifact")
    })
}

/// The library that a message of cargo tells of.
fn artifact(message: &Value) -> Option<PathBuf> {
    let files =
        message["filenames"].as_array().filter(|_| message["target"]["name"] == "adaptive_example")?;
    let mut files = files.iter().filter_map(|file| file.as_str()).map(PathBuf::from);
    files.find(|file| file.extension().is_some_and(|e| e == std::env::consts::DLL_EXTENSION))
}

//! `synfire plugin`: a crate to begin with, and a look at a library before it is trusted.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ecs_core::registry::Entry;
use libraries::{Library, load};

use crate::{console, exit};

const MANIFEST: &str = include_str!("plugin/manifest.txt");
const LIBRARY: &str = include_str!("plugin/library.txt");
const MODEL: &str = include_str!("plugin/model.txt");

/// Writes a crate that builds and passes its own test.
pub fn new(name: &str, sdk: Option<&Path>) -> u8 {
    match written(name, sdk) {
        Ok(folder) => {
            let folder = folder.display();
            console::out(&format!(
                "{folder} is written.\n  cd {folder} && cargo test && cargo build --release\n  \
                 synfire plugin check ./target/release/lib{name}.so\n  \
                 synfire run SCENARIO.toml --plugin ./target/release/lib{name}.so\n"
            ));
            exit::OK
        }
        Err(why) => {
            console::err(&format!("error: {why}\n"));
            exit::WRONG
        }
    }
}

fn written(name: &str, sdk: Option<&Path>) -> Result<PathBuf, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) || name.len() > 60 {
        return Err(format!(
            "`{name}` cannot be the name of a plugin; lower-case letters, digits and `_`, at most 60, are allowed"
        ));
    }
    let sdk =
        sdk.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/sdk"), Path::to_owned);
    let sdk = sdk.canonicalize().ok().filter(|sdk| sdk.join("Cargo.toml").is_file());
    let sdk = sdk.ok_or("the plugin SDK is not where this program was built; say `--sdk FOLDER`, with the folder `plugins/sdk` of Synfire's source")?;
    let folder = PathBuf::from(name);
    if folder.exists() {
        return Err(format!("`{name}` exists; nothing was written; choose another name, or remove it"));
    }
    let core = sdk.join("../../ecs_core");
    let core = core.canonicalize().map_err(|e| format!("{}: {e}", core.display()))?;
    let type_name: String = name.split('_').map(capital).collect();
    let fill = |text: &str| {
        text.replace("NAME", name)
            .replace("TYPE", &type_name)
            .replace("SDK", &sdk.display().to_string())
            .replace("CORE", &core.display().to_string())
    };
    let files = [
        ("Cargo.toml".to_owned(), fill(MANIFEST)),
        ("src/lib.rs".to_owned(), fill(LIBRARY)),
        (format!("src/{name}.rs"), fill(MODEL)),
        (".gitignore".to_owned(), "target\n".to_owned()),
    ];
    fs::create_dir_all(folder.join("src")).map_err(|e| format!("{}: {e}", folder.display()))?;
    for (file, text) in files {
        fs::write(folder.join(&file), text).map_err(|e| format!("{name}/{file}: {e}"))?;
    }
    Ok(folder)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Loads a library, says what it brings, and runs the contracts of models on it.
pub fn check(file: &Path) -> u8 {
    let library = match load(file, None) {
        Ok(library) => library,
        Err(wrong) => {
            console::err(&format!("error: {wrong}\n"));
            return exit::WRONG;
        }
    };
    console::out(&offers(&library));
    let findings = libraries::check(&library);
    for finding in &findings {
        console::err(&format!("error: {}: {}\n", finding.model, finding.problem));
    }
    if findings.is_empty() {
        console::out(
            "every model keeps its contracts: finite, derivatives as differences, loops as graphs, nothing else touched\n",
        );
        return exit::OK;
    }
    exit::FAILED
}

fn offers(library: &Library) -> String {
    let mut text = format!(
        "{} {}\n  file    {}\n  sha256  {}\n",
        library.name,
        library.version,
        library.path.display(),
        library.sha256
    );
    for entry in library.entries() {
        let what = entry.kind.plural();
        writeln!(text, "  {what:<18} {:<18} {}", entry.name, first_line(&entry))
            .expect("a string takes all text");
    }
    text
}

fn first_line(entry: &Entry) -> String {
    let line = entry.doc.lines().next().unwrap_or_default();
    line.trim_start_matches("//!").trim().to_owned()
}

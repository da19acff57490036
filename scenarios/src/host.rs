//! Host: what a scenario may use besides what it defines itself: linked models, and shared libraries that the user allowed.
//!
//! A scenario alone never runs code. What its section `[plugins]` names is loaded only where the user said so on the command
//! line, for all libraries or for those with a stated SHA-256.

use std::path::Path;

use ecs_core::network::{Duplicate, Registry};
use libraries::{Library, LoadError, Reason, load, sha256_of};

use crate::diagnostic::{Problem, Span};
use crate::reader::{Fields, Reader};
use crate::tree::{Node, Tree, shorten};

/// Larger files are not looked into: that happens before anybody has allowed them.
const LARGEST_LIBRARY: u64 = 256 << 20;

/// Each is read whole, to know what it is; more are an attack.
const MOST_LIBRARIES: usize = 64;

/// Which libraries of a scenario may be loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Allow {
    /// None.
    #[default]
    Nothing,
    /// All.
    Everything,
    /// Those of these SHA-256.
    These(Vec<String>),
}

/// Linked models, libraries, and what the user allows.
#[derive(Clone, Default)]
pub struct Host {
    /// Everything that can be named.
    pub registry: Registry,
    /// Libraries that are loaded.
    pub libraries: Vec<Library>,
    /// Which others a scenario may load.
    pub allow: Allow,
}

impl From<&Registry> for Host {
    fn from(registry: &Registry) -> Self {
        Self { registry: registry.clone(), ..Self::default() }
    }
}

/// Why a library does not join.
enum Refused {
    Load(LoadError),
    Twice(Duplicate),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::Load(error) => error.fmt(f),
            Refused::Twice(error) => write!(f, "{error}; rename one of them"),
        }
    }
}

impl Host {
    /// Everything that is linked into the program.
    ///
    /// # Errors
    /// Two linked crates use one name.
    pub fn linked() -> Result<Self, Duplicate> {
        Ok(Self { registry: Registry::linked()?, ..Self::default() })
    }

    /// Loads a library that the user named.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn load(&mut self, path: &Path) -> Result<(), String> {
        self.join(path, None).map_err(|refused| refused.to_string())
    }

    fn join(&mut self, path: &Path, sha256: Option<&str>) -> Result<(), Refused> {
        let same = |library: &Library| path.canonicalize().is_ok_and(|path| path == library.path);
        let known = self.libraries.iter().find(|library| same(library));
        if known
            .is_some_and(|library| sha256.is_none_or(|stated| library.sha256.eq_ignore_ascii_case(stated)))
        {
            return Ok(());
        }
        let library = load(path, sha256).map_err(Refused::Load)?;
        library.register(&mut self.registry).map_err(Refused::Twice)?;
        self.libraries.push(library);
        Ok(())
    }

    fn allows(&self, sha256: &str) -> bool {
        match &self.allow {
            Allow::Nothing => false,
            Allow::Everything => true,
            Allow::These(stated) => stated.iter().any(|stated| stated.eq_ignore_ascii_case(sha256)),
        }
    }
}

/// Loads what the section `[plugins]` names; what is wrong with it is reported.
pub(crate) fn plugins(fields: &Fields<'_>, host: &mut Host) {
    fields.check(&[]);
    let Some(node) = fields.get("libraries") else { return };
    let place = fields.place_of("libraries");
    let Tree::List(items) = &node.tree else {
        fields.reader.wrong_form(node, &place, "a list of files", "write `libraries = [\"./libNAME.so\"]`");
        return;
    };
    if items.len() > MOST_LIBRARIES {
        let problem = Problem::new(&place, format!("{} libraries", items.len()))
            .allowed(format!("up to {MOST_LIBRARIES}"))
            .advice("remove those that the scenario does not need");
        return fields.reader.error(node.span, problem);
    }
    for item in items {
        if let Some(named) = Named::of(fields.reader, item, &place) {
            named.join(fields.reader, host, &place);
        }
    }
}

/// A library as a scenario names it.
struct Named<'a> {
    path: &'a str,
    sha256: Option<&'a str>,
    span: Span,
}

impl<'a> Named<'a> {
    fn of(reader: &Reader<'_>, node: &'a Node, place: &str) -> Option<Self> {
        let row = |name: &str| match &node.tree {
            Tree::Table(rows) => {
                rows.iter().find(|(key, _)| key.name == name).and_then(|(_, node)| node.text())
            }
            _ => None,
        };
        let named =
            Self { path: node.text().or(row("path")).unwrap_or(""), sha256: row("sha256"), span: node.span };
        if named.path.is_empty() {
            let advice = "write `\"./libNAME.so\"`, or `{ path = \"./libNAME.so\", sha256 = \"...\" }`";
            reader.wrong_form(node, place, "the path of a library", advice);
            return None;
        }
        Some(named)
    }

    fn join(&self, reader: &Reader<'_>, host: &mut Host, place: &str) {
        let refuse = |found: String, allowed: &str, advice: &str| {
            reader.error(self.span, Problem::new(place, found).allowed(allowed).advice(advice));
        };
        let shown = shorten(self.path);
        let refuse_because = |reason: &Reason| {
            let words = reason.to_string();
            let mut parts = words.splitn(3, "; ").chain(["", ""]);
            let mut next = || parts.next().unwrap_or_default();
            refuse(format!("library `{shown}` {}", next()), next(), next());
        };
        if !self.path.contains(['/', '\\']) {
            return refuse_because(&Reason::Bare);
        }
        let path = reader.base.join(self.path);
        if std::fs::metadata(&path).is_ok_and(|file| !could_be_library(&file)) {
            let allowed = format!("ordinary files of 1 byte to {} MiB", LARGEST_LIBRARY >> 20);
            return refuse(
                format!("`{shown}` is no library"),
                &allowed,
                "name a file such as `./libNAME.so`",
            );
        }
        let sha256 = match sha256_of(&path) {
            Ok(sha256) => sha256,
            Err(error) => return refuse_because(&error.reason),
        };
        if !host.allows(&sha256) {
            let found = format!("`{shown}` is code, which a scenario alone does not run");
            let allowed = "`--allow-plugins`, or `--allow-plugins=SHA256` for this file only";
            let advice = format!("if you trust it, run with `--allow-plugins={sha256}`");
            return refuse(found, allowed, &advice);
        }
        match host.join(&path, self.sha256.or(Some(&sha256))) {
            Err(Refused::Load(error)) => refuse_because(&error.reason),
            Err(Refused::Twice(twice)) => {
                refuse(twice.to_string(), "names that nothing else has", "rename one of them");
            }
            Ok(()) => {}
        }
    }
}

/// Devices and pipes, which claim to hold nothing, may give bytes without end, or none for ever.
fn could_be_library(file: &std::fs::Metadata) -> bool {
    file.is_file() && (1..=LARGEST_LIBRARY).contains(&file.len())
}

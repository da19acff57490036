//! Error: why a library is not loaded.

use std::fmt;
use std::path::PathBuf;

use abi::{ENTRY, MAGIC, MAJOR, MINOR};

use crate::file::Format;

/// A library that was not loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadError {
    /// The file, as it was given.
    pub path: PathBuf,
    /// Why.
    pub reason: Reason,
}

/// Why a library is not loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// A name without a folder, which a loader would look for in places that nobody named.
    Bare,
    /// The file cannot be read.
    Unreadable(String),
    /// The file is no library of any kind.
    NoLibrary,
    /// The file is a library of another machine or system.
    Foreign {
        /// What was found.
        found: Format,
        /// What runs here.
        here: Format,
    },
    /// The file ends before its last part.
    Truncated {
        /// Bytes there are.
        found: u64,
        /// Bytes its header speaks of.
        needed: u64,
    },
    /// The file's content is not the one that was stated.
    Digest {
        /// SHA-256 that was stated.
        stated: String,
        /// SHA-256 of the file.
        found: String,
    },
    /// The system refuses it.
    Loader(String),
    /// It does not export the function of a plugin.
    NoEntry,
    /// The function of a plugin gives nothing.
    NoDescriptor,
    /// What it gives is no descriptor.
    Magic(u64),
    /// Built against another interface.
    Major(u32),
    /// Built against a newer interface.
    Minor(u32),
    /// Another number of structures.
    Structures(usize),
    /// A structure of another size.
    Size {
        /// The structure.
        structure: &'static str,
        /// Bytes in the library.
        found: u32,
        /// Bytes here.
        expected: u32,
    },
    /// It could not give its tables.
    Open(String),
    /// Something in its tables is wrong.
    Content {
        /// Where.
        place: String,
        /// What was found, what is allowed, what to do.
        problem: String,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "library `{}`: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for LoadError {}

const REBUILD: &str = "build the plugin anew against this version of Synfire";

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare => {
                write!(
                    out,
                    "is a bare name; a path with a folder is needed, so that no other folder is searched; write `./NAME`"
                )
            }
            Self::Unreadable(why) => {
                write!(
                    out,
                    "cannot be read ({why}); a shared library is needed; correct the path, or build the plugin"
                )
            }
            Self::NoLibrary => write!(
                out,
                "is neither ELF nor Mach-O nor PE; a shared library is needed; give the file that the build of the plugin made"
            ),
            Self::Foreign { found, here } => {
                write!(out, "is {found}; {here} is needed; build the plugin for this machine")
            }
            Self::Truncated { found, needed } => {
                write!(
                    out,
                    "has {found} bytes and its header speaks of {needed}; a whole file is needed; copy it again"
                )
            }
            Self::Digest { stated, found } => write!(
                out,
                "has SHA-256 {found}, and {stated} was stated; the stated file is needed; find out why it changed before you \
                 state the new one"
            ),
            Self::Loader(why) => {
                write!(
                    out,
                    "is refused by the system ({why}); all it depends on is needed; install that or link it in"
                )
            }
            Self::NoEntry => write!(
                out,
                "exports no `{ENTRY}`; a plugin of Synfire is needed; write `sdk::plugin! {{ ... }}` in its `lib.rs`, or define \
                 the function in C"
            ),
            Self::NoDescriptor => {
                write!(
                    out,
                    "`{ENTRY}` gives a null pointer; a descriptor is needed; return the address of one"
                )
            }
            Self::Magic(found) => write!(
                out,
                "its descriptor starts with {found:#018x}; {MAGIC:#018x} is needed; start it with `SYNFIRE_MAGIC`"
            ),
            Self::Major(found) => {
                write!(out, "was built against interface {found}; {MAJOR}.{MINOR} is needed; {REBUILD}")
            }
            Self::Minor(found) => write!(
                out,
                "was built against interface {MAJOR}.{found}; up to {MAJOR}.{MINOR} is allowed; use a newer Synfire, or {REBUILD}"
            ),
            Self::Structures(found) => {
                write!(out, "knows {found} structures; {} are needed; {REBUILD}", abi::STRUCTURES)
            }
            Self::Size { structure, found, expected } => write!(
                out,
                "its structure `{structure}` has {found} bytes; {expected} are needed; {REBUILD}, without packing of structures"
            ),
            Self::Open(why) => {
                write!(out, "its function `open` {why}; tables are needed; correct the plugin")
            }
            Self::Content { place, problem } => write!(out, "{place}: {problem}"),
        }
    }
}

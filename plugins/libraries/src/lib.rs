//! Shared libraries: plugins that are loaded while the program runs and meet it at the C interface of [`abi`] only.
//!
//! [`load`] opens one file from an explicit path, checks what it says of itself before anything else in it is called, checks
//! its tables before anything in them is used, and gives models that are registered like those that are linked in. A library
//! stays for the life of the program. Loading one is running a program: there is no sandbox, and a library that writes where
//! it must not can do any harm; [`check()`] finds the usual ways.
//!
//! A function of a plugin that fails or panics ends the run with an error that names the library, the function and the time:
//! [`LibrariesPlugin`] raises it.

pub use channel::ChannelModel;
pub use check::{Finding, check};
pub use error::{LoadError, Reason};
pub use failure::Failures;
pub use library::{Library, load, sha256_of};
pub use plugin::LibrariesPlugin;
pub use system::SystemModel;

mod block;
mod canary;
mod channel;
mod check;
mod connector;
mod edges;
mod error;
mod failure;
mod file;
mod library;
mod neuron;
mod open;
mod operator;
mod plugin;
mod read;
mod registered;
mod rule;
mod synapse;
mod system;

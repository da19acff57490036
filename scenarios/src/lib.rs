//! Scenarios: the TOML that describes a run, read, checked and typed.

pub mod assemble;
pub mod circuit;
mod coupling;
pub mod diagnostic;
pub mod estimate;
mod head;
mod host;
mod json_schema;
mod keys;
mod matrix;
mod models;
mod nearest;
mod observe;
pub mod outcome;
mod overrides;
mod parse;
mod part;
mod place;
mod population;
pub mod protocol;
mod quantity;
mod reader;
pub mod schema;
mod selection;
mod set;
pub mod simulate;
mod tree;
mod validate;
pub mod weights;
mod wiring;

use channels as _;
use differentiation as _;
use event_driven as _;
use jit_connectivity as _;
use neurons as _;
use stimulation as _;
use synapses as _;
use training as _;

pub use host::{Allow, Host};
pub use json_schema::json_schema;
pub use overrides::Override;
pub use parse::{LARGEST_FILE, load, parse};

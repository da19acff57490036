//! Scenarios: the TOML that describes a run, read, checked and typed.

pub mod diagnostic;
mod head;
mod json_schema;
mod keys;
mod nearest;
mod observe;
mod overrides;
mod parse;
mod part;
mod population;
mod quantity;
mod reader;
pub mod schema;
mod selection;
mod tree;
mod validate;
mod wiring;

pub use json_schema::json_schema;
pub use overrides::Override;
pub use parse::{LARGEST_FILE, load, parse};
pub use reader::Catalogue;

//! Reads SONATA circuits into plain structs: populations, projections, inputs, and how long to simulate.
//!
//! It reads files and nothing else: it knows no model, no engine and no scenario, and all numbers keep the units of
//! the files, with times in ms. Cost: once, while loading; 16 ms for 88 thousand edges.
//!
//! ```no_run
//! let circuit = sonata::Circuit::read("300_intfire/config.json".as_ref())?;
//! for edges in &circuit.projections {
//!     let (source, target) = (edges.source_ids[0], edges.target_ids[0]);
//!     let (weight, delay_ms) = (edges.weight[0], edges.delay_ms[0]);
//!     // ...
//! }
//! # Ok::<(), sonata::SonataError>(())
//! ```
//!
//! Source: Dai et al. 2020, doi:10.1371/journal.pcbi.1007696, and the SONATA developer guide.
//! Departure: cells with morphology keep their attributes, but the files of their channels are not opened.

#![forbid(unsafe_code)]

mod circuit;
mod column;
mod component;
mod edges;
mod error;
pub mod hdf5;
mod input;
mod manifest;
mod node_set;
mod nodes;
mod section;
mod simulation;
mod spikes;
mod type_table;

pub use circuit::Circuit;
pub use column::{Column, Value};
pub use component::{Components, ModelFile};
pub use edges::{EdgeType, Edges, read_edges};
pub use error::SonataError;
pub use input::{CurrentClamp, SpikeInput};
pub use node_set::Selection;
pub use nodes::{CellGroup, Population, read_nodes};
pub use simulation::{Output, Report, Run};
pub use spikes::{Spikes, read_spikes};

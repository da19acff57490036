//! Ion channels, one file each: gates, current, units, source. Neurons are assembled from them.

pub mod k_hh;
pub mod k_traub;
pub mod leak;
pub mod leak_cell;
pub mod na_hh;
pub mod na_traub;

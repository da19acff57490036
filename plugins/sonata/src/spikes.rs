//! Spike files: trains that drive a circuit, and the trains that it gave elsewhere.
//!
//! Three layouts occur: `/spikes/gids` with `/spikes/timestamps`, which knows no populations;
//! `/spikes/<population>/node_ids` with `timestamps`; and a space-separated table `timestamps population node_ids`,
//! which may lack its header, and then has no populations.

use crate::error::{Result, SonataError};
use crate::hdf5::{self, Hdf5File};
use std::path::Path;

/// The spikes of one population, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spikes {
    /// The population; `None` where the layout of the file knows none.
    pub population: Option<String>,
    /// Which cell fired, `[spike]`.
    pub node_ids: Vec<u32>,
    /// When, `[spike]`.
    pub times_ms: Vec<f64>,
}

impl Spikes {
    /// The number of spikes.
    pub fn len(&self) -> usize {
        self.times_ms.len()
    }

    /// True without spikes.
    pub fn is_empty(&self) -> bool {
        self.times_ms.is_empty()
    }
}

/// Reads a spike file, HDF5 or `.csv`; one element for each population.
///
/// # Errors
/// Names the file and the dataset or line that is absent or does not fit.
pub fn read_spikes(path: &Path) -> Result<Vec<Spikes>> {
    match path.extension().is_some_and(|extension| extension == "csv") {
        true => read_table(path),
        false => read_hdf5(path),
    }
}

fn read_hdf5(path: &Path) -> Result<Vec<Spikes>> {
    let file = hdf5::open(path)?;
    if file.datasets("/spikes")?.iter().any(|name| name == "timestamps") {
        return Ok(vec![read_group(&*file, "/spikes", None)?]);
    }
    let populations = file.groups("/spikes")?;
    if populations.is_empty() {
        return Err(file.absent("/spikes/timestamps"));
    }
    let read = |name: String| read_group(&*file, &format!("/spikes/{name}"), Some(name));
    populations.into_iter().map(read).collect()
}

fn read_group(file: &dyn Hdf5File, group: &str, population: Option<String>) -> Result<Spikes> {
    let present = file.datasets(group)?;
    let old = present.iter().any(|name| name == "gids");
    let ids = format!("{group}/{}", if old { "gids" } else { "node_ids" });
    let times = format!("{group}/timestamps");
    let node_ids = file.read_u32(&ids)?;
    let times_ms = file.read_f64(&times)?;
    file.check_length(&times, times_ms.len(), &ids, node_ids.len())?;
    let unit = file.attribute(&times, "units")?.unwrap_or_else(|| "ms".into());
    if !["ms", "milliseconds", "millisecond"].contains(&unit.as_str()) {
        return Err(file.unfit(&times, &format!("units `{unit}`"), "`ms` or `milliseconds`"));
    }
    if let Some(row) = times_ms.iter().position(|time| !time.is_finite()) {
        return Err(file.unfit(&times, &format!("row {row} is {}", times_ms[row]), "times are finite"));
    }
    Ok(Spikes { population, node_ids, times_ms })
}

fn read_table(path: &Path) -> Result<Vec<Spikes>> {
    let text =
        std::fs::read_to_string(path).map_err(SonataError::io(path, "a table of spikes is needed here"))?;
    let mut trains: Vec<Spikes> = Vec::new();
    let mut columns = ["timestamps", "node_ids"].as_slice();
    for (number, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        match fields.as_slice() {
            ["timestamps", "population", "node_ids"] => columns = &["timestamps", "population", "node_ids"],
            ["timestamps", "node_ids"] | [] => {}
            fields => {
                let spike = parse(fields, columns.len()).ok_or_else(|| {
                    let remedy = format!("a line is `{}`, separated by spaces", columns.join(" "));
                    SonataError::new(path, format!("line {}", number + 1), format!("`{line}`"), remedy)
                })?;
                push(&mut trains, spike);
            }
        }
    }
    Ok(trains)
}

/// Time, population and cell of one line.
fn parse<'a>(fields: &[&'a str], width: usize) -> Option<(f64, Option<&'a str>, u32)> {
    let (time, population, id) = match (fields, width) {
        ([time, population, id], 3) => (time, Some(*population), id),
        ([time, id], 2) => (time, None, id),
        _ => return None,
    };
    let time = time.parse().ok().filter(|time: &f64| time.is_finite())?;
    Some((time, population, id.parse().ok()?))
}

fn push(trains: &mut Vec<Spikes>, (time, population, id): (f64, Option<&str>, u32)) {
    let at = trains.iter().position(|train| train.population.as_deref() == population).unwrap_or_else(|| {
        trains.push(Spikes { population: population.map(str::to_string), ..Spikes::default() });
        trains.len() - 1
    });
    trains[at].times_ms.push(time);
    trains[at].node_ids.push(id);
}

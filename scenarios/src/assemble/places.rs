//! Places: the spaces of populations, from their keys and data files.

use std::path::Path;
use std::sync::Arc;

use ecs_core::network::{Placement, Point, Space};
use ecs_core::random::{Key, Purpose};

use crate::diagnostic::{Diagnostics, Problem};
use crate::schema::{Place, Population, Positions, Scenario};

/// The space of each population that has one.
///
/// # Errors
/// Files of positions that cannot be read or do not fit, all at once.
pub fn spaces(scenario: &Scenario) -> Result<Vec<Option<Space>>, Diagnostics> {
    let mut refused = Diagnostics::new(scenario.origin.clone());
    let mut spaces = Vec::new();
    for (index, population) in scenario.populations.iter().enumerate() {
        let made = population
            .place
            .as_ref()
            .map(|place| (space(population, place, scenario.run.seed, index), place));
        spaces.push(match made {
            None => None,
            Some((Ok(space), _)) => Some(space),
            Some((Err(found), place)) => {
                let problem = Problem::new(format!("population.{}.positions", population.name), found);
                refused.error(place.span, problem);
                None
            }
        });
    }
    if refused.has_errors() { Err(refused) } else { Ok(spaces) }
}

fn space(population: &Population, place: &Place, seed: u64, index: usize) -> Result<Space, String> {
    let periodic = place.periodic;
    let sides = |lengths: &[f64]| std::array::from_fn(|axis| lengths.get(axis).copied().unwrap_or(0.0));
    let extent = place.extent.as_deref();
    let placement = match &place.positions {
        Positions::File(file) => {
            return listed(file, population.size, extent.map(|e| (sides(e), e.len())), periodic);
        }
        Positions::Random => Placement::Random(Key::new(seed, index as u32, Purpose::Position)),
        Positions::Grid(counts) => {
            Placement::Grid(std::array::from_fn(|axis| counts.get(axis).copied().unwrap_or(1)))
        }
    };
    let extent = extent.expect("a grid and random positions have an extent");
    let (axes, channels) = (extent.len(), place.channels);
    Ok(Space { placement, axes, origin: [0.0; 3], extent: sides(extent), periodic, channels })
}

/// Columns of a file of positions, and mm of their unit.
const COLUMNS: [([&str; 3], f64); 2] = [(["x_mm", "y_mm", "z_mm"], 1.0), (["x_um", "y_um", "z_um"], 1e-3)];

fn listed(file: &Path, size: usize, extent: Option<(Point, usize)>, periodic: bool) -> Result<Space, String> {
    let table = tables::read(file).map_err(|e| e.to_string())?;
    let has = |name: &str| table.columns().iter().any(|(known, _)| known == name);
    let (names, unit) = COLUMNS.into_iter().find(|(names, _)| has(names[0])).unwrap_or(COLUMNS[0]);
    let axes = names.iter().take_while(|name| has(name)).count().max(1);
    let mut points = vec![[0.0; 3]; table.rows()];
    for (axis, name) in names[..axes].iter().enumerate() {
        let column = table.numbers(name).map_err(|e| e.to_string())?;
        if let Some(row) = column.iter().position(|x| !x.is_finite()) {
            return Err(format!(
                "`{}`: column `{name}`, row {row} (from 0) is {}; finite numbers are allowed; correct the file",
                file.display(),
                column[row]
            ));
        }
        points.iter_mut().zip(column.iter()).for_each(|(point, x)| point[axis] = x * unit);
    }
    if points.len() != size {
        return Err(format!(
            "`{}` has {} rows for {size} neurons; a row for each neuron is allowed; complete the file or set `size`",
            file.display(),
            points.len()
        ));
    }
    let fold = |start: f64, pick: fn(f64, f64) -> f64| {
        [0, 1, 2].map(|axis| points.iter().map(|point| point[axis]).fold(start, pick))
    };
    let (low, high) = (fold(f64::INFINITY, f64::min), fold(f64::NEG_INFINITY, f64::max));
    let (origin, extent) = match extent {
        None if periodic => {
            return Err(
                "positions from a file in a periodic space; its sides are needed; give `extent`".into()
            );
        }
        None => (low, [0, 1, 2].map(|axis| high[axis] - low[axis])),
        Some((extent, given)) => {
            let outside = (0..3).any(|axis| low[axis] < 0.0 || high[axis] > extent[axis]);
            if given != axes || outside {
                return Err(format!(
                    "`{}` has positions outside `extent`, or on other axes; 0 up to the side is allowed on each of {given} axes; \
                     move them or enlarge `extent`",
                    file.display()
                ));
            }
            ([0.0; 3], extent)
        }
    };
    Ok(Space { placement: Placement::Listed(Arc::from(points)), axes, origin, extent, periodic, channels: 1 })
}

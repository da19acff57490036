//! Validate: what only the whole scenario shows.

use std::collections::BTreeMap;

use ecs_core::registry::Kind;

use crate::diagnostic::Problem;
use crate::keys::MOST_NEURONS;
use crate::reader::Reader;
use crate::schema::Scenario;

/// Checks that need more than one section, and warns of what is allowed but probably not meant.
pub(crate) fn whole(reader: &Reader<'_>, scenario: &Scenario) {
    total_size(reader, scenario);
    same_names(reader, scenario);
    unheard_sources(reader, scenario);
}

/// Neurons are counted together in 32 bits.
fn total_size(reader: &Reader<'_>, scenario: &Scenario) {
    let total: u128 = scenario.populations.iter().map(|one| one.size as u128).sum();
    let Some(last) = scenario.populations.last().filter(|_| total > u128::from(MOST_NEURONS)) else { return };
    let problem = Problem::new("population", format!("all populations together have {total} neurons"))
        .allowed(format!("up to {MOST_NEURONS}"))
        .advice("make them smaller");
    reader.error(last.size_span, problem);
}

/// Names that were given must differ; names that were made up may not, as nobody refers to them.
fn same_names(reader: &Reader<'_>, scenario: &Scenario) {
    let mut seen = BTreeMap::new();
    for (at, projection) in scenario.projections.iter().enumerate() {
        let (Some(span), Some(first)) = (projection.name_span, seen.insert(&projection.name, at)) else {
            continue;
        };
        let found = format!("projection {first} has the name `{}` as well", projection.name);
        let problem = Problem::new(format!("projection[{at}].name"), found)
            .allowed("a name that no other projection has")
            .advice("rename one of them");
        reader.error(span, problem);
    }
}

fn unheard_sources(reader: &Reader<'_>, scenario: &Scenario) {
    for (at, population) in scenario.populations.iter().enumerate() {
        let is_source = population.neuron.entry.kind == Kind::Source;
        let heard =
            scenario.projections.iter().any(|one| one.from.members.iter().any(|from| from.population == at));
        if is_source && !heard {
            let place = format!("population.{}", population.name);
            let problem = Problem::new(place, "no projection starts at this source")
                .allowed("a source without listeners; it can be recorded")
                .advice("add a `[[projection]]` from it, or remove it");
            reader.warn(population.span, problem);
        }
    }
}

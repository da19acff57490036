//! Validate: what only the whole scenario shows.

use std::collections::BTreeMap;

use ecs_core::model::PlasticityModel;
use ecs_core::network::Reach;
use ecs_core::registry::{Drive, Entry, Kind};

use crate::assemble::Kept;
use crate::diagnostic::Problem;
use crate::keys::MOST_NEURONS;
use crate::reader::Reader;
use crate::schema::{Members, Pick, Scenario};

/// Checks that need more than one section, and warns of what is allowed but probably not meant.
pub(crate) fn whole(reader: &Reader<'_>, scenario: &Scenario) {
    total_size(reader, scenario);
    same_names(reader, scenario);
    unheard_sources(reader, scenario);
    unrecorded_expectations(reader, scenario);
    fixed_weights(reader, scenario);
    recorded_weights(reader, scenario);
    modulated(reader, scenario);
    scaled(reader, scenario);
}

/// There would be nothing to write.
fn fixed_weights(reader: &Reader<'_>, scenario: &Scenario) {
    let Some(span) = scenario.output.weights else { return };
    if scenario.projections.iter().all(|projection| projection.plasticity.is_none()) {
        let problem = Problem::new("output.weights", "no projection learns")
            .allowed("`weights` where a projection has the key `plasticity`")
            .advice("remove the key `weights`, or give a projection `plasticity`");
        reader.error(span, problem);
    }
}

/// Weights are recorded of projections that learn.
fn recorded_weights(reader: &Reader<'_>, scenario: &Scenario) {
    for record in &scenario.weights {
        let found = scenario.projections.iter().find(|projection| projection.name == record.of);
        match found {
            None => {
                let names: Vec<&str> = scenario.projections.iter().map(|one| one.name.as_str()).collect();
                reader.unknown(record.of_span, "record.of", "unknown projection", (&record.of, &names));
            }
            Some(projection) if projection.plasticity.is_none() => {
                let problem =
                    Problem::new("record.of", format!("the weights of `{}` stay as they are", record.of))
                        .allowed("projections with the key `plasticity`")
                        .advice("remove this record, or give the projection `plasticity`");
                reader.error(record.of_span, problem);
            }
            Some(_) => {}
        }
    }
}

/// A rule that has a modulator needs one, the others know none; a rule that looks at voltages sees them at once.
fn modulated(reader: &Reader<'_>, scenario: &Scenario) {
    for (at, projection) in scenario.projections.iter().enumerate() {
        let rule = projection.plasticity.as_ref().map(|part| {
            let model = scenario.registry.of::<PlasticityModel>(&part.entry);
            (part, model.modulated, model.follows)
        });
        let reward = scenario.env.as_ref().and_then(|env| env.reward.as_ref());
        let rewarded = reward.is_some_and(|reward| reward.into.contains(&projection.name));
        match (&projection.modulator, rule) {
            (None, Some((part, true, _))) if !rewarded => {
                let found = format!("plasticity `{}` needs a `modulator`", part.entry.name);
                let problem = Problem::new(format!("projection[{at}].plasticity"), found)
                    .allowed("neurons whose spikes say when weights change, or `[env.reward]` with `into` that names this projection")
                    .advice("add a line `modulator = \"...\"` that names a population");
                reader.error(part.span, problem);
            }
            (Some((_, span)), None | Some((_, false, _))) => {
                let found = "these synapses look at no modulator";
                let problem = Problem::new(format!("projection[{at}].modulator"), found)
                    .allowed("`modulator` beside a rule of `plasticity` that has one")
                    .advice("remove the key `modulator`");
                reader.error(*span, problem);
            }
            (Some((selection, span)), _)
                if selection.members.iter().any(|m| matches!(m.pick, Pick::Share(_))) =>
            {
                let found = "a random share of neurons cannot be a modulator";
                let problem = Problem::new(format!("projection[{at}].modulator"), found)
                    .allowed("a population, or a range of it")
                    .advice("name a range such as `dopamine[0..100]`");
                reader.error(*span, problem);
            }
            _ => {}
        }
        if let Some((part, _, true)) = rule.filter(|_| projection.back_propagation > 0) {
            let found = format!("plasticity `{}` looks at voltages and not at spikes", part.entry.name);
            let problem = Problem::new(format!("projection[{at}].back_propagation"), found)
                .allowed("`back_propagation` of 0 ms with it")
                .advice("remove the key `back_propagation`");
            reader.error(part.span, problem);
        }
    }
}

/// Synapses are left out only where the mean of their input is known and can be made up for by a current.
fn scaled(reader: &Reader<'_>, scenario: &Scenario) {
    if scenario.scale.in_degrees == 1.0 {
        return;
    }
    let mut asked = Vec::new();
    for (at, projection) in scenario.projections.iter().enumerate() {
        if projection.receptor.drive != Drive::Current {
            let place = format!("projection[{at}]");
            reader.error(projection.span, no_current(&place, &projection.receptor.synapse.entry));
        }
        for from in &projection.from.members {
            let population = &scenario.populations[from.population];
            if population.mean_rate.is_some() || asked.contains(&from.population) {
                continue;
            }
            asked.push(from.population);
            let place = format!("population.{}", population.name);
            let problem =
                Problem::new(place, "`scale` leaves out synapses from it, and its `mean_rate` is missing")
                    .allowed("the rate it has at full scale, from which the lost input follows")
                    .advice("add `mean_rate = \"... Hz\"`, or set `scale.in_degrees` to 1");
            reader.error(population.span, problem);
        }
    }
    for coupling in &scenario.couplings {
        let problem =
            Problem::new(&coupling.name, "`scale` leaves out synapses, and couplings have none to leave out")
                .allowed("projections alone, or all synapses")
                .advice("set `scale.in_degrees` to 1");
        reader.error(coupling.span, problem);
    }
    for (at, stimulus) in scenario.stimuli.iter().enumerate() {
        let Some((receptor, _)) = &stimulus.by_spikes else { continue };
        let place = format!("stimulus[{at}]");
        if receptor.drive != Drive::Current {
            reader.error(stimulus.span, no_current(&place, &receptor.synapse.entry));
        } else if !stimulus.kind.entry.params.iter().any(|field| field.name == "rate") {
            let found = format!("`scale` cannot leave out spikes of stimulus `{}`", stimulus.kind.entry.name);
            let problem = Problem::new(place, found)
                .allowed("stimuli with a `rate`")
                .advice("take another stimulus, or set `scale.in_degrees` to 1");
            reader.error(stimulus.span, problem);
        }
    }
}

fn no_current(place: &str, synapse: &Entry) -> Problem {
    Problem::new(
        place,
        format!("`scale` leaves out input of synapse `{}`, which is no current", synapse.name),
    )
    .allowed("synapses with `output = \"current\"`, for which a constant current can make up")
    .advice("set `scale.in_degrees` to 1")
}

/// Neurons that are not recorded would count as silent.
fn unrecorded_expectations(reader: &Reader<'_>, scenario: &Scenario) {
    if scenario.expects.is_empty() {
        return;
    }
    let kept = Kept::of(scenario);
    for (at, expect) in scenario.expects.iter().enumerate() {
        let missed = expect.of.members.iter().find(|member| !recorded(&kept, scenario, member));
        let Some(member) = missed else { continue };
        let name = &scenario.populations[member.population].name;
        let problem = Problem::new(
            format!("expect[{at}].of"),
            format!("not all spikes of these neurons of `{name}` are recorded"),
        )
        .allowed("neurons whose spikes a `[[record]]` keeps; without any such record all are kept")
        .advice(format!(
            "add a record with `of = \"{name}\"` and `what = \"spikes\"`, or expect it of fewer"
        ));
        reader.error(expect.of.span, problem);
    }
}

/// Whether the spikes of all these neurons are kept; of a random share, whether any are.
fn recorded(kept: &Kept, scenario: &Scenario, member: &Members) -> bool {
    let size = scenario.populations[member.population].size as u32;
    let Some(reach) = kept.spikes.get(&member.population) else { return false };
    let wanted = match member.pick {
        Pick::All => 0..size,
        Pick::Range { start, end } => start as u32..end as u32,
        Pick::Share(_) => return true,
    };
    match reach {
        Reach::Range(range) => range.start <= wanted.start && wanted.end <= range.end,
        Reach::List(list) => list.iter().filter(|k| wanted.contains(k)).count() == wanted.len(),
    }
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

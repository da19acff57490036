//! Selection: the text that names neurons, such as `"exc"`, `"*"`, `"exc[0..100]"`, `"exc[5]"`, `"exc[10%]"`.

use std::collections::BTreeMap;

use ecs_core::registry::{Entry, Kind};

use crate::diagnostic::{Problem, Span};
use crate::keys::MOST_NEURONS;
use crate::reader::Reader;
use crate::schema::{Members, Pick, Selection};
use crate::tree::{Node, Tree, shorten};

/// What a selection needs to know of a population; the rest of it may be wrong without harm here.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub name: String,
    /// `None` where the file gives no valid size.
    pub size: Option<usize>,
    /// `None` where the file names no valid neuron.
    pub entry: Option<Entry>,
}

const FORMS: &str = "a population, `*`, `NAME[0..100]`, `NAME[5]`, `NAME[10%]`, or a list of these";

/// Reads the neurons of a selection. `neurons_only` refuses sources.
pub(crate) fn selection(
    reader: &Reader<'_>,
    node: &Node,
    known: &[Known],
    place: &str,
    neurons_only: bool,
) -> Option<Selection> {
    let single = std::slice::from_ref(node);
    let items = if let Tree::List(items) = &node.tree { items.as_slice() } else { single };
    if items.is_empty() {
        reader.wrong_form(node, place, FORMS, "name at least one population");
        return None;
    }
    let mut chosen = Chosen::default();
    for item in items {
        let more = members_of(reader, item, known, place)?;
        if !reader.may_select(more.len()) {
            let problem = Problem::new(place, "the selections of this scenario name too many populations")
                .allowed("a million together")
                .advice("describe many alike populations as one");
            reader.error(item.span, problem);
            return None;
        }
        for member in more {
            let Known { name, entry, .. } = &known[member.population];
            if neurons_only && entry.is_some_and(|entry| entry.kind == Kind::Source) {
                refuse_source(reader, item.span, name, place);
                return None;
            }
            if !chosen.add(member) {
                let problem = Problem::new(place, format!("neurons of `{name}` are selected twice"))
                    .allowed("each neuron once")
                    .advice("drop one of them");
                reader.error(item.span, problem);
                return None;
            }
        }
    }
    Some(Selection { members: chosen.members, span: node.span })
}

/// Members so far, and for each population the ranges taken from it, by start.
#[derive(Default)]
struct Chosen {
    members: Vec<Members>,
    ranges: BTreeMap<(usize, usize), usize>,
}

impl Chosen {
    /// False where neurons are chosen twice. All, or a share, may touch any other choice.
    fn add(&mut self, member: Members) -> bool {
        let (start, end) = match member.pick {
            Pick::Range { start, end } => (start, end),
            Pick::All | Pick::Share(_) => (0, usize::MAX),
        };
        let before = self.ranges.range(..(member.population, end)).next_back();
        if before.is_some_and(|((population, _), taken)| *population == member.population && *taken > start) {
            return false;
        }
        self.ranges.insert((member.population, start), end);
        self.members.push(member);
        true
    }
}

fn refuse_source(reader: &Reader<'_>, span: Span, name: &str, place: &str) {
    let problem = Problem::new(place, format!("`{name}` is a source, it only emits spikes"))
        .allowed("populations of neurons")
        .advice("select another population");
    reader.error(span, problem);
}

fn members_of(reader: &Reader<'_>, node: &Node, known: &[Known], place: &str) -> Option<Vec<Members>> {
    let Some(text) = node.text().map(str::trim) else {
        reader.wrong_form(node, place, FORMS, "write it between quotation marks");
        return None;
    };
    if text == "*" {
        return all_neurons(reader, node, known, place);
    }
    let (name, pick) = text.split_once('[').map_or((text, None), |(name, pick)| (name.trim(), Some(pick)));
    let Some(population) = known.iter().position(|one| one.name == name) else {
        let mut names: Vec<&str> = known.iter().map(|one| one.name.as_str()).collect();
        names.push("*");
        reader.unknown(node.span, place, "unknown population", (name, &names));
        return None;
    };
    let size = known[population].size;
    let pick = match pick {
        None => Pick::All,
        Some(pick) => match pick.strip_suffix(']') {
            Some(pick) => read_pick(reader, (pick, node.span), size, place)?,
            None => {
                wrong_pick(reader, (text, node.span), place);
                return None;
            }
        },
    };
    Some(vec![Members { population, pick }])
}

fn all_neurons(reader: &Reader<'_>, node: &Node, known: &[Known], place: &str) -> Option<Vec<Members>> {
    let source = |one: &Known| one.entry.is_some_and(|entry| entry.kind == Kind::Source);
    let neurons = known.iter().enumerate().filter(|(_, one)| !source(one));
    let members: Vec<_> = neurons.map(|(population, _)| Members { population, pick: Pick::All }).collect();
    if members.is_empty() {
        let problem = Problem::new(place, "`*` selects nothing: there is no population of neurons")
            .allowed(FORMS)
            .advice("add a `[population.NAME]`, or name a source");
        reader.error(node.span, problem);
        return None;
    }
    Some(members)
}

fn wrong_pick(reader: &Reader<'_>, text: (&str, Span), place: &str) {
    let problem =
        Problem::new(place, format!("`{}` selects no neurons that can be counted", shorten(text.0)))
            .allowed("`0..100` (without the last), `5`, or `10%`")
            .advice("write a range of whole numbers, one number, or a share above 0 % and up to 100 %");
    reader.error(text.1, problem);
}

/// Reads `0..100`, `5` or `10%`.
pub(crate) fn read_pick(
    reader: &Reader<'_>,
    text: (&str, Span),
    size: Option<usize>,
    place: &str,
) -> Option<Pick> {
    let pick = parse_pick(text.0.trim());
    let Some(pick) = pick else {
        wrong_pick(reader, text, place);
        return None;
    };
    if let (Pick::Range { end, .. }, Some(size)) = (pick, size)
        && end > size
    {
        let found = format!("`{}` reaches past the {size} neurons of the population", text.0.trim());
        let problem = Problem::new(place, found)
            .allowed(format!("numbers from 0 to {}", size - 1))
            .advice(format!("end the range at {size} or before"));
        reader.error(text.1, problem);
        return None;
    }
    Some(pick)
}

fn parse_pick(text: &str) -> Option<Pick> {
    let count = |text: &str| text.trim().replace('_', "").parse::<u64>().ok().filter(|n| *n <= MOST_NEURONS);
    let place = |text: &str| count(text).and_then(|number| usize::try_from(number).ok());
    if let Some(share) = text.strip_suffix('%') {
        let share = share.trim().parse::<f64>().ok()? / 100.0;
        return (share > 0.0 && share <= 1.0).then_some(Pick::Share(share));
    }
    if let Some((start, end)) = text.split_once("..") {
        let (start, end) = (place(start)?, place(end)?);
        return (start < end).then_some(Pick::Range { start, end });
    }
    place(text).map(|start| Pick::Range { start, end: start + 1 })
}

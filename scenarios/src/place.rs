//! Place: the keys of a population that say where its neurons lie: `grid` with `channels`, or `positions`, `extent`,
//! `periodic`.

use ecs_core::registry::Bound;

use crate::diagnostic::Problem;
use crate::keys::MOST_NEURONS;
use crate::part::file;
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::schema::{Place, Positions};
use crate::tree::{Node, Tree};

/// Axes of a space, at most.
const AXES: usize = 3;
const GRID: &str = "a list of 1 to 3 whole numbers above zero";

/// Neurons of a grid with so many channels, if it is one.
pub(crate) fn grid_size(node: &Node, channels: u64) -> Option<u64> {
    let counts = counts(node)?;
    counts.iter().try_fold(channels, |all, count| all.checked_mul(*count)).filter(|all| *all <= MOST_NEURONS)
}

fn counts(node: &Node) -> Option<Vec<u64>> {
    let Tree::List(items) = &node.tree else { return None };
    let count = |item: &Node| match item.tree {
        Tree::Integer(count) => u64::try_from(count).ok().filter(|count| *count > 0),
        _ => None,
    };
    (1..=AXES).contains(&items.len()).then(|| items.iter().map(count).collect())?
}

/// Where the neurons of a population of `size` lie.
#[expect(clippy::option_option, reason = "the outer one says whether the keys are in order")]
pub(crate) fn place(fields: &Fields<'_>, size: Option<usize>) -> Option<Option<Place>> {
    let (grid, positions) = (fields.get("grid"), fields.get("positions"));
    let (periodic, channels) = (fields.flag("periodic"), fields.count("channels"));
    let (node, positions) = match (grid, positions) {
        (None, None) => return without(fields, &["extent", "periodic", "channels"]).then_some(None),
        (Some(_), Some(node)) => {
            let problem = Problem::new(&fields.place, "`grid` and `positions` both say where neurons lie")
                .allowed("one of them")
                .advice("remove `positions`");
            fields.reader.error(node.span, problem);
            return None;
        }
        (Some(node), None) => (node, Positions::Grid(checked_grid(fields, node, (size, channels?))?)),
        (None, Some(_)) if fields.get("channels").is_some() => {
            return without(fields, &["channels"]).then_some(None);
        }
        (None, Some(node)) if node.text() == Some("random") => (node, Positions::Random),
        (None, Some(node)) => {
            (node, Positions::File(file(fields.reader, node, &fields.place_of("positions"))?))
        }
    };
    let given = extent(fields)?;
    let axes = given.as_ref().map(Vec::len);
    let extent = match (&positions, given) {
        (Positions::Grid(counts), None) => Some(counts.iter().map(|count| *count as f64).collect()),
        (Positions::Grid(counts), _) if axes != Some(counts.len()) => {
            let found = format!("sides: {}; axes of the grid: {}", axes.unwrap_or(0), counts.len());
            let problem = Problem::new(fields.place_of("extent"), found)
                .allowed("a length for each axis of the grid")
                .advice("give as many lengths as `grid` has numbers");
            fields.reader.error(fields.get("extent").map_or(node.span, |node| node.span), problem);
            return None;
        }
        (Positions::Random, None) => {
            fields.missing(
                "extent",
                "the sides of the space that random positions fill, such as `[\"1 mm\", \"1 mm\"]`",
            );
            return None;
        }
        (_, given) => given,
    };
    Some(Some(Place { positions, extent, periodic: periodic?, channels: channels?, span: node.span }))
}

/// Refuses keys that mean nothing without positions.
fn without(fields: &Fields<'_>, keys: &[&'static str]) -> bool {
    let alone = keys.iter().find_map(|key| Some((*key, fields.get(key)?)));
    let Some((key, node)) = alone else { return true };
    let (whose, allowed) = match key {
        "channels" => ("that lie on no grid", "`grid = [ROWS, COLUMNS]` beside it"),
        _ => ("that have no places", "`grid = [ROWS, COLUMNS]` or `positions` beside it"),
    };
    let problem = Problem::new(fields.place_of(key), format!("`{key}` of neurons {whose}"))
        .allowed(allowed)
        .advice("say where the neurons lie, or remove the key");
    fields.reader.error(node.span, problem);
    false
}

fn checked_grid(
    fields: &Fields<'_>,
    node: &Node,
    (size, channels): (Option<usize>, u64),
) -> Option<Vec<u64>> {
    let place = fields.place_of("grid");
    let Some(counts) = counts(node) else {
        fields.reader.wrong_form(node, &place, GRID, "write the neurons along each axis: `grid = [40, 40]`");
        return None;
    };
    let all = grid_size(node, channels);
    let (found, advice) = match (all, size) {
        (None, _) => ("a grid of too many neurons".to_owned(), "make the grid smaller"),
        (Some(all), Some(size)) if all != size as u64 => (
            format!("a grid of {all} neurons, and a `size` of {size}"),
            "remove `size`, which follows from the grid",
        ),
        _ => return Some(counts),
    };
    let allowed = format!("as many neurons as `size` says, up to {MOST_NEURONS}");
    let problem = Problem::new(place, found).allowed(allowed).advice(advice);
    fields.reader.error(node.span, problem);
    None
}

#[expect(clippy::option_option, reason = "the outer one says whether the key is in order")]
fn extent(fields: &Fields<'_>) -> Option<Option<Vec<f64>>> {
    let Some(node) = fields.get("extent") else { return Some(None) };
    let place = fields.place_of("extent");
    match &node.tree {
        Tree::List(items) if (1..=AXES).contains(&items.len()) => {
            let wanted = Wanted { unit: "mm", bound: Bound::Positive };
            let lengths = items.iter().enumerate();
            let lengths: Vec<Option<f64>> = lengths
                .map(|(at, item)| quantity::scalar(fields.reader, item, wanted, &format!("{place}.{at}")))
                .collect();
            lengths.into_iter().collect::<Option<_>>().map(Some)
        }
        _ => {
            let advice = "write the sides between brackets: `extent = [\"4 mm\", \"4 mm\"]`";
            fields.reader.wrong_form(node, &place, "a list of 1 to 3 lengths", advice);
            None
        }
    }
}

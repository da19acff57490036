//! Rule: rules of plasticity of a library. They are graphs, which the host runs as it runs those of a text.

use ecs_core::model::{
    LEVEL, ModulatorEquations, PlasticityEquations, PlasticityModel, Row, ShortTermEquations, ShortTermModel,
};
use ecs_core::number::Graph;
use ecs_core::registry::{Bound, Field};

use crate::error::Reason;
use crate::library::Source;
use crate::read::{self, Shape, missing, wrong};

/// Names that rules have a meaning for.
const RESERVED: [&str; 6] = ["w", "elapsed", LEVEL, "v", "dt", "seen"];

/// The names of rows.
fn names(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name).collect()
}

/// The variables of a rule must be told apart.
fn distinct(place: &str, tables: &[&[Field]]) -> Result<(), Reason> {
    let rows = tables.iter().flat_map(|fields| fields.iter()).map(|field| field.name);
    read::distinct(place, "variables", rows.clone())?;
    rows.into_iter().filter(|name| RESERVED.contains(name)).try_for_each(|name| {
        let found = format!(
            "has a variable `{name}`; other names than `{}` are allowed; rename it",
            RESERVED.join("`, `")
        );
        Err(wrong(place, found))
    })
}

/// Reads the graphs of one rule.
struct Graphs<'a> {
    place: &'a str,
}

impl Graphs<'_> {
    /// A graph whose results have these names, of these variables.
    fn read(
        &self,
        (what, graph): (&str, *const abi::Graph),
        outputs: &[&str],
        variables: &[&[&str]],
    ) -> Result<Option<Graph>, Reason> {
        let place = format!("{}, graph `{what}`", self.place);
        let shape = Shape { variables: &variables.concat(), outputs: outputs.len() };
        let graph = read::graph(&place, graph, &shape)?;
        // The order of the table says what is what.
        Ok(graph.map(|graph| Graph {
            outputs: graph
                .outputs
                .into_iter()
                .zip(outputs)
                .map(|((_, k), name)| ((*name).to_owned(), k))
                .collect(),
            ..graph
        }))
    }

    /// One that must be there where it has results.
    fn needed(
        &self,
        (what, graph): (&str, *const abi::Graph),
        outputs: &[&str],
        variables: &[&[&str]],
    ) -> Result<Graph, Reason> {
        match self.read((what, graph), outputs, variables)? {
            Some(graph) => Ok(graph),
            None if outputs.is_empty() => Ok(Graph::default()),
            None => Err(missing(self.place, what)),
        }
    }
}

/// The rule of a table.
pub(crate) fn short_term(
    source: &Source,
    row: &abi::ShortTerm,
    k: usize,
) -> Result<&'static ShortTermModel, Reason> {
    let name = read::name(&format!("short-term plasticity {k}"), row.name)?;
    let place = format!("short-term plasticity `{name}`");
    let (params, _) = read::fields(&place, "parameter", (row.params, row.param_count), true)?;
    let (state, _) = read::fields(&place, "state variable", (row.state, row.state_count), false)?;
    distinct(&place, &[params, state])?;
    let outputs: Vec<&str> = std::iter::once("gain").chain(names(state)).collect();
    let graphs = Graphs { place: &place };
    let variables = [&names(params)[..], &names(state), &["elapsed"]];
    let rule = ShortTermEquations {
        name: name.into(),
        doc: read::text(&place, "doc", row.doc)?.into(),
        params: read::rows(params),
        state: read::rows(state),
        spike: graphs.needed(("spike", row.spike), &outputs, &variables)?,
        rest: None,
    };
    ShortTermModel::given(rule, source.origin).map_err(|found| wrong(&place, found))
}

/// The rule of a table.
pub(crate) fn plasticity(
    source: &Source,
    row: &abi::Plasticity,
    k: usize,
) -> Result<&'static PlasticityModel, Reason> {
    let name = read::name(&format!("plasticity {k}"), row.name)?;
    let place = format!("plasticity `{name}`");
    let table = |what: &str, rows, open| read::fields(&place, what, rows, open).map(|(fields, _)| fields);
    let params = table("parameter", (row.params, row.param_count), true)?;
    let pre = table("trace of the sender", (row.pre, row.pre_count), false)?;
    let post = table("trace of the receiver", (row.post, row.post_count), false)?;
    let state = table("state variable", (row.state, row.state_count), false)?;
    distinct(&place, &[params, pre, post, state])?;
    let graphs = Graphs { place: &place };
    let [p, x, y, s] = [params, pre, post, state].map(names);
    let synapse: Vec<&str> = std::iter::once("w").chain(s.iter().copied()).collect();
    let watched: Vec<&str> = y.iter().copied().chain(["seen"]).collect();
    let modulated = !row.level_derivative.is_null() || !row.level_jump.is_null();
    let passed: &[&str] = if modulated { &["elapsed", LEVEL] } else { &["elapsed"] };
    let between = graphs.read(("between", row.between), &synapse, &[&p, &synapse, passed])?;
    if modulated && between.is_none() {
        return Err(missing(&place, "between"));
    }
    let event = [&p[..], &x, &y, &synapse];
    let modulator = match modulated {
        true => Some(ModulatorEquations {
            level: Row {
                name: LEVEL.into(),
                default: 0.0,
                unit: read::text(&place, "level_unit", row.level_unit)?.into(),
                doc: "level of the modulator".into(),
                bound: Bound::Any,
            },
            derivative: graphs.needed(
                ("level_derivative", row.level_derivative),
                &[LEVEL],
                &[&p, &[LEVEL]],
            )?,
            jump: graphs.needed(("level_jump", row.level_jump), &[LEVEL], &[&p])?,
        }),
        false => None,
    };
    let rule = PlasticityEquations {
        name: name.into(),
        doc: read::text(&place, "doc", row.doc)?.into(),
        pre_derivative: graphs.needed(("pre_derivative", row.pre_derivative), &x, &[&p, &x])?,
        post_derivative: graphs.needed(("post_derivative", row.post_derivative), &y, &[&p, &y])?,
        pre_jump: graphs.needed(("pre_jump", row.pre_jump), &x, &[&p, &x])?,
        post_jump: graphs.needed(("post_jump", row.post_jump), &y, &[&p, &y])?,
        on_pre: graphs.needed(("on_pre", row.on_pre), &synapse, &event)?,
        on_post: graphs.needed(("on_post", row.on_post), &synapse, &event)?,
        follow: graphs.read(("follow", row.follow), &watched, &[&p, &y, &["v", "dt"]])?,
        params: read::rows(params),
        pre: read::rows(pre),
        post: read::rows(post),
        state: read::rows(state),
        between,
        modulator,
    };
    PlasticityModel::given(rule, source.origin).map_err(|found| wrong(&place, found))
}

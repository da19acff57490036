//! Models: the sections `[model.NAME]`, whose equations join the registry of the scenario.

use std::ops::Range;

use ecs_core::model::{
    ChannelEquations, ChannelModel, Equations, NeuronModel, PlasticityModel, ShortTermModel, SynapseModel,
};
use ecs_core::network::{COLUMNS, Duplicate, Registered, Registry};
use ecs_core::registry::Bound;
use equations::{Initial, ModelText, Parameter, Place, TextError};

use crate::diagnostic::{Problem, Span};
use crate::keys::MODEL;
use crate::reader::{Fields, Reader};
use crate::tree::{Key, Node, Tree, shorten};

/// The words of the key `kind`, in order.
const KINDS: [Kind; 6] =
    [Kind::Neuron, Kind::Rate, Kind::Synapse, Kind::Channel, Kind::ShortTerm, Kind::Plasticity];

/// What a model is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Neuron,
    Rate,
    Synapse,
    Channel,
    ShortTerm,
    Plasticity,
}

/// What a parameter may be; the words of its key `bound`, in order.
const BOUNDS: [(&str, Bound); 4] = [
    ("any", Bound::Any),
    ("positive", Bound::Positive),
    ("non_negative", Bound::NonNegative),
    ("fraction", Bound::Fraction),
];

/// Adds the models of a scenario to its registry; what is wrong with them is reported, and their names are excused: to call
/// them unknown as well would help nobody.
pub(crate) fn models(reader: &Reader<'_>, rows: &[(Key, Node)], registry: &mut Registry) {
    rows.iter().for_each(|(key, _)| reader.excuse(&key.name));
    let origin = format!("scenario `{}`", reader.diagnostics.borrow().origin().file_name());
    let mut models = Models { registry, origin };
    let sections: Vec<Fields<'_>> =
        rows.iter().filter_map(|(key, node)| section(reader, key, node)).collect();
    // Neurons take channels in, wherever in the file these stand.
    for wanted in [true, false] {
        for fields in &sections {
            let kind = fields.choice("kind").map(|at| KINDS[at]);
            if let Some(kind) = kind.filter(|kind| (*kind == Kind::Channel) == wanted) {
                models.read(fields, kind);
            }
        }
    }
}

fn section<'a>(reader: &'a Reader<'a>, key: &Key, node: &'a Node) -> Option<Fields<'a>> {
    let place = format!("model.{}", shorten(&key.name));
    let Tree::Table(rows) = &node.tree else {
        reader.wrong_form(node, &place, "a table", "write `[model.NAME]` and its keys below");
        return None;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if key.name.is_empty() || key.name.len() > 100 || !key.name.chars().all(plain) {
        let problem = Problem::new(&place, format!("`{}` cannot be the name of a model", shorten(&key.name)))
            .allowed("ASCII letters, digits and `_`, at most 100 of them")
            .advice("rename the model");
        reader.error(key.span, problem);
        return None;
    }
    let fields = Fields { reader, section: &MODEL, place, span: key.span, rows, complete: true };
    fields.check(&[]);
    Some(fields)
}

struct Models<'r> {
    registry: &'r mut Registry,
    origin: String,
}

impl Models<'_> {
    fn read(&mut self, fields: &Fields<'_>, kind: Kind) {
        let text = |name: &str| fields.get(name).and_then(|_| fields.text_as_is(name));
        // A channel without gates has none.
        let equations = fields.get("equations").and_then(Node::text).unwrap_or("");
        let doc = ["description", "source"].map(|name| text(name).unwrap_or_default());
        let doc =
            if doc[1].is_empty() { doc[0].to_owned() } else { format!("{}\n\nSource: {}", doc[0], doc[1]) };
        let (Some(parameters), Some(initial)) =
            (quantities(fields, "parameters"), quantities(fields, "initial"))
        else {
            return;
        };
        let parameters: Vec<Parameter<'_>> = parameters.iter().map(Quantity::parameter).collect();
        let initial: Vec<Initial<'_>> = initial.iter().map(Quantity::initial).collect();
        let model = ModelText {
            name: fields.place.strip_prefix("model.").unwrap_or_default(),
            doc: &doc,
            equations,
            threshold: text("threshold"),
            reset: text("reset"),
            refractory: text("refractory"),
            input: text("input"),
            on_pre: text("on_pre"),
            on_post: text("on_post"),
            on_modulator: text("on_modulator"),
            between: text("between"),
            on_step: text("on_step"),
            seen: text("seen"),
            value: text("value"),
            current: text("current"),
            parameters: &parameters,
            initial: &initial,
        };
        match kind {
            Kind::Neuron => self.neuron(fields, &model),
            Kind::Rate => self.rate(fields, &model),
            Kind::Synapse => self.synapse(fields, &model),
            Kind::Channel => self.channel(fields, &model),
            Kind::ShortTerm => self.rule(fields, equations::short_term(&model), ShortTermModel::given),
            Kind::Plasticity => self.rule(fields, equations::plasticity(&model), PlasticityModel::given),
        }
    }

    fn neuron(&mut self, fields: &Fields<'_>, text: &ModelText<'_>) {
        let Some(channels) = self.channels(fields) else { return };
        let channels: Vec<&ChannelEquations> = channels.iter().collect();
        match equations::neuron(text, &channels[..]) {
            Ok(mut model) => {
                model.edge =
                    fields.get("edge").map_or(Some(model.edge), |_| fields.flag("edge")) == Some(true);
                self.join(fields, model);
            }
            Err(errors) => report(fields, &errors),
        }
    }

    fn join(&mut self, fields: &Fields<'_>, model: Equations) {
        let (state, params) = (model.state.len(), model.params.len());
        if state > COLUMNS || params > 2 * COLUMNS {
            let found = format!("{state} state variables and {params} parameters");
            let problem = Problem::new(&fields.place, found)
                .allowed(format!("up to {COLUMNS} state variables and {} parameters", 2 * COLUMNS))
                .advice("write constants as numbers, or divide the model");
            return fields.reader.error(fields.span, problem);
        }
        twice(fields, self.registry.add(NeuronModel::given(model, &self.origin)));
    }

    fn rate(&mut self, fields: &Fields<'_>, text: &ModelText<'_>) {
        match equations::rate(text) {
            Ok(model) => self.join(fields, model),
            Err(errors) => report(fields, &errors),
        }
    }

    fn synapse(&mut self, fields: &Fields<'_>, text: &ModelText<'_>) {
        match equations::synapse(text) {
            Ok(model) => twice(fields, self.registry.add(SynapseModel::given(model, &self.origin))),
            Err(errors) => report(fields, &errors),
        }
    }

    fn channel(&mut self, fields: &Fields<'_>, text: &ModelText<'_>) {
        match equations::channel(text) {
            Ok(model) => twice(fields, self.registry.add(ChannelModel::given(model, &self.origin))),
            Err(errors) => report(fields, &errors),
        }
    }

    /// A rule, which may be too large to run.
    fn rule<E, M: Registered>(
        &mut self,
        fields: &Fields<'_>,
        read: Result<E, Vec<TextError>>,
        given: impl Fn(E, &str) -> Result<&'static M, String>,
    ) {
        match read.map(|rule| given(rule, &self.origin)) {
            Ok(Ok(model)) => twice(fields, self.registry.add(model)),
            Ok(Err(found)) => {
                let problem = Problem::new(&fields.place, found)
                    .allowed("rules that are run for every spike")
                    .advice("write constants as numbers, or simplify the rule");
                fields.reader.error(fields.span, problem);
            }
            Err(errors) => report(fields, &errors),
        }
    }

    /// The channels that a neuron names.
    fn channels(&self, fields: &Fields<'_>) -> Option<Vec<ChannelEquations>> {
        let Some(node) = fields.get("channels") else { return Some(Vec::new()) };
        let words: Option<Vec<(&str, Span)>> = match &node.tree {
            Tree::List(items) => items.iter().map(|item| Some((item.text()?, item.span))).collect(),
            _ => None,
        };
        let place = fields.place_of("channels");
        let Some(words) = words else {
            fields.reader.wrong_form(node, &place, "a list of names", "write `channels = [\"na\", \"k\"]`");
            return None;
        };
        words.into_iter().map(|(name, span)| self.named(fields, name, span, &place)).collect()
    }

    fn named(&self, fields: &Fields<'_>, name: &str, span: Span, place: &str) -> Option<ChannelEquations> {
        let found = self.registry.find::<ChannelModel>(name).map(|model| (model.equations)(&model.entry));
        if found.is_none() {
            let known: Vec<&str> = self.registry.all::<ChannelModel>().iter().map(|m| m.entry.name).collect();
            fields.reader.unknown(span, place, "unknown channel", (name, &known));
        }
        found
    }
}

/// Says that a name is taken.
fn twice(fields: &Fields<'_>, added: Result<(), Duplicate>) {
    if let Err(duplicate) = added {
        let problem =
            Problem::new(&fields.place, format!("`{}` is taken by {}", duplicate.name, duplicate.origins[0]))
                .allowed("a name that no other model of its kind has")
                .advice("rename the model, here and where it is used");
        fields.reader.error(fields.span, problem);
    }
}

/// A named quantity of a table of the section.
struct Quantity<'a> {
    name: &'a str,
    value: String,
    doc: &'a str,
    bound: Bound,
}

impl Quantity<'_> {
    fn parameter(&self) -> Parameter<'_> {
        Parameter { name: self.name, value: &self.value, bound: self.bound, doc: self.doc }
    }

    fn initial(&self) -> Initial<'_> {
        Initial { name: self.name, value: &self.value }
    }
}

/// The rows of such a table: `tau = "20 ms"`, `tau = { value = "20 ms", bound = "positive", doc = "..." }`, or
/// `w_max = { unit = "weight" }` for one that has no default.
fn quantities<'a>(fields: &Fields<'a>, table: &str) -> Option<Vec<Quantity<'a>>> {
    let Some(node) = fields.get(table) else { return Some(Vec::new()) };
    let Tree::Table(rows) = &node.tree else {
        let advice = format!("write `[{}.{table}]` and a line for each below", fields.place);
        fields.reader.wrong_form(node, &fields.place_of(table), "a table of quantities", &advice);
        return None;
    };
    let rows: Vec<_> = rows.iter().map(|(key, node)| quantity(fields, table, key, node)).collect();
    rows.into_iter().collect()
}

fn quantity<'a>(fields: &Fields<'a>, table: &str, key: &'a Key, node: &'a Node) -> Option<Quantity<'a>> {
    let place = format!("{}.{table}.{}", fields.place, shorten(&key.name));
    let inner = |name: &str| match &node.tree {
        Tree::Table(rows) => rows.iter().find(|(key, _)| key.name == name).map(|(_, node)| node),
        _ => None,
    };
    if let Tree::Table(rows) = &node.tree {
        let known = ["value", "unit", "bound", "doc"];
        for (key, _) in rows.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            fields.reader.unknown(key.span, &place, "unknown key", (&key.name, &known));
        }
    }
    let value = match (inner("value"), inner("unit").and_then(Node::text)) {
        (None, Some(unit)) => format!("? {unit}"),
        _ => written(fields, value_of(node)?, &place)?,
    };
    let bound = match inner("bound") {
        None => Bound::Any,
        Some(node) => {
            let words = BOUNDS.map(|(word, _)| word);
            let found = BOUNDS.iter().find(|(word, _)| node.text() == Some(word)).map(|(_, bound)| *bound);
            if found.is_none() {
                let word = fields.reader.shown(node);
                fields.reader.unknown(node.span, &place, "unknown bound", (word.trim_matches('`'), &words));
            }
            found?
        }
    };
    Some(Quantity { name: &key.name, value, doc: inner("doc").and_then(Node::text).unwrap_or(""), bound })
}

/// The node that holds the quantity of a row.
fn value_of(node: &Node) -> Option<&Node> {
    match &node.tree {
        Tree::Table(rows) => {
            rows.iter().find(|(key, _)| key.name == "value").map_or(Some(node), |(_, node)| Some(node))
        }
        _ => Some(node),
    }
}

/// A quantity as it stands in the file; a bare number needs no quotation marks.
fn written(fields: &Fields<'_>, node: &Node, place: &str) -> Option<String> {
    match &node.tree {
        Tree::Text(text) => Some(text.clone()),
        Tree::Integer(_) | Tree::Float(_) => {
            Some(fields.reader.diagnostics.borrow().origin().slice(node.span).replace('_', ""))
        }
        _ => {
            let advice =
                "write a quantity such as `\"20 ms\"`, or `{ value = \"20 ms\", bound = \"positive\" }`";
            fields.reader.wrong_form(node, place, "a quantity", advice);
            None
        }
    }
}

fn report(fields: &Fields<'_>, errors: &[TextError]) {
    for error in errors {
        let span = node_of(fields, error).map_or(fields.span, |node| inside(fields, node, &error.span));
        let place = format!("{}.{}", fields.place, error.place);
        let problem = Problem::new(place, &error.found).allowed(&error.allowed).advice(&error.advice);
        fields.reader.error(span, problem);
    }
}

/// The node whose text an error points into.
fn node_of<'a>(fields: &Fields<'a>, error: &TextError) -> Option<&'a Node> {
    let row = |table: &str, name: &str| match &fields.get(table)?.tree {
        Tree::Table(rows) => {
            rows.iter().find(|(key, _)| key.name == name).and_then(|(_, node)| value_of(node))
        }
        _ => None,
    };
    match &error.place {
        Place::Parameter(name) => row("parameters", name),
        Place::Initial(name) => row("initial", name),
        Place::Channels => match &fields.get("channels")?.tree {
            Tree::List(items) => items.get(error.span.start),
            _ => None,
        },
        place => fields.get(&place.to_string()),
    }
}

/// The bytes of the file at which a part of a text stands; all of the text where it is written with escapes.
pub(crate) fn inside(fields: &Fields<'_>, node: &Node, part: &Range<usize>) -> Span {
    let diagnostics = fields.reader.diagnostics.borrow();
    let raw = diagnostics.origin().slice(node.span);
    let text = node.text().unwrap_or("");
    let quotes = ["'''\r\n", "'''\n", "'''", "\"\"\"\r\n", "\"\"\"\n", "\"\"\"", "'", "\""];
    let open = quotes.iter().find(|open| raw.starts_with(**open)).map_or(0, |open| open.len());
    let whole = raw.get(open..).is_some_and(|rest| rest.starts_with(text)) && !text.is_empty();
    if !whole || part.end > text.len() {
        return node.span;
    }
    let start = node.span.start + open;
    // A place without width, such as the end of a text, is shown by one character.
    let end = part.end.max(part.start + 1);
    Span { text: node.span.text, start: start + part.start, end: start + end }
}

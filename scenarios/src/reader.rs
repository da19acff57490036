//! Reader: what all sections share while they are read: the catalogue, the errors so far, and keys by name and shape.

use std::cell::{Cell, RefCell};
use std::path::Path;

use ecs_core::registry::{Entry, Kind};

use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::keys::{Need, Section, Shape};
use crate::nearest::advice;
use crate::quantity::{self, Wanted};
use crate::tree::{Key, Node, Tree, shorten};

/// Past so many errors no more are gathered: nobody reads them, and a hostile file makes millions.
const MOST_ERRORS: usize = 1000;

/// Selections of one scenario name so many populations together, which holds their memory below 64 MiB.
const MOST_MEMBERS: usize = 1_000_000;

/// Messages list so many allowed words and count the rest.
const LISTED: usize = 30;

/// What all sections share. Errors gather here, so that one does not hide the next.
pub(crate) struct Reader<'a> {
    /// Every entry that may be named.
    pub entries: &'a [Entry],
    pub base: &'a Path,
    pub diagnostics: RefCell<Diagnostics>,
    /// How many members all selections have so far.
    members: Cell<usize>,
    /// Names that are not reported as unknown, because what is wrong with them is known.
    excused: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    /// Nothing read yet.
    pub fn new(entries: &'a [Entry], base: &'a Path, diagnostics: Diagnostics) -> Self {
        Self {
            entries,
            base,
            diagnostics: RefCell::new(diagnostics),
            members: Cell::new(0),
            excused: RefCell::default(),
        }
    }

    /// Whether there are as many errors as anybody wants to see.
    fn is_full(&self) -> bool {
        self.diagnostics.borrow().len() >= MOST_ERRORS
    }

    /// Counts members of a selection; false where a scenario has too many of them.
    pub fn may_select(&self, more: usize) -> bool {
        self.members.set(self.members.get().saturating_add(more));
        self.members.get() <= MOST_MEMBERS
    }

    /// Adds an error.
    pub fn error(&self, span: Span, problem: Problem) {
        if !self.is_full() {
            self.diagnostics.borrow_mut().error(span, problem);
        }
    }

    /// Adds a warning.
    pub fn warn(&self, span: Span, problem: Problem) {
        self.diagnostics.borrow_mut().warn(span, problem);
    }

    /// Names this as one that is not to be called unknown.
    pub fn excuse(&self, name: &str) {
        self.excused.borrow_mut().push(name.to_owned());
    }

    /// The reader of the rest of the file, which knows these entries.
    pub fn with<'b>(self, entries: &'b [Entry]) -> Reader<'b>
    where
        'a: 'b,
    {
        Reader {
            entries,
            base: self.base,
            diagnostics: self.diagnostics,
            members: self.members,
            excused: self.excused,
        }
    }

    /// A value as messages repeat it: short ones as they are written, tables and lists by kind.
    pub fn shown(&self, node: &Node) -> String {
        if matches!(node.tree, Tree::List(_) | Tree::Table(_)) {
            return node.kind().to_owned();
        }
        format!("`{}`", shorten(self.diagnostics.borrow().origin().slice(node.span)))
    }

    /// Says that a value is of another form than the key wants.
    pub fn wrong_form(&self, node: &Node, place: &str, allowed: &str, advice: &str) {
        let problem = Problem::new(place, format!("{} is not what this key holds", self.shown(node)));
        self.error(node.span, problem.allowed(allowed).advice(advice));
    }

    /// Says that a word is none of the known ones.
    pub fn unknown(&self, span: Span, place: &str, found: &str, words: (&str, &[&str])) {
        if self.is_full() {
            return;
        }
        let (word, known) = words;
        let list = match known.len() {
            0 => "nothing".to_owned(),
            1..=LISTED => known.join(", "),
            more => format!("{}, and {} more", known[..LISTED].join(", "), more - LISTED),
        };
        let problem = Problem::new(place, format!("{found} `{}`", shorten(word)));
        self.error(span, problem.allowed(list).advice(advice(word, known)));
    }

    /// The entry of this name among some kinds.
    pub fn entry(&self, name: &str, kinds: &[Kind], span: Span, place: &str) -> Option<Entry> {
        let known = |entry: &&Entry| kinds.contains(&entry.kind);
        let entries = self.entries.iter().filter(known);
        let found = entries.clone().find(|entry| entry.name == name).copied();
        if found.is_none() && !self.excused.borrow().iter().any(|excused| excused == name) {
            let mut names: Vec<&str> = entries.map(|entry| entry.name).collect();
            names.sort_unstable();
            let what: Vec<&str> = kinds.iter().map(|kind| kind_name(*kind)).collect();
            self.unknown(span, place, &format!("unknown {}", what.join(" or ")), (name, &names));
        }
        found
    }
}

/// What messages call a kind.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Neuron => "neuron",
        Kind::Channel => "channel",
        Kind::Source => "source",
        Kind::Synapse => "synapse",
        Kind::Output => "output",
        Kind::ShortTerm => "short-term plasticity",
        Kind::Plasticity => "plasticity",
        Kind::Connector => "connection rule",
        Kind::Operator => "storage",
        Kind::Initialiser => "initialiser",
        Kind::Stimulus => "stimulus",
        Kind::Coupling => "coupling",
        Kind::System => "system",
        Kind::Surrogate => "surrogate",
        Kind::Optimiser => "optimiser",
        Kind::Schedule => "schedule",
        Kind::Loss => "loss",
        Kind::Regulariser => "regulariser",
        Kind::Metric => "metric",
        Kind::Transform => "transform",
        Kind::Learner => "learner",
        Kind::Features => "features",
        Kind::Environment => "environment",
        Kind::Decoder => "decoder",
    }
}

/// The keys of one section of the file, by name.
pub(crate) struct Fields<'a> {
    pub reader: &'a Reader<'a>,
    pub section: &'static Section,
    /// Dotted path of the section, for messages.
    pub place: String,
    /// Its header.
    pub span: Span,
    pub rows: &'a [(Key, Node)],
    /// Whether `rows` are all there is; not so where the population they are taken from is unknown.
    pub complete: bool,
}

impl<'a> Fields<'a> {
    /// Reports keys that are not of this section, or of `more`, and required ones that are missing.
    pub fn check(&self, more: &[&str]) {
        let known: Vec<&str> = self.section.names().into_iter().chain(more.iter().copied()).collect();
        for (key, _) in self.rows.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            self.reader.unknown(key.span, &self.place, "unknown key", (&key.name, &known));
        }
        let required = self.section.keys.iter().filter(|key| key.need == Need::Required && self.complete);
        for key in required.filter(|key| self.get(key.name).is_none()) {
            self.missing(key.name, key.doc);
        }
    }

    /// Reports a key that has to be given.
    pub fn missing(&self, name: &str, doc: &str) {
        if let Shape::Table(section) = self.section.key(name).shape {
            return self.missing_table(section);
        }
        let problem = Problem::new(&self.place, format!("`{name}` is missing"))
            .allowed(doc.trim_end_matches('.').to_lowercase())
            .advice(format!("add a line `{name} = ...` below this header"));
        self.reader.error(self.span, problem);
    }

    fn missing_table(&self, section: &Section) {
        let header = section.header();
        let problem = Problem::new(&self.place, format!("section `{header}` is missing"))
            .allowed(section.doc.split('.').next().unwrap_or_default().to_lowercase())
            .advice(format!("add `{header}` and its keys"));
        self.reader.error(self.span, problem);
    }

    /// The value of a key, as it stands in the file.
    pub fn get(&self, name: &str) -> Option<&'a Node> {
        self.rows.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// The dotted path of a key.
    pub fn place_of(&self, name: &str) -> String {
        format!("{}.{name}", self.place)
    }

    /// What is taken where a key is not given.
    pub fn default(&self, name: &str) -> Option<&'static str> {
        if let Need::Default(text) = self.section.key(name).need { Some(text) } else { None }
    }

    /// A text that is not empty.
    pub fn text(&self, name: &str) -> Option<String> {
        let node = self.get(name)?;
        let text = node.text().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.reader.wrong_form(node, &self.place_of(name), "a text", "write it between quotation marks");
        }
        text.map(str::to_owned)
    }

    /// A text to the byte, so that errors can point into it.
    pub fn text_as_is(&self, name: &str) -> Option<&'a str> {
        self.text(name)?;
        self.get(name)?.text()
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Option<bool> {
        let Some(node) = self.get(name) else { return Some(self.default(name)? == "true") };
        if let Tree::Bool(yes) = node.tree {
            return Some(yes);
        }
        self.reader.wrong_form(node, &self.place_of(name), "true, false", "write it without quotation marks");
        None
    }

    /// A whole number.
    pub fn count(&self, name: &str) -> Option<u64> {
        let Some(node) = self.get(name) else { return self.default(name)?.parse().ok() };
        let Shape::Count { min, max } = self.section.key(name).shape else { return None };
        let place = self.place_of(name);
        let allowed =
            if min == max { min.to_string() } else { format!("a whole number from {min} to {max}") };
        match node.tree {
            Tree::Integer(number) => {
                let inside = u64::try_from(number).ok().filter(|number| (min..=max).contains(number));
                if inside.is_none() {
                    let advice =
                        format!("give {}", if min == max { "this number" } else { "a number in this range" });
                    let problem = Problem::new(place, format!("{} is out of range", self.reader.shown(node)));
                    self.reader.error(node.span, problem.allowed(allowed).advice(advice));
                }
                inside
            }
            _ => {
                let advice = "counts and seeds are bare whole numbers, without quotation marks or unit";
                self.reader.wrong_form(node, &place, &allowed, advice);
                None
            }
        }
    }

    /// A duration in ms.
    pub fn time(&self, name: &str, bound: ecs_core::registry::Bound) -> Option<f64> {
        let wanted = Wanted { unit: "ms", bound };
        let Some(node) = self.get(name) else {
            return ecs_core::units::to_unit(self.default(name)?, wanted.parsed()).ok();
        };
        quantity::scalar(self.reader, node, wanted, &self.place_of(name))
    }

    /// One of the words of the key; its position among them.
    pub fn choice(&self, name: &str) -> Option<usize> {
        let Shape::Choice(words) = self.section.key(name).shape else { return None };
        let position = |word: &str| words.iter().position(|known| *known == word);
        let Some(node) = self.get(name) else { return position(self.default(name)?) };
        let Some(word) = node.text() else {
            self.reader.wrong_form(
                node,
                &self.place_of(name),
                &words.join(", "),
                "write it between quotation marks",
            );
            return None;
        };
        let found = position(word);
        if found.is_none() {
            self.reader.unknown(node.span, &self.place_of(name), "unknown value", (word, words));
        }
        found
    }
    /// The keys of a table within this section; `None` and an error where the value is none.
    pub fn table(&self, name: &str) -> Option<Fields<'a>> {
        let Shape::Table(section) = self.section.key(name).shape else { return None };
        let node = self.get(name)?;
        self.inner(section, node, self.place_of(name), &format!("[{}]", section.name))
    }

    /// Those of each table of a list; none where the key is not given.
    pub fn tables(&self, name: &str) -> Option<Vec<Fields<'a>>> {
        let Shape::Tables(section) = self.section.key(name).shape else { return None };
        let Some(node) = self.get(name) else { return Some(Vec::new()) };
        let Tree::List(items) = &node.tree else {
            let header = section.header();
            self.reader.wrong_form(
                node,
                &self.place_of(name),
                &header,
                &format!("write the header as `{header}`"),
            );
            return None;
        };
        let of =
            |(k, item)| self.inner(section, item, format!("{}[{k}]", self.place_of(name)), &section.header());
        items.iter().enumerate().map(of).collect()
    }

    fn inner(
        &self,
        section: &'static Section,
        node: &'a Node,
        place: String,
        header: &str,
    ) -> Option<Fields<'a>> {
        let Tree::Table(rows) = &node.tree else {
            self.reader.wrong_form(node, &place, header, &format!("write the header as `{header}`"));
            return None;
        };
        let fields = Fields { reader: self.reader, section, place, span: node.span, rows, complete: true };
        fields.check(&[]);
        Some(fields)
    }
}

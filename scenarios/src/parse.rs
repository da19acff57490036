//! Parse: from the text of a scenario to its typed form, with all errors of the file at once.

use std::io::Read;
use std::path::Path;

use ecs_core::network::{Registry, Scale};

use crate::coupling::coupling;
use crate::diagnostic::{Diagnostics, Origin, Problem, Span};
use crate::environment::environment;
use crate::fit::{fit, is_fit};
use crate::head;
use crate::host::{self, Host};
use crate::keys::{self, Layout, SECTIONS, Section};
use crate::matrix;
use crate::models;
use crate::observe;
use crate::observe::Recorded;
use crate::overrides::{self, Override};
use crate::population::populations;
use crate::reader::{Fields, Reader};
use crate::schema::{Output, OutputFormat, Population, Scenario, Storage, Sweep};
use crate::selection::Known;
use crate::set::set;
use crate::sweep::{self, Point, sweep};
use crate::task::task;
use crate::training::training;
use crate::tree::{self, Key, Node, Tree};
use crate::validate;
use crate::wiring;

/// Larger files are data, not scenarios.
pub const LARGEST_FILE: usize = 16 << 20;

/// More tables of one section than this are data as well.
const MOST_TABLES: usize = 10_000;

/// Reads a scenario file.
///
/// # Errors
/// As [`parse`], and where the file cannot be read or is no UTF-8.
pub fn load(path: &Path, host: impl Into<Host>, changes: &[Override]) -> Result<Scenario, Diagnostics> {
    let name = path.display().to_string();
    let refuse = |found: String, advice: &str| {
        let mut diagnostics = Diagnostics::new(Origin::new(vec![(name.clone(), String::new())]));
        diagnostics.whole_file(Problem::new("", found).allowed("a TOML file in UTF-8").advice(advice));
        diagnostics
    };
    let limit = LARGEST_FILE as u64 + 1;
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| refuse(format!("cannot read the scenario: {error}"), "check the path"))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| refuse(format!("the scenario is no UTF-8: {error}"), "save it as UTF-8"))?;
    parse(&text, &name, path.parent().unwrap_or(Path::new("")), host, changes)
}

/// Reads the text of a scenario. Data files are looked for in `base`, and nowhere else.
///
/// # Errors
/// All that is wrong with it, in the order of the text.
pub fn parse(
    text: &str,
    file_name: &str,
    base: &Path,
    host: impl Into<Host>,
    changes: &[Override],
) -> Result<Scenario, Diagnostics> {
    let host = host.into();
    let file = (text, file_name, base);
    let scenario = parse_point(file, host.clone(), changes, None)?;
    // What is wrong with a value of a sweep is wrong before anything runs.
    for point in scenario.sweep.iter().flat_map(Sweep::each_value) {
        parse_point(file, host.clone(), changes, scenario.sweep.as_ref().map(|sweep| (sweep, &point)))?;
    }
    Ok(scenario)
}

/// The scenario at a point of its sweep.
///
/// # Errors
/// What is wrong with values that go together.
pub fn at_point(
    scenario: &Scenario,
    base: &Path,
    (host, changes): (impl Into<Host>, &[Override]),
    point: &Point,
) -> Result<Scenario, Diagnostics> {
    let file = (scenario.origin.text(), scenario.origin.file_name(), base);
    parse_point(file, host.into(), changes, scenario.sweep.as_ref().map(|sweep| (sweep, point)))
}

/// A point of a sweep.
type AtPoint<'a> = Option<(&'a Sweep, &'a Point)>;

fn parse_point(
    (text, file_name, base): (&str, &str, &Path),
    mut host: Host,
    changes: &[Override],
    point: AtPoint<'_>,
) -> Result<Scenario, Diagnostics> {
    let file = (file_name.to_owned(), text.to_owned());
    if text.len() > LARGEST_FILE {
        let mut diagnostics = Diagnostics::new(Origin::new(vec![(file.0, String::new())]));
        let problem = Problem::new("", "the scenario is too large")
            .allowed(format!("up to {} MiB", LARGEST_FILE >> 20))
            .advice("keep data in files of its own, and name them in `connect = { table = ... }`");
        diagnostics.whole_file(problem);
        return Err(diagnostics);
    }
    let sets = changes.iter().map(|change| ("--set".to_owned(), change.text.clone()));
    let origin = Origin::new(std::iter::once(file).chain(sets).collect());
    let mut diagnostics = Diagnostics::new(origin.clone());
    let mut root = tree::read(text, 0, &mut diagnostics);
    if diagnostics.has_errors() {
        diagnostics.sort();
        return Err(diagnostics);
    }
    for (at, change) in changes.iter().enumerate() {
        overrides::apply(&mut root, change, at + 1, &mut diagnostics);
    }
    if let Some((sweep, point)) = point {
        sweep::put(&mut root, sweep, point, &mut diagnostics);
    }
    matrix::expand(&mut root, &mut diagnostics);
    let reader = Reader::new(&[], base, diagnostics);
    let document = Document { reader: &reader, root: &root };
    document.plugins(&mut host);
    document.models(&mut host.registry);
    let entries = host.registry.entries();
    let reader = reader.with(&entries);
    let scenario = Document { reader: &reader, root: &root }.read(origin, host);
    let mut diagnostics = reader.diagnostics.into_inner();
    diagnostics.sort();
    match scenario {
        Some(scenario) if !diagnostics.has_errors() => {
            // Files that it names have joined the texts.
            let origin = diagnostics.origin().clone();
            Ok(Scenario { warnings: diagnostics, origin, ..scenario })
        }
        _ => Err(diagnostics),
    }
}

/// The whole file.
struct Document<'a> {
    reader: &'a Reader<'a>,
    root: &'a [(Key, Node)],
}

impl<'a> Document<'a> {
    fn read(&self, origin: Origin, host: Host) -> Option<Scenario> {
        self.check_sections();
        let head = self.once(&keys::SCENARIO).and_then(|fields| head::scenario(&fields));
        let (run, grid) = self.once(&keys::RUN).map_or((None, None), |fields| head::run(&fields));
        let output = match self.once(&keys::OUTPUT) {
            Some(fields) => head::output(&fields),
            None => Some(Output { format: OutputFormat::Parquet, report: true, weights: None }),
        };
        let storage = run.as_ref().map_or(Storage::Auto, |run| run.storage);
        let scale = self.scale();
        let (populations, known) = self.populations(storage, scale.unwrap_or_default().neurons);
        let known = known.as_slice();
        let sets = self.many(&keys::SET, |fields| set(fields, known));
        let projections = self.many(&keys::PROJECTION, |fields| wiring::projection(fields, known, grid));
        let couplings = self.many(&keys::COUPLING, |fields| coupling(fields, known, grid));
        let stimuli = self.many(&keys::STIMULUS, |fields| wiring::stimulus(fields, known));
        let systems = self.many(&keys::SYSTEM, wiring::system);
        let records = self.many(&keys::RECORD, |fields| observe::record(fields, known, grid));
        let silences = self.many(&keys::SILENCE, |fields| observe::silence(fields, known, grid));
        let clamps = self.many(&keys::CLAMP, |fields| observe::clamp(fields, known, grid));
        let expects = self.many(&keys::EXPECT, |fields| observe::expect(fields, known, grid));
        let task = self.once(&keys::TASK).map(|fields| task(&fields, grid));
        let done = task.as_ref().map(Option::as_ref);
        let env = match self.once(&keys::ENV) {
            Some(fields) => environment(&fields, known, grid).map(Some),
            None => Some(None),
        };
        let (training, fit) = match self.once(&keys::TRAINING) {
            Some(fields) if is_fit(&fields) => (Some(None), fit(&fields, known, grid).map(Some)),
            Some(fields) => (training(&fields, (known, done), grid).map(Some), Some(None)),
            None => (Some(None), Some(None)),
        };
        let (mut neurons, mut weights) = (Vec::new(), Vec::new());
        for record in records? {
            match record {
                Recorded::Neurons(record) => neurons.push(record),
                Recorded::Weights(record) => weights.push(record),
            }
        }
        let sweep = match self.once(&keys::SWEEP) {
            Some(fields) => sweep(&fields).map(Some),
            None => Some(None),
        };
        let [title, source, description] = head?;
        let scenario = Scenario {
            title,
            source,
            description,
            run: run?,
            scale: scale?,
            output: output?,
            populations: populations?,
            sets: sets?,
            projections: projections?,
            couplings: couplings?,
            stimuli: stimuli?,
            systems: systems?,
            records: neurons,
            weights,
            silences: silences?,
            clamps: clamps?,
            expects: expects?,
            task: match task {
                Some(task) => Some(task?),
                None => None,
            },
            env: env?,
            training: training?,
            fit: fit?,
            sweep: sweep?,
            warnings: Diagnostics::default(),
            registry: host.registry,
            libraries: host.libraries,
            origin,
        };
        validate::whole(self.reader, &scenario);
        Some(scenario)
    }

    /// The libraries that the file names.
    fn plugins(&self, host: &mut Host) {
        if let Some(fields) = self.once(&keys::PLUGINS) {
            host::plugins(&fields, host);
        }
    }

    /// The models that the file defines, which its populations and projections may name.
    fn models(&self, registry: &mut Registry) {
        let Some((key, node)) = self.get(&keys::MODEL) else { return };
        match &node.tree {
            Tree::Table(rows) if self.few_enough(&keys::MODEL, key.span, rows.len()) => {
                models::models(self.reader, rows, registry);
            }
            Tree::Table(_) => {}
            _ => self.wrong_layout(&keys::MODEL, key.span, node.kind()),
        }
    }

    fn check_sections(&self) {
        let names: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
        for (key, _) in self.root.iter().filter(|(key, _)| !names.contains(&key.name.as_str())) {
            self.reader.unknown(key.span, "", "unknown section", (&key.name, &names));
        }
        let spared = |section: &Section| section.name == keys::POPULATION.name && self.stands_alone();
        let missing = |section: &Section| section.required && self.get(section).is_none() && !spared(section);
        for section in SECTIONS.iter().filter(|section| missing(section)) {
            let problem = Problem::new("", format!("section `{}` is missing", section.header()))
                .allowed(section.doc.trim_end_matches('.').to_lowercase())
                .advice(format!("add `{}` and its keys", section.header()));
            self.reader.diagnostics.borrow_mut().whole_file(problem);
        }
    }

    fn get(&self, section: &Section) -> Option<&'a (Key, Node)> {
        self.root.iter().find(|(key, _)| key.name == section.name)
    }

    /// Whether features of samples are all that the file is about: they need no population.
    fn stands_alone(&self) -> bool {
        let training = self.get(&keys::TRAINING).map(|(_, node)| &node.tree);
        let Some(Tree::Table(rows)) = training else { return false };
        let has = |name: &str| rows.iter().any(|(key, _)| key.name == name);
        has("features") && !has("series")
    }

    fn wrong_layout(&self, section: &Section, span: Span, found: &str) {
        let problem = Problem::new(section.name, format!("this section is written as {found}"))
            .allowed(format!("`{}`", section.header()))
            .advice(format!("write the header as `{}`", section.header()));
        self.reader.error(span, problem);
    }

    fn once(&self, section: &'static Section) -> Option<Fields<'a>> {
        let (key, node) = self.get(section)?;
        let Tree::Table(rows) = &node.tree else {
            self.wrong_layout(section, key.span, node.kind());
            return None;
        };
        Some(Fields {
            reader: self.reader,
            section,
            place: section.name.to_owned(),
            span: key.span,
            rows,
            complete: true,
        })
    }

    /// The size of the network; a bare number stands for the whole table.
    fn scale(&self) -> Option<Scale> {
        let section = &keys::SCALE;
        let Some((_, node)) = self.get(section) else { return Some(Scale::default()) };
        match node.number() {
            Some(_) => {
                head::scale_of(self.reader, node, section.name).map(|s| Scale { neurons: s, in_degrees: s })
            }
            None => self.once(section).and_then(|fields| head::scale(&fields)),
        }
    }

    fn populations(&self, storage: Storage, scale: f64) -> (Option<Vec<Population>>, Vec<Known>) {
        let section = &keys::POPULATION;
        let Some((key, node)) = self.get(section) else {
            return (self.stands_alone().then(Vec::new), Vec::new());
        };
        let Tree::Table(rows) = &node.tree else {
            self.wrong_layout(section, key.span, node.kind());
            return (None, Vec::new());
        };
        if rows.is_empty() || !self.few_enough(section, key.span, rows.len()) {
            self.wrong_layout(section, key.span, "a table without populations");
            return (None, Vec::new());
        }
        let (read, known) = populations(self.reader, rows, (storage, scale));
        (read.into_iter().collect(), known)
    }

    /// All tables of a section that may stand many times; `None` if one of them is wrong.
    fn many<T>(&self, section: &'static Section, read: impl Fn(&Fields<'a>) -> Option<T>) -> Option<Vec<T>> {
        debug_assert!(section.layout == Layout::Many);
        let Some((key, node)) = self.get(section) else { return Some(Vec::new()) };
        let Tree::List(items) = &node.tree else {
            self.wrong_layout(section, key.span, node.kind());
            return None;
        };
        if !self.few_enough(section, key.span, items.len()) {
            return None;
        }
        let read_one = |(at, item): (usize, &'a Node)| {
            let Tree::Table(rows) = &item.tree else {
                self.wrong_layout(section, item.span, item.kind());
                return None;
            };
            let place = format!("{}[{at}]", section.name);
            read(&Fields { reader: self.reader, section, place, span: item.span, rows, complete: true })
        };
        let all: Vec<Option<T>> = items.iter().enumerate().map(read_one).collect();
        all.into_iter().collect()
    }

    fn few_enough(&self, section: &Section, span: Span, count: usize) -> bool {
        if count > MOST_TABLES {
            let problem = Problem::new(section.name, format!("{count} tables of this section"))
                .allowed(format!("up to {MOST_TABLES}"))
                .advice("describe many alike things as one");
            self.reader.error(span, problem);
        }
        count <= MOST_TABLES
    }
}

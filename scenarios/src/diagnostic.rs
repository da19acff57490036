//! Diagnostics: errors and warnings that say where, what was found, what is allowed and what to do.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// More errors than this are counted, not shown: past the first few they follow from each other.
const SHOWN: usize = 20;

/// Lines longer than this many bytes are named, not shown.
const LONGEST_LINE: usize = 4096;

/// A place in one of the texts a scenario is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Which text: 0 is the file, others are overrides from the command line and files that it names.
    pub text: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A place in the file itself.
    pub fn in_file(range: Range<usize>) -> Self {
        Self { text: 0, start: range.start, end: range.end }
    }
}

/// The texts that spans point into. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    texts: Arc<Vec<(String, String)>>,
}

impl Origin {
    /// The file comes first, then overrides; each with the name it has in messages.
    pub fn new(texts: Vec<(String, String)>) -> Self {
        Self { texts: Arc::new(texts) }
    }

    /// The name of the file.
    pub fn file_name(&self) -> &str {
        self.texts.first().map_or("", |(name, _)| name)
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        self.texts.first().map_or("", |(_, text)| text)
    }

    /// What stands at a span.
    pub fn slice(&self, span: Span) -> &str {
        self.texts.get(span.text).and_then(|(_, text)| text.get(span.start..span.end)).unwrap_or("")
    }

    /// Name of the text, line and column of the start of a span, both from 1.
    pub fn locate(&self, span: Span) -> (&str, usize, usize) {
        let Some((name, text)) = self.texts.get(span.text) else { return ("", 1, 1) };
        let before = &text[..floor(text, span.start)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (name, before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The line a span starts in, and the span inside it; `None` where it is too long to show.
    fn line(&self, span: Span) -> Option<(&str, Range<usize>)> {
        let (_, text) = self.texts.get(span.text)?;
        let start = floor(text, span.start);
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[from..to].trim_end_matches('\r');
        // A span may begin in the carriage returns that are not shown.
        let inside = |at: usize| floor(text, at.max(start)).min(from + line.len()) - from;
        (line.len() <= LONGEST_LINE).then_some((line, inside(start)..inside(span.end)))
    }
}

/// The nearest char boundary at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// It can, but this is probably not meant.
    Warning,
}

/// What is wrong, without the place in the text. The parts are lower case, without a full stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Where in the scenario, as a dotted path such as `population.exc.size`; may be empty.
    pub place: String,
    /// What was found.
    pub found: String,
    /// What is allowed; may be empty.
    pub allowed: String,
    /// What to do; may be empty.
    pub advice: String,
}

impl Problem {
    /// A problem at a dotted path.
    pub fn new(place: impl Into<String>, found: impl Into<String>) -> Self {
        Self { place: place.into(), found: found.into(), ..Self::default() }
    }

    /// Adds what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = allowed.into();
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }
}

/// A problem and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where; `None` for the file as a whole.
    pub span: Option<Span>,
    /// What.
    pub problem: Problem,
}

/// All that is wrong with one scenario.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    origin: Origin,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// None yet, about these texts.
    pub fn new(origin: Origin) -> Self {
        Self { origin, list: Vec::new() }
    }

    /// One error at a place of a scenario that was read before: for later stages, such as building.
    pub fn at(origin: &Origin, span: Span, problem: Problem) -> Self {
        let mut diagnostics = Self::new(origin.clone());
        diagnostics.error(span, problem);
        diagnostics
    }

    /// Adds a text that spans may point into, and gives its number.
    pub fn add_text(&mut self, name: String, text: String) -> usize {
        let texts = Arc::make_mut(&mut self.origin.texts);
        texts.push((name, text));
        texts.len() - 1
    }

    /// The texts these are about.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Adds an error.
    pub fn error(&mut self, span: Span, problem: Problem) {
        self.list.push(Diagnostic { severity: Severity::Error, span: Some(span), problem });
    }

    /// Adds a warning.
    pub fn warn(&mut self, span: Span, problem: Problem) {
        self.list.push(Diagnostic { severity: Severity::Warning, span: Some(span), problem });
    }

    /// Adds an error about the file as a whole.
    pub fn whole_file(&mut self, problem: Problem) {
        self.list.push(Diagnostic { severity: Severity::Error, span: None, problem });
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|one| one.severity == Severity::Error)
    }

    /// In the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Brings them into the order of the text and drops repetitions, which `like` makes.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|one| one.span);
        self.list.dedup_by(|b, a| a.span.is_some() && a.span == b.span && a.problem.found == b.problem.found);
    }

    /// The text a person reads, with colour or without.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let shown = self.list.iter().take(SHOWN).map(|one| renderer.render(&[self.group(one)]));
        let mut blocks: Vec<String> = shown.collect();
        if self.list.len() > SHOWN {
            blocks.push(format!("and {} more", self.list.len() - SHOWN));
        }
        blocks.join("\n\n")
    }

    fn group<'a>(&'a self, one: &'a Diagnostic) -> Group<'a> {
        let level = if one.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
        let Problem { place, found, allowed, advice } = &one.problem;
        let title = if place.is_empty() { found.clone() } else { format!("{place}: {found}") };
        let mut group = level.primary_title(title).element(self.snippet(one.span));
        if !allowed.is_empty() {
            group = group.element(Level::NOTE.with_name("allowed").message(allowed));
        }
        if !advice.is_empty() {
            group = group.element(Level::HELP.message(advice));
        }
        group
    }

    fn snippet(&self, span: Option<Span>) -> annotate_snippets::Element<'_> {
        let plain = |path: String| annotate_snippets::Origin::path(path).into();
        let Some(span) = span else { return plain(self.origin.file_name().to_owned()) };
        let (name, number, column) = self.origin.locate(span);
        let Some((line, inside)) = self.origin.line(span) else {
            return plain(format!("{name}:{number}:{column}"));
        };
        let caret = AnnotationKind::Primary.span(inside);
        Snippet::source(line).line_start(number).path(name).annotation(caret).into()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

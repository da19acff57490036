//! Error: what is wrong with a text, in four parts: where, what was found, what is allowed, what to do.

use std::fmt;
use std::ops::Range;

use crate::nearest::advice;

/// Past so many errors no more are gathered: nobody reads them, and a hostile text makes thousands.
const MOST_ERRORS: usize = 50;

/// Messages list so many allowed words and count the rest.
const LISTED: usize = 20;

/// Messages repeat at most so many characters of a text.
const REPEATED: usize = 48;

/// Which of a model's texts a span points into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The equations.
    Equations,
    /// The threshold.
    Threshold,
    /// The reset.
    Reset,
    /// The refractory time.
    Refractory,
    /// The unit of the input.
    Input,
    /// What a spike does to a synapse.
    OnPre,
    /// What a spike of the receiver does to a synapse.
    OnPost,
    /// What a spike of the modulator does.
    OnModulator,
    /// What time between spikes does to a synapse.
    Between,
    /// What a step does to the receiver's traces.
    OnStep,
    /// Which steps synapses see.
    Seen,
    /// The value of a synapse.
    Value,
    /// The current of a channel.
    Current,
    /// The list of channels; the span counts its entries.
    Channels,
    /// The parameter of that name; the span points into its quantity.
    Parameter(String),
    /// The initial value of that name; the span points into its quantity.
    Initial(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = match self {
            Self::Equations => "equations",
            Self::Threshold => "threshold",
            Self::Reset => "reset",
            Self::Refractory => "refractory",
            Self::Input => "input",
            Self::OnPre => "on_pre",
            Self::OnPost => "on_post",
            Self::OnModulator => "on_modulator",
            Self::Between => "between",
            Self::OnStep => "on_step",
            Self::Seen => "seen",
            Self::Value => "value",
            Self::Current => "current",
            Self::Channels => "channels",
            Self::Parameter(name) => return write!(f, "parameters.{}", shorten(name)),
            Self::Initial(name) => return write!(f, "initial.{}", shorten(name)),
        };
        f.write_str(key)
    }
}

/// An error in the text of a model. The parts are lower case, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// Which text.
    pub place: Place,
    /// The bytes of that text.
    pub span: Range<usize>,
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, span, found, allowed, advice } = self;
        write!(f, "{place}, byte {}: {found}; allowed: {allowed}; {advice}", span.start)
    }
}

impl std::error::Error for TextError {}

/// An error before it is known which text it is in.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub span: Range<usize>,
    pub found: String,
    pub allowed: String,
    pub advice: String,
}

impl Problem {
    pub fn new(
        span: Range<usize>,
        found: impl Into<String>,
        allowed: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { span, found: found.into(), allowed: allowed.into(), advice: advice.into() }
    }

    /// A word that is none of the known ones.
    pub fn unknown(span: Range<usize>, found: &str, word: &str, known: &[&str]) -> Self {
        let found = format!("{found} `{}`", shorten(word));
        Self::new(span, found, listed(known), advice(word, known))
    }
}

/// The errors so far, so that one does not hide the next.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<TextError>);

impl Errors {
    /// Whether there are as many as anybody wants to see.
    pub fn are_enough(&self) -> bool {
        self.0.len() >= MOST_ERRORS
    }

    pub fn push(&mut self, place: &Place, problem: Problem) {
        if self.are_enough() {
            return;
        }
        let Problem { span, found, allowed, advice } = problem;
        self.0.push(TextError { place: place.clone(), span, found, allowed, advice });
    }

    /// `made`, if nothing went wrong; else the errors in the order of the texts.
    pub fn or<T>(mut self, made: Option<T>) -> Result<T, Vec<TextError>> {
        self.0.sort_by(|a, b| (&a.place, a.span.start).cmp(&(&b.place, b.span.start)));
        match made {
            Some(made) if self.0.is_empty() => Ok(made),
            _ => Err(self.0),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Words as messages list them.
pub(crate) fn listed(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(LISTED).map(|word| shorten(word)).collect();
    match words.len() {
        0 => "nothing".to_owned(),
        1..=LISTED => shown.join(", "),
        more => format!("{}, and {} more", shown.join(", "), more - LISTED),
    }
}

/// The beginning of a text, on one line.
pub(crate) fn shorten(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(REPEATED) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

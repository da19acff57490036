//! Statement: the lines of equations and of resets, each read on its own, so that an error in one does not hide the next.

use std::ops::Range;

use crate::error::{Errors, Place, Problem, shorten};
use crate::parser::Parser;
use crate::syntax::{Assignment, Change, Equation, Expression, Form, Head};
use crate::token::{Kind, Token};

/// Texts with more statements are not read on.
const MOST_STATEMENTS: usize = 1000;

const CHANGES: [(&str, Change); 5] = [
    ("=", Change::Becomes),
    ("+=", Change::Grows),
    ("-=", Change::Shrinks),
    ("*=", Change::Multiplies),
    ("/=", Change::Divides),
];

/// What stands in brackets behind a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    Held,
    EventDriven,
}

/// What stands left of the equals sign, with its bytes.
type Left<'a> = (Head, &'a str, Range<usize>);

/// The equations of a text, and the names that lines begin with, those that could not be read as well.
#[derive(Debug, Default)]
pub(crate) struct Lines<'a> {
    pub equations: Vec<Equation<'a>>,
    pub heads: Vec<&'a str>,
}

/// Reads equations.
pub(crate) fn equations<'a>(text: &'a str, errors: &mut Errors) -> Lines<'a> {
    let mut lines = Lines::default();
    statements(text, &Place::Equations, errors, |parser| {
        if lines.heads.is_empty() {
            lines.heads = parser.heads().collect();
        }
        lines.equations.push(parser.equation()?);
        Ok(())
    });
    lines
}

/// Reads assignments.
pub(crate) fn assignments<'a>(text: &'a str, place: &Place, errors: &mut Errors) -> Vec<Assignment<'a>> {
    let mut list = Vec::new();
    statements(text, place, errors, |parser| {
        list.push(parser.assignment()?);
        Ok(())
    });
    list
}

/// Reads one expression.
pub(crate) fn expression<'a>(text: &'a str, place: &Place, errors: &mut Errors) -> Option<Expression<'a>> {
    let read = Parser::new(text, place, errors)?.whole();
    read.map_err(|problem| errors.push(place, problem)).ok()
}

/// Calls `read` at each statement.
fn statements<'a>(
    text: &'a str,
    place: &Place,
    errors: &mut Errors,
    mut read: impl FnMut(&mut Parser<'a>) -> Result<(), Problem>,
) {
    let Some(mut parser) = Parser::new(text, place, errors) else { return };
    let mut count = 0;
    parser.skip_ends();
    while !parser.is_done() && !errors.are_enough() {
        count += 1;
        if count > MOST_STATEMENTS {
            let span = parser.peek().span.clone();
            let allowed = format!("{MOST_STATEMENTS} statements");
            errors.push(place, Problem::new(span, "one statement too many", allowed, "split the model"));
            return;
        }
        if let Err(problem) = read(&mut parser) {
            errors.push(place, problem);
            parser.recover();
        }
        parser.skip_ends();
    }
}

impl<'a> Parser<'a> {
    /// `dx/dt = EXPRESSION : UNIT (unless refractory)`, `x = EXPRESSION : UNIT` or `x : UNIT`.
    fn equation(&mut self) -> Result<Equation<'a>, Problem> {
        let (mut head, name, at) = self.left()?;
        let body = if self.takes("=") {
            self.expression()?
        } else if head == Head::Definition && self.sees(":") {
            head = Head::Declaration;
            Expression { form: Form::Number(0.0), span: at.clone() }
        } else {
            return Err(self.unexpected("`=`"));
        };
        let unit = self.unit(name, &at)?;
        let opened = self.peek().span.start;
        let flag = self.flags(head)?;
        if !self.at_end() {
            return Err(self.unexpected("the end of the line, or `(unless refractory)`"));
        }
        let held = flag == Some(Flag::Held);
        let event_driven = (flag == Some(Flag::EventDriven)).then(|| opened..self.end());
        Ok(Equation { head, name, at, body, unit, held, event_driven, doc: self.comment() })
    }

    /// The name that a statement begins with.
    fn name(&mut self, allowed: &str) -> Result<Token, Problem> {
        let token = self.peek().clone();
        if token.kind != Kind::Name {
            return Err(self.unexpected(allowed));
        }
        Ok(self.next())
    }

    fn left(&mut self) -> Result<Left<'a>, Problem> {
        let token = self.name("`dv/dt = ...` or `name = ...`")?;
        let word = self.slice(&token);
        if !self.takes("/") {
            plain(word, &token.span)?;
            return Ok((Head::Definition, word, token.span));
        }
        let below = self.name("`dt`")?;
        let span = token.span.start..below.span.end;
        match word.strip_prefix('d').filter(|name| !name.is_empty()) {
            Some(name) if self.slice(&below) == "dt" => {
                plain(name, &span)?;
                Ok((Head::Derivative, name, token.span.start + 1..token.span.end))
            }
            _ => {
                let found = format!("`{}` is no derivative in time", shorten(&self.text[span.clone()]));
                Err(Problem::new(span, found, "`dv/dt`, for a variable `v`", "write `dv/dt = ...`"))
            }
        }
    }

    /// What stands behind the colon, up to a bracket or the end of the line.
    fn unit(&mut self, name: &str, at: &Range<usize>) -> Result<(&'a str, Range<usize>), Problem> {
        let missing = |span| {
            let found = format!("`{}` has no unit", shorten(name));
            Err(Problem::new(
                span,
                found,
                "`: UNIT` behind the expression",
                "write `: mV`, or `: 1` for a bare number",
            ))
        };
        if self.at_end() {
            return missing(at.clone());
        }
        if !self.sees(":") {
            return Err(self.unexpected("an operator, or `: UNIT`"));
        }
        let colon = self.next();
        while !self.at_end() && !self.sees("(") {
            self.next();
        }
        let behind = &self.text[colon.span.end..self.end()];
        let text = behind.trim();
        let start = colon.span.end + (behind.len() - behind.trim_start().len());
        if text.is_empty() { missing(colon.span) } else { Ok((text, start..start + text.len())) }
    }

    /// `(unless refractory)` behind a derivative, or `(event-driven)`.
    fn flags(&mut self, head: Head) -> Result<Option<Flag>, Problem> {
        let opened = self.peek().span.clone();
        if !self.takes("(") {
            return Ok(None);
        }
        let mut words = |list: &[&str]| list.iter().all(|word| self.takes_word(word) || self.takes(word));
        let flag = match words(&["unless", "refractory", ")"]) {
            true => Some(Flag::Held),
            false => words(&["event", "-", "driven", ")"]).then_some(Flag::EventDriven),
        };
        let allowed = "`(unless refractory)`, behind a derivative";
        match (flag, head) {
            (Some(flag), Head::Derivative) => Ok(Some(flag)),
            (Some(_), Head::Definition | Head::Declaration) => {
                let found = "a name for an expression cannot be held";
                Err(Problem::new(opened.start..self.end(), found, allowed, "move it to the derivative"))
            }
            (None, _) => {
                while !self.at_end() && !self.takes(")") {
                    self.next();
                }
                let span = opened.start..self.end();
                let found = format!("unknown flag `{}`", shorten(&self.text[span.clone()]));
                Err(Problem::new(span, found, allowed, "write `(unless refractory)`, or remove it"))
            }
        }
    }

    /// `x = EXPRESSION`, `x += EXPRESSION` and their like.
    fn assignment(&mut self) -> Result<Assignment<'a>, Problem> {
        let token = self.name("a statement such as `v = v_reset`")?;
        let operator = self.peek().span.clone();
        let Some((_, change)) = CHANGES.iter().find(|(symbol, _)| self.takes(symbol)) else {
            return Err(self.unexpected("`=`, `+=`, `-=`, `*=` or `/=`"));
        };
        let body = self.expression()?;
        if !self.at_end() {
            return Err(self.unexpected("an operator, `;` or the end of the line"));
        }
        Ok(Assignment { change: *change, name: self.slice(&token), at: token.span, operator, body })
    }
}

/// Refuses names that are no plain words: they are keys in a scenario as well.
pub(crate) fn plain(name: &str, span: &Range<usize>) -> Result<(), Problem> {
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= 64;
    if fits {
        return Ok(());
    }
    let found = format!("`{}` is no name", shorten(name));
    let allowed = "letters a to z, digits and `_`, no digit first, 64 at most";
    Err(Problem::new(span.clone(), found, allowed, "choose another name"))
}

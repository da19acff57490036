//! Token: the words of a text, each with the bytes it stands at. Nothing is refused here.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A number without sign.
    Number(f64),
    /// A letter or `_`, then letters, digits, `_`, `²`, `³`.
    Name,
    /// An operator or a bracket.
    Symbol(&'static str),
    /// From `#` to the end of the line.
    Comment,
    /// The end of a line.
    Newline,
    /// A character that no text has.
    Unknown,
    /// The end of the text.
    End,
}

/// A token and its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

/// The longer of two that begin alike come first.
const SYMBOLS: &[&str] = &[
    "**", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "+", "-", "*", "/", "^", "(", ")", ",", "<", ">",
    "=", ":", ";",
];

/// The tokens of a text, with an end behind the last.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut list = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let (kind, length) = token(&text[at..], first);
        if let Some(kind) = kind {
            list.push(Token { kind, span: at..at + length });
        }
        at += length;
    }
    list.push(Token { kind: Kind::End, span: text.len()..text.len() });
    list
}

/// The first token of a text and its length; blanks are none.
fn token(text: &str, first: char) -> (Option<Kind>, usize) {
    let length = |more: fn(char) -> bool| text.find(|c: char| !more(c)).unwrap_or(text.len());
    if first == '\n' {
        (Some(Kind::Newline), 1)
    } else if first.is_whitespace() {
        (None, first.len_utf8())
    } else if first == '#' {
        (Some(Kind::Comment), length(|c| c != '\n'))
    } else if first.is_alphabetic() || first == '_' {
        (Some(Kind::Name), length(belongs_to_name))
    } else if let Some((number, length)) = number(text) {
        (Some(Kind::Number(number)), length)
    } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| text.starts_with(**symbol)) {
        (Some(Kind::Symbol(symbol)), symbol.len())
    } else {
        (Some(Kind::Unknown), first.len_utf8())
    }
}

fn belongs_to_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '²' | '³')
}

/// A number at the beginning of a text, and its length. An `e` belongs to it only with digits behind.
fn number(text: &str) -> Option<(f64, usize)> {
    let digits = |at: usize| {
        let rest = text.get(at..).unwrap_or("");
        rest.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(rest.len())
    };
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end += 1 + digits(end + 1);
    }
    if !text[..end].contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        if text[end + 1 + sign..].starts_with(|c: char| c.is_ascii_digit()) {
            end += 1 + sign + digits(end + 1 + sign);
        }
    }
    let number = text[..end].replace('_', "").parse().ok()?;
    Some((number, end))
}

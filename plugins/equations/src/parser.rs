//! Parser: a place in the tokens of a text, and what every rule of the grammar needs.

use std::ops::Range;

use crate::error::{Errors, Place, Problem, shorten};
use crate::token::{Kind, Token, tokens};

/// Texts beyond this many bytes are not read.
const LONGEST_TEXT: usize = 64 << 10;

/// Brackets, signs and powers inside each other beyond this are not read: they are read by recursion.
const DEEPEST: usize = 100;

/// A place in the tokens of a text.
pub(crate) struct Parser<'a> {
    pub text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// Where the last token that was taken ends.
    end: usize,
    depth: usize,
    /// How many brackets are open: inside them a line may end.
    open: usize,
}

impl<'a> Parser<'a> {
    /// At the beginning of a text; `None`, with an error, where it is too long.
    pub fn new(text: &'a str, place: &Place, errors: &mut Errors) -> Option<Self> {
        if text.len() > LONGEST_TEXT {
            let found = format!("the text has {} bytes", text.len());
            let allowed = format!("{LONGEST_TEXT} bytes");
            errors.push(place, Problem::new(0..0, found, allowed, "split the model, or shorten the text"));
            return None;
        }
        Some(Self { text, tokens: tokens(text), at: 0, end: 0, depth: 0, open: 0 })
    }

    /// The token that comes next.
    pub fn peek(&mut self) -> &Token {
        while self.open > 0 && matches!(self.tokens[self.at].kind, Kind::Newline | Kind::Comment) {
            self.at += 1;
        }
        &self.tokens[self.at]
    }

    /// The token behind the next one, on the same line.
    pub fn second(&self) -> Kind {
        self.tokens.get(self.at + 1).map_or(Kind::End, |token| token.kind)
    }

    /// Takes the next token; the end stays.
    pub fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        self.end = token.span.end;
        token
    }

    /// Where the last token that was taken ends.
    pub fn end(&self) -> usize {
        self.end
    }

    /// What stands at a token.
    pub fn slice(&self, token: &Token) -> &'a str {
        self.text.get(token.span.clone()).unwrap_or("")
    }

    /// Whether `symbol` comes next.
    pub fn sees(&mut self, symbol: &str) -> bool {
        matches!(self.peek().kind, Kind::Symbol(next) if next == symbol)
    }

    /// Takes `symbol` if it comes next.
    pub fn takes(&mut self, symbol: &str) -> bool {
        let found = self.sees(symbol);
        if found {
            self.next();
        }
        found
    }

    /// Takes the name `word` if it comes next.
    pub fn takes_word(&mut self, word: &str) -> bool {
        let token = self.peek().clone();
        let found = token.kind == Kind::Name && self.slice(&token) == word;
        if found {
            self.next();
        }
        found
    }

    /// Reads something with one more level of depth.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.depth == DEEPEST {
            let span = self.peek().span.clone();
            let allowed = format!("{DEEPEST} brackets, signs and powers inside each other");
            return Err(Problem::new(
                span,
                "the expression is too deep",
                allowed,
                "give its parts names of their own",
            ));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Reads what stands between an open bracket, at `opened`, and its end.
    pub fn bracket<T>(
        &mut self,
        opened: Range<usize>,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.open += 1;
        let inside = self.deeper(read)?;
        if !self.sees(")") {
            let token = self.peek().clone();
            let ended =
                matches!(token.kind, Kind::End | Kind::Symbol(":" | "=" | ";")) || self.statement_begins();
            let unclosed = Problem::new(opened, "this bracket is not closed", "`)`", "close it");
            return Err(if ended { unclosed } else { self.unexpected("an operator, or `)`") });
        }
        self.open -= 1;
        self.next();
        Ok(inside)
    }

    /// Whether a statement ends here.
    pub fn at_end(&mut self) -> bool {
        matches!(self.peek().kind, Kind::Newline | Kind::Comment | Kind::Symbol(";") | Kind::End)
    }

    /// Whether the text ends here.
    pub fn is_done(&mut self) -> bool {
        self.peek().kind == Kind::End
    }

    /// Takes ends of lines and `;`, comments as well.
    pub fn skip_ends(&mut self) {
        while self.at_end() && !self.is_done() {
            self.next();
        }
    }

    /// The comment on the rest of this line.
    pub fn comment(&mut self) -> &'a str {
        let token = self.peek().clone();
        if token.kind == Kind::Comment { self.slice(&token).trim_start_matches('#').trim() } else { "" }
    }

    /// Forgets a statement that could not be read: goes on where the next one seems to begin.
    pub fn recover(&mut self) {
        (self.open, self.depth) = (0, 0);
        while !self.is_done() && !self.statement_begins() {
            self.next();
        }
    }

    /// Whether a line begins here with a name and an equals sign, or with `dx/dt`.
    fn statement_begins(&self) -> bool {
        self.begins_at(self.at)
    }

    /// What every line that looks like a statement gives a name to.
    pub fn heads(&self) -> impl Iterator<Item = &'a str> {
        let starts = (0..self.tokens.len()).filter(|at| self.begins_at(*at));
        starts.map(|at| {
            let word = self.slice(&self.tokens[at]);
            let derivative = self.tokens[at + 1].kind == Kind::Symbol("/");
            if derivative { word.strip_prefix('d').unwrap_or(word) } else { word }
        })
    }

    fn begins_at(&self, at: usize) -> bool {
        let kind = |k: usize| self.tokens.get(k).map_or(Kind::End, |token| token.kind);
        if !matches!(at.checked_sub(1).map(kind), None | Some(Kind::Newline | Kind::Symbol(";"))) {
            return false;
        }
        match (kind(at), kind(at + 1), kind(at + 2), kind(at + 3)) {
            (Kind::Name, Kind::Symbol("/"), Kind::Name, Kind::Symbol("=")) => true,
            (Kind::Name, Kind::Symbol(operator), ..) => matches!(operator, "=" | "+=" | "-=" | "*=" | "/="),
            _ => false,
        }
    }

    /// The next token is not one of those that may come here.
    pub fn unexpected(&mut self, allowed: &str) -> Problem {
        let token = self.peek().clone();
        let word = self.slice(&token);
        let found = match token.kind {
            Kind::Newline | Kind::Comment => "the line ends here".to_owned(),
            Kind::End => "the text ends here".to_owned(),
            _ => format!("unexpected `{}`", shorten(word)),
        };
        let advice = match word {
            "=" | "==" | "!=" => "compare with `<`, `<=`, `>` or `>=`",
            "'" => "write a derivative as `dv/dt = ...`",
            "&" => "write `and`",
            "|" => "write `or`",
            "!" => "write `not`",
            "[" | "{" => "write round brackets",
            "(" => "write `*` to multiply",
            "," => "remove the comma: numbers have a point",
            ")" => "remove it, or open a bracket before it",
            ":" | ";" => "complete the expression before it",
            _ if matches!(token.kind, Kind::Name | Kind::Number(_)) => {
                "write an operator, such as `*`, before it"
            }
            _ if matches!(token.kind, Kind::Newline | Kind::Comment | Kind::End) => "complete the line",
            _ => "remove it",
        };
        Problem::new(token.span, found, allowed, advice)
    }
}

//! Symbol: names, units, numbers and plain text in LaTeX. Nothing that an author wrote reaches LaTeX as a command.

use crate::show::unit::{decimal, fraction};

const GREEK: [&str; 21] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu",
    "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
];

/// Characters of text that LaTeX reads as commands, or that its usual fonts lack.
const ESCAPED: [(char, &str); 19] = [
    ('\\', "\\textbackslash{}"),
    ('{', "\\{"),
    ('}', "\\}"),
    ('$', "\\$"),
    ('&', "\\&"),
    ('%', "\\%"),
    ('#', "\\#"),
    ('_', "\\_"),
    ('^', "\\textasciicircum{}"),
    ('~', "\\textasciitilde{}"),
    ('−', "$-$"),
    ('–', "--"),
    ('µ', "$\\mu$"),
    ('μ', "$\\mu$"),
    ('²', "$^2$"),
    ('³', "$^3$"),
    ('°', "$^\\circ$"),
    ('<', "$<$"),
    ('>', "$>$"),
];

/// A name: `tau_m` is a Greek letter with an index, `v_th` a letter with a word below it.
pub(crate) fn symbol(name: &str) -> String {
    let mut parts = name.split('_').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or("x");
    let letters = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let letters = if letters.is_empty() { first } else { letters };
    let digits = Some(&first[letters.len()..]).filter(|digits| !digits.is_empty());
    let below: Vec<String> = digits.into_iter().chain(parts).map(index).collect();
    match (below.as_slice(), below.join(",")) {
        ([], _) => base(letters),
        ([one], _) if one.chars().count() == 1 => format!("{}_{one}", base(letters)),
        (_, all) => format!("{}_{{{all}}}", base(letters)),
    }
}

fn base(word: &str) -> String {
    greek(word).unwrap_or_else(|| upright(word))
}

fn index(word: &str) -> String {
    if word == "inf" { "\\infty".to_owned() } else { greek(word).unwrap_or_else(|| upright(word)) }
}

fn greek(word: &str) -> Option<String> {
    GREEK.contains(&word).then(|| format!("\\{word}"))
}

/// A letter or a number as it stands, a word in upright type.
fn upright(word: &str) -> String {
    let number = word.chars().all(|c| c.is_ascii_digit());
    let letter = word.len() == 1 && word.chars().all(|c| c.is_ascii_alphanumeric());
    if number || letter { word.to_owned() } else { format!("\\mathrm{{{}}}", word_of(word)) }
}

/// A word inside math: letters and digits, and nothing else.
fn word_of(word: &str) -> String {
    let kept: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    if kept.is_empty() { "?".to_owned() } else { kept }
}

/// A unit; empty for a bare number.
pub(crate) fn unit(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text == "1" {
        return String::new();
    }
    let mut symbols = Vec::new();
    let mut sign = "";
    let mut rest = text;
    loop {
        let end = rest.find(['/', '*', '·']).unwrap_or(rest.len());
        let factor = rest[..end].trim();
        if !matches!(factor, "" | "1") {
            symbols.push(power(factor, sign));
        }
        let Some(operator) = rest[end..].chars().next() else { break };
        sign = if operator == '/' { "-" } else { "" };
        rest = &rest[end + operator.len_utf8()..];
    }
    symbols.join("\\,")
}

/// One symbol with its exponent.
fn power(factor: &str, sign: &str) -> String {
    let plain = factor.replace('²', "2").replace('³', "3");
    let name = plain.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '^');
    let exponent = plain[name.len()..].trim_start_matches('^');
    let exponent = match (sign, exponent) {
        ("", "") => return measure(name),
        ("", exponent) => exponent.to_owned(),
        (_, "") => "-1".to_owned(),
        (_, exponent) => exponent.strip_prefix('-').map_or_else(|| format!("-{exponent}"), str::to_owned),
    };
    format!("{}^{{{exponent}}}", measure(name))
}

fn measure(name: &str) -> String {
    match name {
        "%" => return "\\%".to_owned(),
        "Ω" => return "\\Omega".to_owned(),
        _ => {}
    }
    if let Some(prefix) = ["ohm", "Ohm", "Ω"].iter().find_map(|ohm| name.strip_suffix(ohm)) {
        let prefix =
            if prefix.is_empty() { String::new() } else { format!("\\mathrm{{{}}}", word_of(prefix)) };
        return format!("{prefix}\\Omega");
    }
    let small =
        ['u', 'µ', 'μ'].iter().find_map(|micro| name.strip_prefix(*micro)).filter(|rest| !rest.is_empty());
    match small {
        Some(rest) => format!("\\mu\\mathrm{{{}}}", word_of(rest)),
        None => format!("\\mathrm{{{}}}", word_of(name)),
    }
}

/// A positive number in a unit.
pub(crate) fn quantity(x: f64, text: &str) -> String {
    let number = number(x);
    let unit = unit(text);
    if unit.is_empty() { number } else { format!("{number}\\,{unit}") }
}

/// A number; long ones as a fraction where they are one.
pub(crate) fn number(x: f64) -> String {
    let text = decimal(x);
    match text.split_once('e') {
        _ if !x.is_finite() => "\\mathrm{undefined}".to_owned(),
        _ if text.len() >= 12 && fraction(x).is_some() => {
            let (above, below) = fraction(x).expect("it was found just now");
            let sign = if above < 0.0 { "-" } else { "" };
            format!("{sign}\\frac{{{}}}{{{below}}}", above.abs())
        }
        Some((digits, exponent)) => format!("{digits} \\cdot 10^{{{exponent}}}"),
        None => text,
    }
}

/// Plain text.
pub(crate) fn text(plain: &str) -> String {
    let one = |c: char| match ESCAPED.iter().find(|(special, _)| *special == c) {
        Some((_, escaped)) => (*escaped).to_owned(),
        None if c.is_ascii_graphic() || c == ' ' || c.is_alphabetic() && c < '\u{180}' => c.to_string(),
        None => "?".to_owned(),
    };
    crate::show::one_line(plain).chars().map(one).collect()
}

//! Latex: a model as LaTeX: its equations aligned, then its parameters in a table. Needs the package `amsmath`.

mod math;
mod symbol;

use ecs_core::model::Row;

use crate::show::formula::{Form, Id};
use crate::show::sheet::{Line, Sheet};
use crate::show::{Model, distinct, headline, noise_name};
use symbol::{number, symbol, text, unit};

/// The functions that readers may not know.
const EXPLAINED: [(&str, &str); 2] = [
    ("exprel", "\\operatorname{exprel}(x) &= \\frac{e^{x} - 1}{x}"),
    ("exprelr", "\\operatorname{exprelr}(x) &= \\frac{x}{e^{x} - 1}"),
];

/// The equations of a model and its tables.
pub fn latex<'a>(model: impl Into<Model<'a>>) -> String {
    let model = model.into();
    let sheet = Sheet::of(model);
    let mut lines: Vec<String> = sheet.lines.iter().filter_map(|line| equation(&sheet, line)).collect();
    lines.extend(spike(&sheet));
    if matches!(model, Model::ShortTerm(_) | Model::Plasticity(_)) {
        lines.extend(events(&sheet));
    }
    lines.extend(arrival(&sheet));
    lines.extend(output(&sheet));
    lines
        .extend(EXPLAINED.iter().filter(|(name, _)| calls(&sheet, name)).map(|(_, line)| (*line).to_owned()));
    let about = [text(model.name()), text(headline(model.doc()))].join(": ");
    let step = if model.states_its_step() {
        "% It states its own step: this is its derivative alone.\n"
    } else {
        ""
    };
    format!(
        "% {about}\n{step}\\begin{{align*}}\n  {}\n\\end{{align*}}\n{}",
        lines.join(" \\\\\n  "),
        table(model)
    )
}

/// A line; a declaration is none.
fn equation(sheet: &Sheet<'_>, line: &Line) -> Option<String> {
    match line {
        Line::Definition(id) => {
            let name = sheet.naming.name(*id).expect("definitions have names");
            Some(format!("{} &= {}", symbol(name), sheet.math(*id)))
        }
        Line::Derivative { row, body, noise } => {
            let count = sheet.model.noise().len();
            let terms = noise
                .iter()
                .map(|(j, id)| format!("{}\\, {}", sheet.math_factor(*id), symbol(&noise_name(*j, count))));
            let nothing = sheet.formulas.literal(sheet.formulas.inside(*body)) == Some(0.0);
            let base = Some(sheet.math(*body)).filter(|_| !nothing || noise.is_empty());
            let body = base.into_iter().chain(terms).collect::<Vec<_>>().join(" + ");
            Some(format!("\\frac{{d {}}}{{dt}} &= {body}", symbol(&sheet.model.state()[*row].name)))
        }
        Line::Declaration { .. } => None,
    }
}

/// When a neuron fires, and what follows.
fn spike(sheet: &Sheet<'_>) -> Option<String> {
    let condition = sheet.math(sheet.condition?);
    let mut effects = changes(sheet, "reset");
    if effects.is_empty() {
        effects.push("\\text{spike}".to_owned());
    }
    if let Some(time) = sheet.refractory {
        effects.push(format!("\\text{{refractory for }} {}", sheet.math(time)));
    }
    let edge = if sheet.model.neuron().is_some_and(|model| model.edge) { " \\text{ from below}" } else { "" };
    Some(format!("{condition}{edge} &\\;\\Rightarrow\\; {}", effects.join(",\\quad ")))
}

/// What an event makes of variables.
fn changes(sheet: &Sheet<'_>, key: &str) -> Vec<String> {
    let change = |(name, id): &(&str, Id)| format!("{} \\leftarrow {}", symbol(name), sheet.math(*id));
    sheet.event(key).iter().map(change).collect()
}

/// What happens to a rule of plasticity.
fn events(sheet: &Sheet<'_>) -> Vec<String> {
    const HEADS: [(&str, &str); 4] = [
        ("on_pre", "\\text{spike of the sender}"),
        ("on_post", "\\text{spike of the receiver}"),
        ("between", "\\text{time without spikes}"),
        ("on_step", "\\text{step of the receiver}"),
    ];
    let of = |(key, head): &(&str, &str)| {
        let changes = changes(sheet, key);
        (!changes.is_empty()).then(|| format!("{head} &\\;\\Rightarrow\\; {}", changes.join(",\\quad ")))
    };
    let seen = sheet.seen.map(|id| format!("{} > 0 &\\;\\Rightarrow\\; \\text{{step seen}}", sheet.math(id)));
    HEADS.iter().filter_map(of).chain(seen).collect()
}

/// What a spike adds to a synapse, or to the level of a modulator.
fn arrival(sheet: &Sheet<'_>) -> Option<String> {
    let change = |(name, id): &(&str, Id)| {
        let name = symbol(name);
        format!("{name} \\leftarrow {name} {}", sheet.math_added(*id))
    };
    let changes: Vec<String> = sheet.arrive.iter().map(change).collect();
    let spike = match sheet.model {
        Model::Plasticity(_) => "\\text{spike of the modulator} &\\;\\Rightarrow\\;",
        _ => "\\text{spike of weight } w &\\;\\Rightarrow\\;",
    };
    (!changes.is_empty()).then(|| format!("{spike} {}", changes.join(",\\quad ")))
}

/// The current of a channel, the value of a synapse.
fn output(sheet: &Sheet<'_>) -> Option<String> {
    let name = if let Model::Channel(_) = sheet.model { "i" } else { "\\text{value}" };
    sheet.output.map(|id| format!("{name} &= {}", sheet.math(id)))
}

fn calls(sheet: &Sheet<'_>, name: &str) -> bool {
    let form = |id: Id| sheet.formulas.form(id);
    (0..sheet.formulas.len())
        .any(|id| sheet.uses[id] > 0 && matches!(form(id), Form::Call(called, _) if *called == name))
}

/// Parameters with default and unit, then the state at the start.
fn table(model: Model<'_>) -> String {
    let rows =
        |rows: Vec<&Row>| distinct(rows.into_iter()).into_iter().map(row).collect::<Vec<_>>().join("\n");
    let params = rows(model.params().iter().collect());
    let parts = [("Parameter", params), ("State at the start", rows(model.initial()))];
    let mut table = String::from("\\begin{center}\n\\begin{tabular}{lrll}\n\\hline\n");
    for (head, rows) in parts.iter().filter(|(_, rows)| !rows.is_empty()) {
        table += &format!("{head} & Value & Unit & Meaning \\\\\n\\hline\n{rows}\n\\hline\n");
    }
    table + "\\end{tabular}\n\\end{center}\n"
}

fn row(row: &Row) -> String {
    let value = if row.default.is_finite() { number(row.default) } else { "\\text{--}".to_owned() };
    let measure = unit(&row.unit);
    let measure = if measure.is_empty() { String::new() } else { format!("${measure}$") };
    format!("${}$ & ${value}$ & {measure} & {} \\\\", symbol(&row.name), text(&row.doc))
}

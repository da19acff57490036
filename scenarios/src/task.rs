//! Task: the section `[task]`, or the file that it names.

use std::collections::BTreeSet;
use std::ops::Range;

use ecs_core::registry::Bound;
use equations::{Formula, formula};
use tasks::{Answer, Law, Period, Port, Reward, Shape, Stimulus, Task, Value, Variable};

use crate::diagnostic::{Problem, Span};
use crate::head::Grid;
use crate::models::inside;
use crate::observe::pair;
use crate::part::file;
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::training::words;
use crate::tree::{self, Node, Tree};

/// Ways in which a number comes about, besides one that is given.
const WAYS: [&str; 5] = ["choice", "uniform", "exponential", "chance", "formula"];
/// The shapes of a stimulus.
const SHAPES: [&str; 4] = ["value", "von_mises", "gaussian", "noise"];
/// Seed of the trials that are tried out.
const TRIED: u64 = 0;

/// `[task]`
pub(crate) fn task(fields: &Fields<'_>, grid: Option<Grid>) -> Option<Task> {
    fields.check(&[]);
    let Some(node) = fields.get("file") else { return whole(fields, grid) };
    let others = fields.rows.iter().filter(|(key, _)| key.name != "file");
    for (key, _) in others.filter(|(key, _)| fields.section.names().contains(&key.name.as_str())) {
        let problem = Problem::new(fields.place_of(&key.name), "this stands in the file of the task")
            .allowed("`file` alone, or the task without it")
            .advice("remove the key, or copy the whole task here");
        fields.reader.error(key.span, problem);
    }
    let place = fields.place_of("file");
    let path = file(fields.reader, node, &place)?;
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let problem = Problem::new(place, format!("cannot read `{}`: {error}", node.text()?))
                .allowed("a TOML file beside the scenario")
                .advice("check the path, which begins at the scenario");
            fields.reader.error(node.span, problem);
            return None;
        }
    };
    let rows = {
        let mut diagnostics = fields.reader.diagnostics.borrow_mut();
        let before = diagnostics.len();
        let number = diagnostics.add_text(path.display().to_string(), text.clone());
        let rows = tree::read(&text, number, &mut diagnostics);
        if diagnostics.len() > before {
            return None;
        }
        rows
    };
    let inner = Fields { rows: &rows, place: "task".into(), ..*fields };
    inner.check(&[]);
    whole(&inner, grid)
}

fn whole(fields: &Fields<'_>, grid: Option<Grid>) -> Option<Task> {
    for key in ["title", "source"] {
        fields.get(key).map(|_| fields.text(key));
    }
    for key in ["port", "period", "answer"] {
        if fields.get(key).is_none() {
            fields.missing(key, fields.section.key(key).doc);
        }
    }
    let ports: Option<Vec<Port>> = fields.tables("port")?.iter().map(port).collect();
    let (mut variables, mut good): (Vec<Variable>, bool) = (Vec::new(), true);
    for fields in fields.tables("variable")? {
        let names: Vec<&str> = variables.iter().map(|v| v.name.as_str()).collect();
        let value = drawn(&fields, "value", ("", Bound::Any), &names);
        let (name, repeat) = (fields.text("name"), fields.count("repeat"));
        good &= value.is_some() && repeat.is_some();
        // One that is wrong is still known by its name.
        let value = value.unwrap_or(Value::Drawn(Law::Fixed(0.0)));
        variables.push(Variable { name: name?, value, repeat: repeat.unwrap_or(1) as usize });
    }
    let names: Vec<&str> = variables.iter().map(|v| v.name.as_str()).collect();
    let read = |fields: &Fields<'_>| {
        let duration = drawn(fields, "duration", ("ms", Bound::NonNegative), &names);
        let (name, repeat) = (fields.text("name"), fields.count("repeat"));
        Some(Period { name: name?, duration: duration?, repeat: repeat? as usize })
    };
    let periods: Option<Vec<Period>> = fields.tables("period")?.iter().map(read).collect();
    let (ports, periods) = (ports?, periods?);
    unique(fields, "port", ports.iter().map(|p| p.name.as_str()));
    unique(fields, "variable", names.iter().copied());
    unique(fields, "period", periods.iter().map(|p| p.name.as_str()));
    let all = All { ports: &ports, periods: &periods, names: &names };
    let stimuli: Vec<_> = fields.tables("stimulus")?.iter().map(|fields| all.stimulus(fields)).collect();
    let stimuli: Option<Vec<Stimulus>> = stimuli.into_iter().collect();
    let reward = match fields.table("reward") {
        Some(fields) => reward(&fields),
        None => Some(Reward::default()),
    };
    let table = fields.table("answer")?;
    let (answer, stimuli, reward) = (all.answer(&table)?, stimuli?, reward?);
    let task = Task { ports, variables, periods, stimuli, answer, reward };
    (good && fits(&table, &task, grid)).then_some(task)
}

/// Tries the task out.
fn fits(answer: &Fields<'_>, task: &Task, grid: Option<Grid>) -> bool {
    let Some(Grid { dt, duration }) = grid else { return true };
    let problem = match task.check(TRIED, dt) {
        Err(found) => Problem::new("task", found)
            .allowed("trials with a class, and a judged period of a step or more")
            .advice("check the formulas of `class`, of durations and of variables"),
        Ok(steps) if duration.is_some_and(|duration| steps as f64 * dt > duration * (1.0 + 1e-9)) => {
            let longest = steps as f64 * dt;
            Problem::new("task", format!("the longest trial lasts {longest} ms, and the run is shorter"))
                .allowed("trials that end within `run.duration`; shorter ones are followed by silence")
                .advice(format!("set `run.duration` to \"{longest} ms\" or more, or shorten periods"))
        }
        Ok(_) => return true,
    };
    answer.reader.error(answer.span, problem);
    false
}

fn unique<'a>(fields: &Fields<'_>, key: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for (k, name) in names.enumerate() {
        if !seen.insert(name) {
            let span = match fields.get(key).map(|node| &node.tree) {
                Some(Tree::List(items)) => items.get(k).map_or(fields.span, |item| item.span),
                _ => fields.span,
            };
            let problem =
                Problem::new(format!("{}[{k}].name", fields.place_of(key)), format!("`{name}` is taken"))
                    .allowed("a name that no other one has")
                    .advice("give it a name of its own");
            fields.reader.error(span, problem);
        }
    }
}

fn port(fields: &Fields<'_>) -> Option<Port> {
    let (name, channels) = (fields.text("name"), fields.count("channels"));
    Some(Port { name: name?, channels: channels? as usize })
}

fn reward(fields: &Fields<'_>) -> Option<Reward> {
    let of = |key: &str| match fields.get(key) {
        Some(node) => number(fields, node, &fields.place_of(key)),
        None => fields.default(key)?.parse().ok(),
    };
    Some(Reward { abort: of("abort")?, correct: of("correct")?, fail: of("fail")?, miss: of("miss")? })
}

fn number(fields: &Fields<'_>, node: &Node, place: &str) -> Option<f64> {
    quantity::scalar(fields.reader, node, Wanted { unit: "", bound: Bound::Any }, place)
}

/// A formula of these names, or a number.
fn read_formula(fields: &Fields<'_>, node: &Node, place: &str, names: &[&str]) -> Option<Formula> {
    if let Tree::Integer(_) | Tree::Float(_) = node.tree {
        return number(fields, node, place).map(|number| Formula::constant(number, names));
    }
    let Some(text) = node.text() else {
        fields.reader.wrong_form(node, place, "a formula or a number", "write it between quotation marks");
        return None;
    };
    match formula(text, names) {
        Ok(formula) => Some(formula),
        Err(errors) => {
            for error in errors {
                let problem = Problem::new(place, error.found).allowed(error.allowed).advice(error.advice);
                fields.reader.error(inside(fields, node, &error.span), problem);
            }
            None
        }
    }
}

/// The formula at a key, or that of its default.
fn formula_at(fields: &Fields<'_>, key: &str, names: &[&str]) -> Option<Formula> {
    match fields.get(key) {
        Some(node) => read_formula(fields, node, &fields.place_of(key), names),
        None => formula(fields.default(key)?, names).ok(),
    }
}

/// A number of a trial, in a unit.
fn drawn(fields: &Fields<'_>, key: &str, (unit, bound): (&str, Bound), names: &[&str]) -> Option<Value> {
    let (node, place) = (fields.get(key)?, fields.place_of(key));
    let scalar = |node: &Node, bound: Bound, place: &str| {
        quantity::scalar(fields.reader, node, Wanted { unit, bound }, place)
    };
    let Tree::Table(rows) = &node.tree else {
        return scalar(node, bound, &place).map(|x| Value::Drawn(Law::Fixed(x)));
    };
    let [(way, inner)] = rows.as_slice() else {
        let advice = "write one way of drawing it, such as `{ choice = [...] }`";
        fields.reader.wrong_form(node, &place, &WAYS.join(", "), advice);
        return None;
    };
    let place = format!("{place}.{}", way.name);
    let list = |wanted: Range<usize>, form: &str| -> Option<Vec<f64>> {
        let Tree::List(items) = &inner.tree else {
            fields.reader.wrong_form(inner, &place, form, "write the values between brackets");
            return None;
        };
        if !wanted.contains(&items.len()) {
            fields.reader.wrong_form(inner, &place, form, "give as many values as that");
            return None;
        }
        let all: Vec<Option<f64>> = items.iter().map(|item| scalar(item, bound, &place)).collect();
        all.into_iter().collect()
    };
    let upside_down = || {
        let problem = Problem::new(&place, "the lower limit is above the upper one")
            .allowed("a lower limit that is not above the upper one")
            .advice("swap the two");
        fields.reader.error(inner.span, problem);
        None
    };
    let law = match way.name.as_str() {
        "choice" => Law::Choice(list(1..usize::MAX, "[value, ...]")?),
        "uniform" => match list(2..3, "[low, high]")?[..] {
            [low, high] if low <= high => Law::Uniform(low, high),
            _ => return upside_down(),
        },
        "exponential" => {
            match exponential(fields, inner, &place, &|node, bound, place| scalar(node, bound, place))? {
                [mean, min, max] if min <= max => Law::Exponential { mean, min, max },
                _ => return upside_down(),
            }
        }
        "chance" if unit.is_empty() => return read_formula(fields, inner, &place, names).map(Value::Chance),
        "formula" => return read_formula(fields, inner, &place, names).map(Value::Computed),
        other => {
            let known: Vec<&str> = WAYS.into_iter().filter(|w| unit.is_empty() || *w != "chance").collect();
            fields.reader.unknown(way.span, &place, "numbers are not drawn by", (other, &known));
            return None;
        }
    };
    Some(Value::Drawn(law))
}

type Scalar<'a> = &'a dyn Fn(&Node, Bound, &str) -> Option<f64>;

fn exponential(fields: &Fields<'_>, node: &Node, place: &str, scalar: Scalar<'_>) -> Option<[f64; 3]> {
    const PARTS: [(&str, Bound); 3] =
        [("mean", Bound::Positive), ("min", Bound::NonNegative), ("max", Bound::NonNegative)];
    let Tree::Table(rows) = &node.tree else {
        fields.reader.wrong_form(node, place, "{ mean, min, max }", "write the three as a table");
        return None;
    };
    let known = PARTS.map(|(name, _)| name);
    for (key, _) in rows.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
        fields.reader.unknown(key.span, place, "unknown key", (&key.name, &known));
    }
    let part = |(name, bound): (&str, Bound)| match rows.iter().find(|(key, _)| key.name == name) {
        Some((_, node)) => scalar(node, bound, &format!("{place}.{name}")),
        None => {
            let problem = Problem::new(place, format!("`{name}` is missing"))
                .allowed(known.join(", "))
                .advice(format!("add `{name} = ...`"));
            fields.reader.error(node.span, problem);
            None
        }
    };
    let [mean, min, max] = PARTS.map(part);
    Some([mean?, min?, max?])
}

/// What names stand for.
struct All<'a> {
    ports: &'a [Port],
    periods: &'a [Period],
    names: &'a [&'a str],
}

impl All<'_> {
    fn period(&self, fields: &Fields<'_>, (key, span): (&str, Span), word: &str) -> Option<usize> {
        let found = self.periods.iter().position(|period| period.name == word);
        if found.is_none() {
            let names: Vec<&str> = self.periods.iter().map(|period| period.name.as_str()).collect();
            fields.reader.unknown(span, &fields.place_of(key), "no period is called", (word, &names));
        }
        found
    }

    fn during(&self, fields: &Fields<'_>) -> Option<Vec<usize>> {
        let Some(node) = fields.get("during") else { return Some((0..self.periods.len()).collect()) };
        let span = |k: usize| match &node.tree {
            Tree::List(items) => items[k].span,
            _ => node.span,
        };
        let words = words(fields, "during")?;
        let all = words.iter().enumerate().map(|(k, word)| self.period(fields, ("during", span(k)), word));
        let all: Vec<Option<usize>> = all.collect();
        all.into_iter().collect()
    }

    fn stimulus(&self, fields: &Fields<'_>) -> Option<Stimulus> {
        let port = port_of(fields, self.ports);
        let during = self.during(fields);
        let lasts = match fields.get("lasts") {
            Some(_) => fields.time("lasts", Bound::Positive).map(Some),
            None => Some(None),
        };
        let gain = formula_at(fields, "gain", self.names);
        let shape = self.shape(fields);
        let (port, (shape, noise)) = (port?, shape?);
        let channels = channels(fields, self.ports[port].channels)?;
        Some(Stimulus { port, during: during?, channels, lasts: lasts?, shape, gain: noise.unwrap_or(gain?) })
    }

    /// The shape; of noise also its standard deviation.
    fn shape(&self, fields: &Fields<'_>) -> Option<(Shape, Option<Formula>)> {
        let given: Vec<&str> = SHAPES.into_iter().filter(|key| fields.get(key).is_some()).collect();
        let [key] = given[..] else {
            let problem =
                Problem::new(&fields.place, format!("{} of {} are given", given.len(), SHAPES.join(", ")))
                    .allowed("exactly one of them")
                    .advice("a stimulus has one shape; write another one for what is added to it");
            fields.reader.error(fields.span, problem);
            return None;
        };
        let quantity = |fields: &Fields<'_>, key: &str, bound: Bound| match fields.get(key) {
            Some(node) => {
                quantity::scalar(fields.reader, node, Wanted { unit: "", bound }, &fields.place_of(key))
            }
            None => fields.default(key)?.parse().ok(),
        };
        Some(match key {
            "value" => (Shape::Flat(formula_at(fields, key, self.names)?), None),
            "noise" => {
                let sd = formula_at(fields, key, self.names)?;
                if let Some(node) = fields.get("gain") {
                    let problem = Problem::new(fields.place_of("gain"), "noise has its size already")
                        .allowed("`noise` with its standard deviation, or `gain` with another shape")
                        .advice("remove the key `gain`");
                    fields.reader.error(node.span, problem);
                }
                (Shape::Noise, Some(sd))
            }
            "von_mises" => {
                let fields = fields.table(key)?;
                let kappa = quantity(&fields, "kappa", Bound::NonNegative);
                (Shape::VonMises { at: formula_at(&fields, "at", self.names)?, kappa: kappa? }, None)
            }
            _ => {
                let fields = fields.table(key)?;
                let sd = quantity(&fields, "sd", Bound::Positive);
                let wanted = Wanted { unit: "", bound: Bound::Any };
                let ends = fields.get("within").and_then(|node| pair(&fields, node, wanted));
                let at = formula_at(&fields, "at", self.names);
                let (first, last) = ends?;
                (Shape::Gaussian { at: at?, sd: sd?, ends: [first, last] }, None)
            }
        })
    }

    fn answer(&self, fields: &Fields<'_>) -> Option<Answer> {
        let span = fields.get("during").map_or(fields.span, |node| node.span);
        let period = fields.text("during").and_then(|word| self.period(fields, ("during", span), &word));
        let class = formula_at(fields, "class", self.names);
        let classes = fields.count("classes");
        let silent = match fields.get("silent") {
            Some(_) => fields.count("silent").map(|class| Some(class as u32)),
            None => Some(None),
        };
        Some(Answer { period: period?, class: class?, classes: classes? as u32, silent: silent? })
    }
}

/// The port that a key names, or the only one.
pub(crate) fn port_of(fields: &Fields<'_>, ports: &[Port]) -> Option<usize> {
    let names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
    let Some(node) = fields.get("port") else {
        if ports.len() == 1 {
            return Some(0);
        }
        let problem =
            Problem::new(&fields.place, format!("the task has {} ports, and `port` names none", ports.len()))
                .allowed(names.join(", "))
                .advice("add a line `port = \"...\"`");
        fields.reader.error(fields.span, problem);
        return None;
    };
    let word = fields.text("port")?;
    let found = names.iter().position(|name| *name == word);
    if found.is_none() {
        fields.reader.unknown(node.span, &fields.place_of("port"), "no port is called", (&word, &names));
    }
    found
}

fn channels(fields: &Fields<'_>, all: usize) -> Option<Range<usize>> {
    let Some(node) = fields.get("channels") else { return Some(0..all) };
    let (first, end) = pair(fields, node, Wanted { unit: "", bound: Bound::NonNegative })?;
    if first < end && first.fract() == 0.0 && end.fract() == 0.0 && end <= all as f64 {
        return Some(first as usize..end as usize);
    }
    let problem = Problem::new(
        fields.place_of("channels"),
        format!("{} is no range of channels", fields.reader.shown(node)),
    )
    .allowed(format!("the first and one past the last, from 0 to {all}"))
    .advice("write `channels = [first, end]`");
    fields.reader.error(node.span, problem);
    None
}

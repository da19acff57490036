//! How a network was trained: curves of loss and metrics, and what was taken for what.

use crate::numbers::{count, escape, seconds, short};
use crate::{course, traces};
use recording::{Run, Training};
use std::fmt::Write;

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Classes of a matrix that still can be read.
const MOST_CLASSES: usize = 40;

/// Value, label and note of each card.
pub(crate) fn cards(training: &Training) -> Vec<(String, String, String)> {
    let mut cards = Vec::new();
    let Some(last) = training.epochs.last() else { return cards };
    let each = training.epochs.iter().map(|e| e.seconds).sum::<f64>() / training.epochs.len() as f64;
    let samples = format!("of {}", samples_of(training.samples));
    match &training.learner[..] {
        "" => {
            let epochs = training.epochs.len();
            let label = if epochs == 1 { "epoch" } else { "epochs" };
            cards.push((epochs.to_string(), label.into(), samples));
            let note = format!("{} an update", samples_of(training.batch));
            cards.push((seconds(each), "an epoch".into(), note));
        }
        learner => cards.push((escape(learner), "fitted at once".into(), samples_of(training.samples))),
    }
    cards.push((count(training.parameters), "numbers learned".into(), String::new()));
    for (name, value) in last.train.iter().filter(|(name, _)| name != "loss") {
        let [_, held_out] = last.values(name);
        let note = match held_out {
            Some(_) => format!("held out; {} while learning", written(name, *value)),
            None => "while learning".into(),
        };
        cards.push((written(name, held_out.unwrap_or(*value)), escape(name), note));
    }
    cards
}

fn samples_of(n: u64) -> String {
    if n == 1 { "1 sample".into() } else { format!("{} samples", count(n)) }
}

/// Shares of what is right read best in per cent.
fn written(name: &str, value: f64) -> String {
    if ["accuracy", "top_k"].contains(&name) { format!("{:.1} %", value * 100.0) } else { short(value) }
}

/// The section of a report.
pub(crate) fn section(run: &Run) -> String {
    let Some(training) = run.training.as_ref().filter(|t| !t.epochs.is_empty()) else { return String::new() };
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in training.epochs.iter().flat_map(|e| e.train.iter().chain(&e.held_out)) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let charts: String = names.iter().map(|name| curve(training, name)).collect();
    let held_out = if training.held_out > 0 { "<span class=\"c1\">held out</span>" } else { "" };
    // What was fitted at once has no course of learning.
    let mut html = match training.epochs.len() {
        1 => "<section><h2>What was learned</h2>".to_owned(),
        _ => format!(
            "<section><h2>How it learned</h2><p class=\"hint\">The loss has its penalties with it.</p><div class=\"legend\"><span \
         class=\"c0\">while learning</span>{held_out}</div><div class=\"charts many\">{charts}</div>"
        ),
    };
    html += &confusion(training);
    html += &course::section(training);
    html += &traces::section(training);
    html + "</section>"
}

/// Which trial the raster is of.
pub(crate) fn shown(run: &Run) -> String {
    let Some(shown) = run.training.as_ref().and_then(|t| t.shown.as_ref()) else { return String::new() };
    let whose = if shown.held_out { "held-out" } else { "training" };
    let class = shown.class.map_or(String::new(), |class| format!(" of class {class}"));
    let answer = shown.answer.map_or(String::new(), |answer| format!(", which was taken for class {answer}"));
    format!("<p class=\"hint\">One trial after training: {whose} sample {}{class}{answer}.</p>", shown.sample)
}

/// A quantity over epochs.
fn curve(training: &Training, name: &str) -> String {
    let lines: [Vec<(f64, f64)>; 2] = [0, 1].map(|k| {
        let at = |(epoch, e): (usize, &recording::Epoch)| Some((epoch as f64 + 1.0, e.values(name)[k]?));
        training.epochs.iter().enumerate().filter_map(at).filter(|(_, y)| y.is_finite()).collect()
    });
    let all = || lines.iter().flatten().map(|(_, y)| *y);
    let (Some(low), Some(high)) = (all().reduce(f64::min), all().reduce(f64::max)) else {
        return String::new();
    };
    let room = ((high - low) * 0.06).max(high.abs() * 1e-3).max(1e-9);
    let (low, high) = (low - room, high + room);
    let epochs = training.epochs.len() as f64;
    let across = |x: f64| LEFT + (x - 1.0) / (epochs - 1.0).max(1.0) * (WIDTH - LEFT - RIGHT);
    let up = |y: f64| HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let title = escape(name);
    let mut svg = format!(
        "<figure class=\"chart\"><figcaption>{title}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{title}\">"
    );
    levels(&mut svg, ([low, high], [LEFT, WIDTH - RIGHT]), up, |y| written(name, y));
    let floor = HEIGHT - BOTTOM;
    for epoch in steps(1.0, epochs).into_iter().filter(|x| x.fract() == 0.0) {
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{epoch}</text>", across(epoch), floor + 15.0);
    }
    for (k, line) in lines.iter().enumerate() {
        let mut path = String::new();
        for (i, (x, y)) in line.iter().enumerate() {
            let _ = write!(path, "{}{:.1} {:.1}", if i == 0 { "M" } else { "L" }, across(*x), up(*y));
        }
        match &line[..] {
            [(x, y)] => {
                let _ = write!(
                    svg,
                    "<circle class=\"c{k}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>",
                    across(*x),
                    up(*y)
                );
            }
            _ => {
                let _ = write!(svg, "<path class=\"c{k}\" d=\"{path}\"/>");
            }
        }
    }
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{floor}\" y2=\"{floor}\"/><text x=\"{:.1}\" y=\"{:.1}\" \
         class=\"label\">epoch</text></svg></figure>",
        WIDTH - RIGHT,
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 7.0
    );
    svg
}

/// Lines across at some five round numbers between two, from the left to the right, with what is written beside them.
pub(crate) fn levels(
    svg: &mut String,
    ([low, high], [left, right]): ([f64; 2], [f64; 2]),
    up: impl Fn(f64) -> f64,
    written: impl Fn(f64) -> String,
) {
    for y in steps(low, high) {
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text x=\"{}\" y=\"{:.1}\" \
             style=\"text-anchor:end\">{}</text>",
            left - 6.0,
            up(y) + 4.0,
            written(y),
            at = up(y)
        );
    }
}

/// Some five round numbers between two.
pub(crate) fn steps(low: f64, high: f64) -> Vec<f64> {
    let wanted = (high - low) / 4.0;
    if wanted.is_nan() || wanted <= 0.0 {
        return vec![low];
    }
    let decade = 10f64.powf(wanted.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|s| s * decade).into_iter().find(|s| *s >= wanted).unwrap_or(wanted);
    let first = (low / step).ceil();
    (0..8).map(|k| (first + f64::from(k)) * step).filter(|y| *y <= high * (1.0 + 1e-12)).collect()
}

/// What was taken for what: the deeper a field, the larger its share of a row.
fn confusion(training: &Training) -> String {
    let classes = training.confusion.len();
    if classes == 0 || classes > MOST_CLASSES {
        return String::new();
    }
    let whose = if training.held_out > 0 { "held-out" } else { "all" };
    let mut html = format!(
        "<h2 style=\"margin-top:18px\">What was taken for what</h2><p class=\"hint\">Rows: the class of {whose} samples. Columns: the \
         answer.</p><div class=\"scroll\"><table class=\"confusion\"><thead><tr><th></th>"
    );
    for class in 0..classes {
        let _ = write!(html, "<th>{class}</th>");
    }
    html += "</tr></thead><tbody>";
    for (class, row) in training.confusion.iter().enumerate() {
        let all = row.iter().sum::<u64>().max(1) as f64;
        let _ = write!(html, "<tr><th>{class}</th>");
        for (answer, n) in row.iter().enumerate() {
            let colour = if answer == class { "--c0" } else { "--c1" };
            let depth = 100.0 * *n as f64 / all;
            let shown = if *n == 0 { String::new() } else { n.to_string() };
            let _ = write!(
                html,
                "<td style=\"background:color-mix(in srgb,var({colour}) {depth:.0}%,transparent)\">{shown}</td>"
            );
        }
        html += "</tr>";
    }
    html + "</tbody></table></div>"
}

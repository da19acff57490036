//! What a network did in its world: how it looked, what it earned, how often it did what had to be done.

use crate::numbers::{count, escape, seconds, short};
use crate::training::{levels, steps};
use recording::{Behaviour, Run};
use std::fmt::Write;

const WIDTH: f64 = 540.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Points of a curve that can be told apart; more are averaged.
const MOST_POINTS: usize = 60;
/// The same of what is either done or not, whose mean needs several.
const MOST_SHARES: usize = 15;
/// A variable of fewer values has no curve, one of more has hardly a trial for each.
const CONDITIONS: std::ops::RangeInclusive<usize> = 3..=12;

/// Plays a film.
pub(crate) const SCRIPT: &str = include_str!("../assets/film.js");

/// The section of a report; empty where the network acted in no world.
pub(crate) fn section(run: &Run) -> String {
    let Some(behaviour) = &run.behaviour else { return String::new() };
    let end = run.biological_s * 1e3;
    let mut html = format!(
        "<section><h2>What it did</h2><p class=\"hint\">{} in <b>{}</b>, a tick every {} ms: {}</p><div class=\"charts\">",
        escape(&run.scenario.title),
        escape(&behaviour.kind),
        short(behaviour.tick_ms),
        words(behaviour, end)
    );
    if let Some(film) = behaviour.film.as_ref().filter(|film| !film.moments.is_empty()) {
        let last = (film.moments[film.moments.len() - 1].ms - film.moments[0].ms) / 1e3;
        let _ = write!(
            html,
            "<figure class=\"chart\"><figcaption>its last {} <button id=\"film-play\" type=\"button\">pause</button> \
             <span id=\"film-time\"></span></figcaption><canvas id=\"film\" style=\"width:100%\"></canvas></figure>",
            seconds(last)
        );
    }
    let returns: Vec<(f64, f64)> =
        behaviour.episodes.iter().map(|bout| (bout.end_ms / 1e3, bout.total)).collect();
    let time = ("time, s", [0.0, end / 1e3]);
    html += &curve("return of an episode", &returns, time, None);
    let tests: Vec<(f64, f64)> =
        behaviour.tests.iter().map(|(at, done)| (at / 1e3, 100.0 * f64::from(u8::from(*done)))).collect();
    html += &curve("success, %", &tests, time, Some([0.0, 100.0]));
    html += &conditions(behaviour);
    html + "</div></section>"
}

/// How often trials of each condition were answered right, and how soon: the psychometric and the chronometric curve.
fn conditions(behaviour: &Behaviour) -> String {
    let (Some(answers), Some(_)) = (behaviour.account("answer"), behaviour.account("correct")) else {
        return String::new();
    };
    let mut html = String::new();
    for drawn in behaviour.accounts.iter().take_while(|account| account.name != "class") {
        let mut values = drawn.values.clone();
        values.sort_by(f64::total_cmp);
        values.dedup();
        if !CONDITIONS.contains(&values.len()) {
            continue;
        }
        let means = |name: &str, scale: f64, answered: bool| -> Vec<(f64, f64)> {
            let of =
                |value: f64| move |k: usize| drawn.values[k] == value && (!answered || answers[k] >= 0.0);
            let mean = |value: f64| Some((value, scale * behaviour.mean_account(name, of(value))?));
            values.iter().filter_map(|value| mean(*value)).collect()
        };
        let name = escape(&drawn.name);
        let across = (name.as_str(), [values[0], values[values.len() - 1]]);
        html += &curve(
            &format!("right answers by {name}, %"),
            &means("correct", 100.0, false),
            across,
            Some([0.0, 100.0]),
        );
        html +=
            &curve(&format!("time of an answer by {name}, ms"), &means("time_ms", 1.0, true), across, None);
    }
    html
}

/// What there is to say in one line.
fn words(behaviour: &Behaviour, end: f64) -> String {
    let mut said = Vec::new();
    if let Some(mean) = behaviour.mean_return(|_| true) {
        said.push(format!(
            "{} episodes, mean return {}",
            count(behaviour.episodes.len() as u64),
            short(mean)
        ));
    }
    let third = end / 3.0;
    if let (Some(first), Some(last)) =
        (behaviour.success(0.0, third), behaviour.success(2.0 * third, f64::INFINITY))
    {
        said.push(format!(
            "success {:.1} % in the first third, {:.1} % in the last, of {} trials",
            100.0 * first,
            100.0 * last,
            count(behaviour.tests.len() as u64)
        ));
    }
    if let Some(pace) = &behaviour.pace {
        let [median, most, worst] = pace.late_ms;
        said.push(format!(
            "{} of {} ticks came too late; ticks began {} ms late in the median, {} at the 99th percentile, {} at worst",
            count(pace.overruns),
            count(pace.ticks),
            short(median),
            short(most),
            short(worst)
        ));
    }
    if said.is_empty() { "no episode ended.".to_owned() } else { said.join("; ") + "." }
}

/// Values over an axis, which has a label, averaged where there are more than can be told apart.
fn curve(
    title: &str,
    points: &[(f64, f64)],
    (label, [start, end]): (&str, [f64; 2]),
    range: Option<[f64; 2]>,
) -> String {
    if points.is_empty() {
        return String::new();
    }
    let each = points.len().div_ceil(if range.is_some() { MOST_SHARES } else { MOST_POINTS });
    let mean = |values: &[(f64, f64)], of: fn(&(f64, f64)) -> f64| {
        values.iter().map(of).sum::<f64>() / values.len() as f64
    };
    let thinned: Vec<(f64, f64)> =
        points.chunks(each).map(|c| (mean(c, |p| p.0), mean(c, |p| p.1))).collect();
    let values = || thinned.iter().map(|(_, y)| *y);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let room = ((high - low) * 0.06).max(high.abs() * 1e-3).max(1e-9);
    let [low, high] = range.unwrap_or([low - room, high + room]);
    let across = |x: f64| LEFT + (x - start) / (end - start).max(1e-9) * (WIDTH - LEFT - RIGHT);
    let up = |y: f64| HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let note = if each > 1 { format!(", means of {each}") } else { String::new() };
    let mut svg = format!(
        "<figure class=\"chart\"><figcaption>{title}{note}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{title}\">"
    );
    levels(&mut svg, ([low, high], [LEFT, WIDTH - RIGHT]), up, short);
    let floor = HEIGHT - BOTTOM;
    for t in steps(start, end) {
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", across(t), floor + 15.0, short(t));
    }
    let mut path = String::new();
    for (k, (t, y)) in thinned.iter().enumerate() {
        let _ = write!(path, "{}{:.1} {:.1}", if k == 0 { "M" } else { "L" }, across(*t), up(*y));
        let _ = write!(svg, "<circle class=\"c0\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/>", across(*t), up(*y));
    }
    let _ = write!(
        svg,
        "<path class=\"c0\" style=\"fill:none\" d=\"{path}\"/><line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{floor}\" \
         y2=\"{floor}\"/><text x=\"{:.1}\" y=\"{:.1}\" class=\"label\">{label}</text></svg></figure>",
        WIDTH - RIGHT,
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 7.0
    );
    svg
}

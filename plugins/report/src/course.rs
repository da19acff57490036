//! A course that was predicted, beside what came.

use crate::numbers::{escape, short};
use crate::training::{levels, steps};
use recording::{Line, Training};
use std::fmt::Write;

const WIDTH: f64 = 1100.0;
const HEIGHT: f64 = 170.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;

/// The section of a report; empty where no course was predicted.
pub(crate) fn section(training: &Training) -> String {
    let Some(course) = training.course.as_ref().filter(|c| c.lines.iter().any(|l| !l.came.is_empty())) else {
        return String::new();
    };
    let plots: String = course.lines.iter().map(|line| plot(course.times_ms, line)).collect();
    format!(
        "<h2 style=\"margin-top:18px\">How it goes on</h2><p class=\"hint\">From where learning ended.</p><div class=\"legend\"><span \
         class=\"c0\">what came</span><span class=\"c1\">what was predicted</span></div>{plots}"
    )
}

/// What came above what was predicted; times are those of the first point, and from point to point, in ms.
pub(crate) fn plot(times_ms: [f64; 2], line: &Line) -> String {
    let finite = || line.came.iter().copied().map(f64::from).filter(|y| y.is_finite());
    let (Some(low), Some(high)) = (finite().reduce(f64::min), finite().reduce(f64::max)) else {
        return String::new();
    };
    let room = ((high - low) * 0.15).max(1e-9);
    let (low, high) = (low - room, high + room);
    let [first, dt] = times_ms;
    let end = first + dt * line.came.len().saturating_sub(1) as f64;
    let across = |t: f64| LEFT + (t - first) / (end - first).max(dt) * (WIDTH - LEFT - RIGHT);
    // A prediction that has left the picture goes along its edge.
    let up = |y: f64| HEIGHT - BOTTOM - (y.clamp(low, high) - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let title = escape(&line.name);
    let mut svg = format!(
        "<figure class=\"chart\"><figcaption>{title}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">"
    );
    levels(&mut svg, ([low, high], [LEFT, WIDTH - RIGHT]), up, short);
    for t in steps(first, end) {
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{} ms</text>", across(t), HEIGHT - 8.0, short(t));
    }
    for (k, values) in [&line.came, &line.predicted].into_iter().enumerate() {
        let mut path = String::new();
        for (i, y) in values.iter().map(|y| f64::from(*y)).enumerate().filter(|(_, y)| y.is_finite()) {
            let begin = if path.is_empty() { "M" } else { "L" };
            let _ = write!(path, "{begin}{:.1} {:.1}", across(first + dt * i as f64), up(y));
        }
        let _ = write!(svg, "<path class=\"c{k}\" style=\"fill:none\" d=\"{path}\"/>");
    }
    svg + "</svg></figure>"
}

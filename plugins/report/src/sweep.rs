//! What came of a scenario at many points: a curve over one axis, a map over two, as static SVG.

use crate::numbers::{escape, short};
use crate::training::{levels, steps};
use recording::{Run, Sweep, SweptAxis};
use std::fmt::Write;

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;
/// Width of the scale beside a map.
const SCALE: f64 = 52.0;

/// The section of a report; empty where there was one run alone.
pub(crate) fn section(run: &Run) -> String {
    let Some(sweep) = run.sweep.as_ref().filter(|s| !s.rows.is_empty()) else { return String::new() };
    let figure: fn(&Sweep, usize) -> String = match sweep.axes.len() {
        1 => curve,
        2 if !sweep.zip => map,
        _ => return String::new(),
    };
    let figures: String = (0..sweep.measures.len()).map(|k| figure(sweep, k)).collect();
    let seeds = if sweep.seeds > 1 {
        format!(" Of each {} seeds: their mean, and their range where one is drawn.", sweep.seeds)
    } else {
        String::new()
    };
    format!(
        "<section><h2>What came of it at {} points</h2><p class=\"hint\">Each was run as the scenario alone would be with these \
         values.{seeds}</p><div class=\"charts many\">{figures}</div></section>",
        sweep.rows.len() as u64 / sweep.seeds.max(1)
    )
}

/// Mean, least and greatest of a measure over the seeds of a point.
fn of_point(sweep: &Sweep, measure: usize, point: usize) -> Option<[f64; 3]> {
    let n = sweep.seeds.max(1) as usize;
    let runs = sweep.rows.get(point * n..(point + 1) * n)?;
    let all: Vec<f64> = runs.iter().filter_map(|row| row.get(measure).copied().flatten()).collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    Some([mean, all.iter().copied().reduce(f64::min)?, all.iter().copied().reduce(f64::max)?])
}

fn title(axis: &SweptAxis) -> String {
    let name = escape(&axis.of);
    if axis.unit.is_empty() { name } else { format!("{name}, {}", escape(&axis.unit)) }
}

fn begin(name: &str) -> String {
    let name = escape(name);
    format!(
        "<figure class=\"chart\"><figcaption>{name}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{name}\">"
    )
}

/// A measure over one axis; over its number where the values are none.
fn curve(sweep: &Sweep, measure: usize) -> String {
    let axis = &sweep.axes[0];
    let x = |k: usize| axis.numbers.get(k).copied().unwrap_or(k as f64);
    let points: Vec<(f64, [f64; 3])> =
        (0..axis.written.len()).filter_map(|k| Some((x(k), of_point(sweep, measure, k)?))).collect();
    let all = || points.iter().flat_map(|(_, y)| *y);
    let (Some(low), Some(high)) = (all().reduce(f64::min), all().reduce(f64::max)) else {
        return String::new();
    };
    let (first, last) =
        points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (x, _)| (a.min(*x), b.max(*x)));
    let room = ((high - low) * 0.06).max(high.abs() * 1e-3).max(1e-9);
    let (low, high) = (low - room, high + room);
    let across = |x: f64| LEFT + (x - first) / (last - first).max(1e-300) * (WIDTH - LEFT - RIGHT);
    let floor = HEIGHT - BOTTOM;
    let up = |y: f64| floor - (y - low) / (high - low) * (floor - TOP);
    let mut svg = begin(&sweep.measures[measure]);
    levels(&mut svg, ([low, high], [LEFT, WIDTH - RIGHT]), up, short);
    for x in steps(first, last) {
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", across(x), floor + 15.0, short(x));
    }
    let mut path = String::new();
    for (i, (x, [mean, least, most])) in points.iter().enumerate() {
        let (at, mark) = (across(*x), if i == 0 { "M" } else { "L" });
        let _ = write!(path, "{mark}{at:.1} {:.1}", up(*mean));
        let _ = write!(svg, "<circle class=\"c0\" cx=\"{at:.1}\" cy=\"{:.1}\" r=\"2.5\"/>", up(*mean));
        if most > least {
            let _ =
                write!(svg, "<path class=\"c0\" d=\"M{at:.1} {:.1}L{at:.1} {:.1}\"/>", up(*least), up(*most));
        }
    }
    let _ = write!(
        svg,
        "<path class=\"c0\" style=\"fill:none\" d=\"{path}\"/><line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{floor}\" \
         y2=\"{floor}\"/><text x=\"{:.1}\" y=\"{:.1}\" class=\"label\">{}</text></svg></figure>",
        WIDTH - RIGHT,
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 8.0,
        title(axis)
    );
    svg
}

/// A measure over two axes, the first upwards: the deeper a field, the higher.
fn map(sweep: &Sweep, measure: usize) -> String {
    let [rows, columns] = [0, 1].map(|k| sweep.axes[k].written.len());
    let value = |row: usize, column: usize| of_point(sweep, measure, row * columns + column).map(|v| v[0]);
    let all = || (0..rows).flat_map(|r| (0..columns).filter_map(move |c| value(r, c)));
    let (Some(low), Some(high)) = (all().reduce(f64::min), all().reduce(f64::max)) else {
        return String::new();
    };
    let (right, floor) = (WIDTH - RIGHT - SCALE, HEIGHT - BOTTOM);
    let (wide, tall) = ((right - LEFT) / columns as f64, (floor - TOP) / rows as f64);
    let depth = |x: f64| if high > low { 100.0 * (x - low) / (high - low) } else { 50.0 };
    let fill = |x: f64| format!("fill:color-mix(in srgb,var(--c0) {:.0}%,transparent);stroke:none", depth(x));
    let mut svg = begin(&sweep.measures[measure]);
    for (row, column) in (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))) {
        let Some(x) = value(row, column) else { continue };
        let (at, top) = (LEFT + column as f64 * wide, floor - (row + 1) as f64 * tall);
        let _ = write!(
            svg,
            "<rect x=\"{at:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\" style=\"{}\"><title>{}, {}: {}</title></rect>",
            fill(x),
            escape(&sweep.axes[0].written[row]),
            escape(&sweep.axes[1].written[column]),
            short(x)
        );
    }
    // Some five labels along each axis.
    let label = |axis: &SweptAxis, k: usize| match axis.numbers.get(k) {
        Some(x) => short(*x),
        None => escape(&axis.written[k]),
    };
    for row in (0..rows).step_by(rows.div_ceil(6)) {
        let at = floor - (row as f64 + 0.5) * tall + 4.0;
        let text = label(&sweep.axes[0], row);
        let _ =
            write!(svg, "<text x=\"{}\" y=\"{at:.1}\" style=\"text-anchor:end\">{text}</text>", LEFT - 6.0);
    }
    for column in (0..columns).step_by(columns.div_ceil(6)) {
        let at = LEFT + (column as f64 + 0.5) * wide;
        let text = label(&sweep.axes[1], column);
        let _ = write!(svg, "<text x=\"{at:.1}\" y=\"{:.1}\">{text}</text>", floor + 15.0);
    }
    for k in 0..20 {
        let part = f64::from(k) / 19.0;
        let (at, height) = (floor - f64::from(k + 1) / 20.0 * (floor - TOP), (floor - TOP) / 20.0 + 0.5);
        let _ = write!(
            svg,
            "<rect x=\"{:.1}\" y=\"{at:.1}\" width=\"9\" height=\"{height:.1}\" style=\"{}\"/>",
            right + 8.0,
            fill(low + part * (high - low))
        );
    }
    for (x, at) in [(low, floor), (high, TOP + 9.0)] {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{at:.1}\" style=\"text-anchor:start\">{}</text>",
            right + 20.0,
            short(x)
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" class=\"label\">{}</text><text transform=\"translate(11 {:.1}) rotate(-90)\" \
         class=\"label\">{}</text></svg></figure>",
        (LEFT + right) / 2.0,
        HEIGHT - 8.0,
        title(&sweep.axes[1]),
        (TOP + floor) / 2.0,
        title(&sweep.axes[0])
    );
    svg
}

//! Histograms as static SVG, which need no script to show and print sharply.

use crate::numbers::{escape, short};
use recording::Histogram;
use std::fmt::Write;

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 40.0;

/// How values lie along the axis.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Axis {
    Linear,
    Logarithmic,
}

/// One population's histogram: its name, the number of its colour, and the counts.
pub(crate) type Series<'a> = (&'a str, usize, &'a Histogram);

/// A figure with one outline per population, each scaled to its own peak: the bins of rates differ in width.
pub(crate) fn histogram(title: &str, label: &str, axis: Axis, series: &[Series<'_>]) -> String {
    let series: Vec<_> = series.iter().filter(|(_, _, h)| h.counts.iter().any(|n| *n > 0)).collect();
    let Some((low, high)) = span(&series, axis) else { return String::new() };
    let across = |value: f64| {
        let part = match axis {
            Axis::Linear => (value - low) / (high - low),
            Axis::Logarithmic => (value / low).log10() / (high / low).log10(),
        };
        LEFT + part.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    };
    let mut svg = format!(
        "<figure class=\"chart\"><figcaption>{}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{}\">",
        escape(title),
        escape(title)
    );
    let floor = HEIGHT - BOTTOM;
    for tick in ticks(low, high, axis) {
        let x = across(tick);
        let text = tick_label(tick);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{floor}\"/><text x=\"{x:.1}\" \
             y=\"{:.1}\">{text}</text>",
            floor + 15.0
        );
    }
    for (name, colour, histogram) in &series {
        let up = |part: f64| floor - part * (floor - TOP);
        let mut path = format!("M{:.1} {floor:.1}", across(histogram.edges[0]));
        for (bin, part) in heights(histogram).enumerate() {
            let (from, to) = (across(histogram.edges[bin]), across(histogram.edges[bin + 1]));
            if to > from {
                let _ = write!(path, "L{from:.1} {y:.1}L{to:.1} {y:.1}", y = up(part));
            }
        }
        let end = across(*histogram.edges.last().expect("a histogram has edges"));
        let _ = write!(
            svg,
            "<path class=\"c{colour}\" d=\"{path}L{end:.1} {floor:.1}Z\"><title>{}</title></path>",
            escape(name)
        );
    }
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{floor}\" y2=\"{floor}\"/><text x=\"{:.1}\" y=\"{:.1}\" \
         class=\"label\">{}</text></svg></figure>",
        WIDTH - RIGHT,
        WIDTH / 2.0,
        HEIGHT - 7.0,
        escape(label)
    );
    svg
}

fn heights(histogram: &Histogram) -> impl Iterator<Item = f64> {
    let peak = histogram.counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    histogram.counts.iter().map(move |n| *n as f64 / peak)
}

/// The part of the axis where there is something, and a bin beside it.
fn span(series: &[&Series<'_>], axis: Axis) -> Option<(f64, f64)> {
    let filled = |h: &&Histogram| {
        let first = h.counts.iter().position(|n| *n > 0)?;
        let last = h.counts.iter().rposition(|n| *n > 0)?;
        Some((h.edges[first.saturating_sub(1)], h.edges[(last + 2).min(h.edges.len() - 1)]))
    };
    let spans: Vec<(f64, f64)> = series.iter().filter_map(|(_, _, h)| filled(h)).collect();
    let low = spans.iter().map(|(low, _)| *low).reduce(f64::min)?;
    let high = spans.iter().map(|(_, high)| *high).reduce(f64::max)?;
    Some((if axis == Axis::Linear { 0.0 } else { low }, high)).filter(|(low, high)| high > low)
}

fn ticks(low: f64, high: f64, axis: Axis) -> Vec<f64> {
    let within = |tick: &f64| *tick >= low * (1.0 - 1e-9) && *tick <= high * (1.0 + 1e-9);
    if axis == Axis::Logarithmic {
        let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
        let steps: &[f64] = if high / low < 20.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        return decades.flat_map(|d| steps.iter().map(move |s| s * 10_f64.powi(d))).filter(within).collect();
    }
    let wanted = (high - low) / 5.0;
    let decade = 10_f64.powf(wanted.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|s| s * decade).into_iter().find(|s| *s >= wanted).unwrap_or(wanted);
    (0..=6).map(|i| f64::from(i) * step).filter(within).collect()
}

fn tick_label(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    if rounded.abs() < 1000.0 { rounded.to_string() } else { short(rounded) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_histogram_is_no_figure() {
        let empty = Histogram { edges: vec![0.0, 1.0], counts: vec![0] };
        assert_eq!(histogram("t", "l", Axis::Linear, &[("a", 0, &empty)]), "");
    }

    #[test]
    fn ticks_are_round_numbers_inside_the_axis() {
        assert_eq!(ticks(0.0, 2.5, Axis::Linear), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]);
        assert_eq!(ticks(0.8, 1300.0, Axis::Logarithmic), [1.0, 10.0, 100.0, 1000.0]);
    }
}

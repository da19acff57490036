//! Head: the sections `[scenario]`, `[run]` and `[output]`, and the grid of time that delays and intervals must fit.

use ecs_core::network::Scale;
use ecs_core::registry::Bound;

use crate::diagnostic::{Problem, Span};
use crate::quantity::{self, Wanted};
use crate::reader::{Fields, Reader};
use crate::schema::{Output, OutputFormat, Precision, Run, Storage};
use crate::tree::Node;

/// A time may miss the grid by this share of a step: far above rounding of doubles, far below what anybody means.
const GRID_TOLERANCE: f64 = 1e-6;

/// Step counts beyond this lose whole steps in doubles.
const MOST_STEPS: f64 = 1e15;

/// `[scenario]`: title, source, description.
pub(crate) fn scenario(fields: &Fields<'_>) -> Option<[String; 3]> {
    fields.check(&[]);
    let (title, source) = (fields.text("title"), fields.text("source"));
    let description =
        if fields.get("description").is_some() { fields.text("description") } else { Some(String::new()) };
    fields.count("format");
    Some([title?, source?, description?])
}

/// `[run]`, and the grid as soon as the step is known.
pub(crate) fn run(fields: &Fields<'_>) -> (Option<Run>, Option<Grid>) {
    fields.check(&[]);
    let (dt, duration) = (fields.time("dt", Bound::Positive), fields.time("duration", Bound::Positive));
    let grid = dt.map(|dt| Grid { dt, duration });
    let steps = grid.zip(fields.get("duration")).zip(duration).and_then(|((grid, node), duration)| {
        grid.steps(fields.reader, duration, node, &fields.place_of("duration"))
    });
    let precision = fields.choice("precision").map(|at| [Precision::F32, Precision::F64][at]);
    let skip_at_rest = fields.flag("skip_at_rest");
    let (seed, threads, storage) = (fields.count("seed"), fields.count("threads"), storage(fields));
    let run = || {
        Some(Run {
            duration: duration?,
            dt: dt?,
            steps: steps?,
            seed: seed?,
            precision: precision?,
            threads: usize::try_from(threads?).ok()?,
            skip_at_rest: skip_at_rest?,
            storage: storage?,
        })
    };
    (run(), grid)
}

/// The key `storage` of a run or a population.
pub(crate) fn storage(fields: &Fields<'_>) -> Option<Storage> {
    fields.choice("storage").map(|at| [Storage::Auto, Storage::Entities, Storage::Packed][at])
}

/// `[scale]`
pub(crate) fn scale(fields: &Fields<'_>) -> Option<Scale> {
    fields.check(&[]);
    let read = |key: &str| match fields.get(key) {
        Some(node) => scale_of(fields.reader, node, &fields.place_of(key)),
        None => Some(1.0),
    };
    let (neurons, in_degrees) = (read("neurons"), read("in_degrees"));
    Some(Scale { neurons: neurons?, in_degrees: in_degrees? })
}

/// A share of the size described, above 0.
pub(crate) fn scale_of(reader: &Reader<'_>, node: &Node, place: &str) -> Option<f64> {
    quantity::scalar(reader, node, Wanted { unit: "", bound: Bound::Positive }, place)
}

/// `[output]`
pub(crate) fn output(fields: &Fields<'_>) -> Option<Output> {
    fields.check(&[]);
    let format = fields.choice("format").map(|at| [OutputFormat::Parquet, OutputFormat::Npz][at]);
    let report = fields.flag("report");
    let weights =
        fields.flag("weights").map(|wanted| fields.get("weights").filter(|_| wanted).map(|node| node.span));
    Some(Output { format: format?, report: report?, weights: weights? })
}

/// The steps of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub dt: f64,
    /// `None` where the file gives no valid one.
    pub duration: Option<f64>,
}

impl Grid {
    /// How many steps a time is; reports a time that is no whole number of them, and at least one.
    pub fn steps(&self, reader: &Reader<'_>, time: f64, node: &Node, place: &str) -> Option<u64> {
        let steps = time / self.dt;
        let allowed = format!("whole multiples of dt = {} ms", self.dt);
        let problem = if steps > MOST_STEPS {
            Problem::new(place, format!("{} are too many steps", reader.shown(node)))
                .advice("shorten the time or lengthen `dt`")
        } else if steps < 1.0 - GRID_TOLERANCE {
            Problem::new(place, format!("{} is below dt", reader.shown(node)))
                .advice(format!("give at least `\"{} ms\"`, or shorten `dt`", self.dt))
        } else if (steps - steps.round()).abs() > GRID_TOLERANCE {
            Problem::new(place, format!("{} is no whole multiple of dt", reader.shown(node)))
                .advice(format!("the nearest is `\"{} ms\"`", self.nearest(time)))
        } else {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive and below MOST_STEPS"
            )]
            return Some(steps.round() as u64);
        };
        reader.error(node.span, problem.allowed(allowed));
        None
    }

    /// Reports a delay below one step.
    pub fn at_least_dt(&self, reader: &Reader<'_>, delay: f64, span: Span, place: &str) -> Option<()> {
        if delay >= self.dt * (1.0 - GRID_TOLERANCE) {
            return Some(());
        }
        let problem = Problem::new(place, format!("delays down to `{delay} ms` are below dt"))
            .allowed(format!("dt = {} ms or more", self.dt))
            .advice("raise the lower limit, or shorten `dt`");
        reader.error(span, problem);
        None
    }

    /// The nearest time on the grid that is not zero, without the noise of binary fractions.
    fn nearest(&self, time: f64) -> f64 {
        let exact = (time / self.dt).round().max(1.0) * self.dt;
        let digits = 9;
        format!("{exact:.digits$}").parse().unwrap_or(exact)
    }
}

//! Keys of `[sweep]`.

use super::{Layout, Section, Shape, default, optional, required};

/// More points than anybody waits for.
pub(crate) const MOST_POINTS: u64 = 1_000_000;

pub(crate) static SWEEP: Section = Section {
    name: "sweep",
    doc: "Values that `synfire run` puts in the place of others: the scenario is run once for each point, and a table has a row for each.",
    layout: Layout::Once,
    required: false,
    keys: &[
        default(
            "order",
            Shape::Choice(&["grid", "zip"]),
            "grid",
            "Whether each value of an axis goes with each of the others, or the first with the first and so on.",
        ),
        default(
            "seeds",
            Shape::Count { min: 1, max: MOST_POINTS },
            "1",
            "How often each point is run, with seeds from that of the run on.",
        ),
        optional("axis", Shape::Tables(&AXIS), "What is varied; nothing but the seed if not given."),
    ],
};

pub(crate) static AXIS: Section = Section {
    name: "sweep.axis",
    doc: "What is varied.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Text, "The path of a value, as behind `--set`: `stimulus.0.amplitude`."),
        optional("values", Shape::List, "The values."),
        optional("from", Shape::Quantity, "Instead of `values`: the first of several in even distances."),
        optional("to", Shape::Quantity, "The last of them."),
        optional("count", Shape::Count { min: 2, max: MOST_POINTS }, "How many they are."),
        default(
            "scale",
            Shape::Choice(&["linear", "log"]),
            "linear",
            "Whether distances are differences or ratios.",
        ),
    ],
};

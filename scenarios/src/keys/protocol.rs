//! Keys of what is done to neurons, kept of them and expected.

use super::{Layout, MOST_NEURONS, Section, Shape, default, optional, required};

pub(crate) static RECORD: Section = Section {
    name: "record",
    doc: "What is kept of a run.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Selection, "Of which neurons; of `weights`, the name of a projection."),
        required(
            "what",
            Shape::Words,
            "`spikes`, a state variable, or a list of them; or `weights` of synapses that learn.",
        ),
        optional("every", Shape::Time, "Interval of the variables, dt if not given; of weights."),
        optional(
            "first",
            Shape::Count { min: 1, max: MOST_NEURONS },
            "Only so many of them, neurons or synapses.",
        ),
    ],
};

pub(crate) static SILENCE: Section = Section {
    name: "silence",
    doc: "Neurons that emit nothing for a time.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Selection, "Which neurons."),
        default("start", Shape::Time, "0 ms", "From when."),
        optional("stop", Shape::Time, "Until when; the end of the run if not given."),
    ],
};

pub(crate) static CLAMP: Section = Section {
    name: "clamp",
    doc: "Neurons whose voltage is held for a time.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Selection, "Which neurons."),
        required("v", Shape::Quantity, "The voltage."),
        default("start", Shape::Time, "0 ms", "From when."),
        optional("stop", Shape::Time, "Until when; the end of the run if not given."),
    ],
};

pub(crate) static EXPECT: Section = Section {
    name: "expect",
    doc: "What must come out: it makes the scenario its own test.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Selection, "Of which neurons."),
        required(
            "what",
            Shape::Choice(&["mean_rate", "cv", "correlation", "silent_fraction", "spikes"]),
            "The measure.",
        ),
        required("within", Shape::Interval, "Least and greatest value that count as success."),
        default("after", Shape::Time, "0 ms", "Spikes before this time do not count."),
        optional("reference", Shape::Quantity, "The value the literature gives."),
        optional("source", Shape::Text, "Where it gives it."),
        optional("scale", Shape::Quantity, "Only where the network has this scale: see `scale`."),
    ],
};

//! Keys of `[training.traces]`.

use super::{Layout, Section, Shape, default, optional, required};

pub(crate) static TRACES: Section = Section {
    name: "training.traces",
    doc: "Traces that neurons are fitted to, in place of a readout and data. Files are looked for as those of `[training.data]`.",
    layout: Layout::Once,
    required: true,
    keys: &[
        required("of", Shape::Words, "Populations of one neuron, each of which follows a trace."),
        required(
            "file",
            Shape::Words,
            "A file for each: HDF5, NPY, NPZ with one array, or a table of one column.",
        ),
        default("dataset", Shape::Text, "v/data", "Where in an HDF5 file the trace stands."),
        optional("variable", Shape::Text, "The state variable that follows; the first if not given."),
        optional("unit", Shape::Text, "Unit of the numbers in the files; that of the variable if not given."),
        required("every", Shape::Time, "Time from sample to sample, the first of which is at the beginning."),
        optional(
            "spike",
            Shape::Quantity,
            "The level that the spikes of a trace rise through; without it they have none.",
        ),
        optional(
            "ceiling",
            Shape::Quantity,
            "What is above counts as this, in traces and neurons: shapes of spikes are not fitted.",
        ),
        default("after", Shape::Time, "0 ms", "How long nothing counts after a spike of a trace."),
        default("before", Shape::Time, "0 ms", "How long before a spike of a trace `stress` counts."),
        default(
            "stress",
            Shape::Quantity,
            "1",
            "How much more a step counts there: upstrokes are short, and a neuron that misses one has little to learn from.",
        ),
        default(
            "teach",
            Shape::Flag,
            "true",
            "Whether neurons are made to fire when their traces do, while they learn; tested, they run by themselves.",
        ),
        optional("source", Shape::Text, "Where the files come from, for whoever does not have them."),
    ],
};

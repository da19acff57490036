//! Keys of `[training]` and of the tables in it.

use ecs_core::registry::Kind;

use super::{Key, Layout, Section, Shape, default, optional, required};

/// More than anybody waits for.
const MOST: u64 = 1_000_000_000;

const fn count(name: &'static str, value: &'static str, doc: &'static str) -> Key {
    default(name, Shape::Count { min: 1, max: MOST }, value, doc)
}

pub(crate) static TRAINING: Section = Section {
    name: "training",
    doc: "How `synfire train` makes the network learn by the gradient of a loss. A trial lasts the duration of the run.",
    layout: Layout::Once,
    required: false,
    keys: &[
        count("epochs", "10", "How often all samples are shown."),
        count("batch", "32", "Trials of an update."),
        default(
            "learn",
            Shape::Words,
            "projection.*.weight",
            "What is learned: `projection.NAME.weight`, or a parameter of its synapse; `population.NAME.tau_m`, or another parameter; \
             `population.NAME.initial.v`.",
        ),
        default(
            "method",
            Shape::Part(Kind::Method),
            "bptt",
            "How the gradient is had: back through time, or online, while a trial runs, in memory that does not grow with its length.",
        ),
        default("optimiser", Shape::Part(Kind::Optimiser), "adam", "How parameters follow the gradient."),
        optional(
            "schedule",
            Shape::Parts(Kind::Schedule),
            "How the learning rate goes; of a list, each starts from what the one before gives.",
        ),
        default("loss", Shape::Part(Kind::Loss), "cross_entropy", "What is made small."),
        optional(
            "metric",
            Shape::Parts(Kind::Metric),
            "What is measured; accuracy of classes and mean squared error of numbers if not given.",
        ),
        default(
            "surrogate",
            Shape::Part(Kind::Surrogate),
            "relu_grad",
            "What stands for the derivative of a spike, as a function of the distance from threshold.",
        ),
        optional(
            "scale",
            Shape::Quantity,
            "What that distance is divided by; for each population the distance it begins with, if not given.",
        ),
        default(
            "through_reset",
            Shape::Flag,
            "false",
            "Whether the gradient follows the reset back to the cause of a spike.",
        ),
        default(
            "graded",
            Shape::Flag,
            "false",
            "Whether neurons fire by what the surrogate is the derivative of, in every step: then they are units of a rate network, and the \
             gradient is exact.",
        ),
        optional("clip", Shape::Quantity, "The largest norm of all gradients together."),
        optional(
            "segment",
            Shape::Count { min: 1, max: MOST },
            "Steps whose states are kept; the others are computed again. The root of all steps if not given.",
        ),
        optional(
            "truncate",
            Shape::Count { min: 1, max: MOST },
            "Steps of a window whose gradient does not go back into the window before it; all steps are one window if not given.",
        ),
        optional(
            "seed",
            Shape::Count { min: 0, max: i64::MAX as u64 },
            "Orders of samples follow from it; that of the run if not given.",
        ),
        optional("readout", Shape::Table(&READOUT), "What is compared with the targets."),
        optional(
            "features",
            Shape::Part(Kind::Features),
            "What a readout reads that is fitted without a gradient; then `learner`, `metric`, `data` or `series`, and `expect` are all there is.",
        ),
        optional("learner", Shape::Part(Kind::Learner), "How that readout is fitted."),
        optional(
            "series",
            Shape::Table(&SERIES),
            "The course of a population, which features are made of in place of data.",
        ),
        optional(
            "traces",
            Shape::Table(&super::traces::TRACES),
            "Traces that neurons are fitted to, in place of `readout` and `data`.",
        ),
        optional("data", Shape::Table(&DATA), "What trials show, and what should come out."),
        optional("task", Shape::Table(&TRIALS), "Trials of `[task]`, in place of data."),
        optional("regulariser", Shape::Tables(&REGULARISER), "What else costs."),
        optional("dropout", Shape::Tables(&DROPOUT), "Who is left out by chance."),
        optional("transform", Shape::Tables(&TRANSFORM), "What keeps learned parameters where they may be."),
        optional("expect", Shape::Tables(&EXPECT), "What must come out of training."),
    ],
};

pub(crate) static READOUT: Section = Section {
    name: "training.readout",
    doc: "What is compared with the targets: a place for each neuron of a population.",
    layout: Layout::Once,
    required: true,
    keys: &[
        required("of", Shape::Text, "The population."),
        optional(
            "variable",
            Shape::Text,
            "A state variable, or `spikes` for their number; the first variable if not given.",
        ),
        default(
            "reduce",
            Shape::Choice(&["max", "mean", "sum", "last", "each"]),
            "max",
            "What becomes of the variable over time; with `each` it is compared in every step.",
        ),
        optional("start", Shape::Time, "From when it counts; from the beginning if not given."),
        optional("stop", Shape::Time, "Until when; to the end if not given."),
    ],
};

pub(crate) static SERIES: Section = Section {
    name: "training.series",
    doc: "The course of a neuron's variables, which the features follow: until `start` they warm up, until `stop` they are learned from.",
    layout: Layout::Once,
    required: true,
    keys: &[
        required("of", Shape::Text, "The population, of which the first neuron is followed."),
        optional("inputs", Shape::Words, "State variables that are seen; all if not given."),
        optional(
            "predict",
            Shape::Words,
            "State variables that are read from those that are seen; if not given, how the latter go on, each step from the one predicted \
             before.",
        ),
        required("start", Shape::Time, "From when it is learned from."),
        required("stop", Shape::Time, "From when it is predicted, up to the end of the run."),
        optional(
            "horizon",
            Shape::Time,
            "How long after `stop` errors count; to the end of the run if not given.",
        ),
    ],
};

pub(crate) static DATA: Section = Section {
    name: "training.data",
    doc: "What trials show, and what should come out. Files are looked for beside the scenario, in the folder that `SYNFIRE_DATA` names, \
          and in `../shared/data`.",
    layout: Layout::Once,
    required: true,
    keys: &[
        optional("input", Shape::Text, "The source that is shown the samples; the only source if not given."),
        optional(
            "file",
            Shape::Text,
            "Samples: IDX, NPY, NPZ, a table with a row for each, HDF5 of spikes, or a folder of N-MNIST.",
        ),
        default("frames", Shape::Flag, "false", "Whether the second dimension of the samples is time."),
        optional(
            "targets",
            Shape::Text,
            "What should come out, in the order of the samples; files of spikes bring classes.",
        ),
        optional("samples", Shape::Count { min: 1, max: MOST }, "Only the first so many; all if not given."),
        default(
            "held_out",
            Shape::Count { min: 0, max: MOST },
            "0",
            "How many of them, the last ones, are tested on and not learned from.",
        ),
        optional("source", Shape::Text, "Where the files come from, for whoever does not have them."),
    ],
};

pub(crate) static TRIALS: Section = Section {
    name: "training.task",
    doc: "Trials of the task of `[task]`, new ones in each epoch. The loss is that of the period in which the answer is judged.",
    layout: Layout::Once,
    required: true,
    keys: &[
        count("trials", "1000", "Trials of an epoch."),
        default(
            "held_out",
            Shape::Count { min: 0, max: MOST },
            "200",
            "Trials that are tested on after each epoch, always the same and never learned from.",
        ),
        optional(
            "seed",
            Shape::Count { min: 0, max: i64::MAX as u64 },
            "Trials follow from it; that of the run if not given.",
        ),
        optional("show", Shape::Tables(&SHOW), "Where ports are shown."),
    ],
};

static SHOW: Section = Section {
    name: "training.task.show",
    doc: "Where a port is shown: to a source that encodes numbers, a channel to each neuron, or as currents of neurons.",
    layout: Layout::Many,
    required: true,
    keys: &[
        optional("port", Shape::Text, "The port; the only one if not given."),
        required("to", Shape::Text, "A population with a neuron for each channel."),
        optional(
            "amplitude",
            Shape::Quantity,
            "Of neurons: the current that the number 1 stands for. Of a source, its parameters say what numbers stand for.",
        ),
    ],
};

pub(crate) static REGULARISER: Section = Section {
    name: "training.regulariser",
    doc: "What else costs.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required(
            "of",
            Shape::Text,
            "What is punished: `population.NAME.spikes`, `.rate` or a state variable; or something that is learned.",
        ),
        required("kind", Shape::Part(Kind::Regulariser), "The penalty."),
    ],
};

pub(crate) static TRANSFORM: Section = Section {
    name: "training.transform",
    doc: "What keeps a learned parameter where it may be.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Text, "Something that is learned."),
        required(
            "kind",
            Shape::Part(Kind::Transform),
            "The transform. Signs are those that weights begin with, and a mask freezes those that begin at zero.",
        ),
    ],
};

pub(crate) static EXPECT: Section = Section {
    name: "training.expect",
    doc: "What must come out of training.",
    layout: Layout::Many,
    required: false,
    keys: &[
        default("of", Shape::Choice(&["held_out", "train"]), "held_out", "On which samples."),
        required("what", Shape::Text, "`loss`, or the name of a metric."),
        required("within", Shape::Interval, "Least and greatest value that count as success."),
        optional("reference", Shape::Quantity, "The value the literature gives."),
        optional("source", Shape::Text, "Where it gives it."),
    ],
};

pub(crate) static DROPOUT: Section = Section {
    name: "training.dropout",
    doc: "Neurons that nobody hears in a trial while it is learned from; the others count for more in their place.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Text, "The population."),
        required("rate", Shape::Quantity, "The chance that a neuron is left out, from 0 to below 1."),
    ],
};

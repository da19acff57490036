//! Keys of `[task]`, and of the file of a task, which are the same.

use super::{Key, Layout, Section, Shape, default, optional, required};

/// More than anybody draws.
const MOST: u64 = 1_000_000;

const fn table(name: &'static str, doc: &'static str, layout: Layout, keys: &'static [Key]) -> Section {
    Section { name, doc, layout, required: false, keys }
}

pub(crate) static TASK: Section = table(
    "task",
    "A task that is done in trials. Formulas are expressions of its variables, which are bare numbers, angles being in degrees and times in ms.",
    Layout::Once,
    &[
        optional(
            "file",
            Shape::Text,
            "A TOML file beside the scenario that has the other keys of this section.",
        ),
        optional("title", Shape::Text, "What the task is, in a few words."),
        optional("source", Shape::Text, "Where it comes from: a citation."),
        optional("port", Shape::Tables(&PORT), "Rows of numbers that are shown."),
        optional("variable", Shape::Tables(&VARIABLE), "What is drawn for each trial."),
        optional("period", Shape::Tables(&PERIOD), "What follows what."),
        optional("stimulus", Shape::Tables(&STIMULUS), "What is shown when; stimuli of one port add up."),
        optional("answer", Shape::Table(&ANSWER), "What is right."),
        optional("reward", Shape::Table(&REWARD), "What an outcome is worth."),
    ],
);

static PORT: Section = table(
    "task.port",
    "A row of numbers that is shown to the network.",
    Layout::Many,
    &[
        required("name", Shape::Text, "Its name."),
        default("channels", Shape::Count { min: 1, max: MOST }, "1", "How many numbers."),
    ],
);

static VARIABLE: Section = table(
    "task.variable",
    "A number that is drawn for each trial. Formulas know those before it.",
    Layout::Many,
    &[
        required("name", Shape::Text, "Its name."),
        required(
            "value",
            Shape::Drawn,
            "A number, `{ choice = [...] }`, `{ uniform = [low, high] }`, `{ exponential = { mean, min, max } }`, `{ chance = FORMULA }` \
             for 1 with that probability and else 0, or `{ formula = FORMULA }`.",
        ),
        default(
            "repeat",
            Shape::Count { min: 1, max: MOST },
            "1",
            "How often it is drawn. Periods that come as often see the draw of their turn, everything else the sum.",
        ),
    ],
);

static PERIOD: Section = table(
    "task.period",
    "A part of a trial. Periods follow each other.",
    Layout::Many,
    &[
        required("name", Shape::Text, "Its name."),
        required(
            "duration",
            Shape::Drawn,
            "A time, or what draws one as variables are drawn; rounded to steps.",
        ),
        default(
            "repeat",
            Shape::Count { min: 1, max: MOST },
            "1",
            "How often it comes, one after the other.",
        ),
    ],
);

static STIMULUS: Section = table(
    "task.stimulus",
    "What is shown; exactly one of `value`, `von_mises`, `gaussian` and `noise`.",
    Layout::Many,
    &[
        optional("port", Shape::Text, "The port; the only one if not given."),
        optional("during", Shape::Words, "Names of periods; all if not given."),
        optional("channels", Shape::Interval, "The first channel, and one past the last; all if not given."),
        optional(
            "lasts",
            Shape::Time,
            "How long after the beginning of the period; to its end if not given.",
        ),
        default("gain", Shape::Formula, "1", "What it is multiplied by."),
        optional("value", Shape::Formula, "The same number for all channels."),
        optional("von_mises", Shape::Table(&VON_MISES), "A bump on a ring of channels."),
        optional("gaussian", Shape::Table(&GAUSSIAN), "A bump on a row of channels."),
        optional(
            "noise",
            Shape::Formula,
            "Normal numbers of this standard deviation, new in each channel and step.",
        ),
    ],
);

static VON_MISES: Section = table(
    "task.stimulus.von_mises",
    "exp(kappa (cos(at - own) - 1)), the channels' own angles being spread evenly over the circle, the first at 0.",
    Layout::Once,
    &[
        required("at", Shape::Formula, "The angle, in degrees."),
        default("kappa", Shape::Quantity, "2", "How narrow it is."),
    ],
);

static GAUSSIAN: Section = table(
    "task.stimulus.gaussian",
    "exp(-(at - own)^2 / 2 sd^2), the channels' own values being spread evenly from the first to the last.",
    Layout::Once,
    &[
        required("at", Shape::Formula, "The value."),
        required("sd", Shape::Quantity, "How wide it is."),
        required("within", Shape::Interval, "The values of the first and the last channel."),
    ],
);

static ANSWER: Section = table(
    "task.answer",
    "What is right.",
    Layout::Once,
    &[
        required(
            "during",
            Shape::Text,
            "The period in which the answer is judged; of one that is repeated, the last time.",
        ),
        required("class", Shape::Formula, "The right class: a whole number from 0 on."),
        default("classes", Shape::Count { min: 1, max: MOST }, "2", "How many there are."),
        optional("silent", Shape::Count { min: 0, max: MOST }, "The class that means to stay silent."),
    ],
);

static REWARD: Section = table(
    "task.reward",
    "What an outcome is worth.",
    Layout::Once,
    &[
        default("abort", Shape::Quantity, "-0.1", "An answer before it is asked for."),
        default("correct", Shape::Quantity, "1", "The right answer."),
        default("fail", Shape::Quantity, "0", "Another answer."),
        default("miss", Shape::Quantity, "0", "No answer to the end."),
    ],
);

//! Keys of `[env]` and of the tables in it.

use ecs_core::registry::Kind;

use super::{Layout, Section, Shape, default, optional, required};

/// More than anybody waits for.
const MOST: u64 = 1_000_000_000;

pub(crate) static ENV: Section = Section {
    name: "env",
    doc: "A world that the network acts in, from tick to tick: spikes of a tick become an action, and what is observed then is held until \
          the next tick.",
    layout: Layout::Once,
    required: false,
    keys: &[
        default("name", Shape::Text, "env", "What reports and recordings call it."),
        required("kind", Shape::Part(Kind::Environment), "The environment."),
        required("control", Shape::Time, "From tick to tick; a whole multiple of dt."),
        optional(
            "limit",
            Shape::Count { min: 1, max: MOST },
            "Ticks after which an episode is cut off, besides those of the environment.",
        ),
        default(
            "iti",
            Shape::Time,
            "0 ms",
            "From the end of an episode to the next one, a whole number of ticks: zeros are observed, and actions ignored.",
        ),
        default(
            "clip",
            Shape::Flag,
            "false",
            "Whether actions outside the bounds are moved into them, rather than refused.",
        ),
        default("record", Shape::Flag, "true", "Whether observations, actions and rewards join the traces."),
        optional("sense", Shape::Tables(&SENSE), "What the network observes."),
        optional("act", Shape::Tables(&ACT), "What the network does."),
        optional("reward", Shape::Table(&REWARD), "What rewards do."),
        optional("stop", Shape::Table(&STOP), "What ends the run before its time."),
        optional("pace", Shape::Table(&PACE), "How ticks keep time."),
        optional("expect", Shape::Tables(&EXPECT), "What must come out."),
    ],
};

pub(crate) static SENSE: Section = Section {
    name: "env.sense",
    doc: "What the network observes.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required(
            "port",
            Shape::Text,
            "A port of the environment, or some of its places: `obs`, `obs[2]`, `obs[0..2]`.",
        ),
        required(
            "into",
            Shape::Selection,
            "A population whose source is an encoder; or neurons, with `encoder`.",
        ),
        optional("encoder", Shape::Part(Kind::Stimulus), "How values become input of these neurons."),
    ],
};

pub(crate) static ACT: Section = Section {
    name: "env.act",
    doc: "What the network does.",
    layout: Layout::Many,
    required: false,
    keys: &[
        optional(
            "port",
            Shape::Text,
            "A port of the environment, or some of its places; may be left out where there is one.",
        ),
        required("from", Shape::Selection, "Neurons that decide."),
        optional(
            "group",
            Shape::Choice(&["neuron", "selection"]),
            "What is a group: each neuron, or all of a selection; each neuron where `from` is a single selection.",
        ),
        optional("variable", Shape::Text, "The variable that is watched; spikes if not given."),
        required("decoder", Shape::Part(Kind::Decoder), "How spikes of groups become an action."),
    ],
};

pub(crate) static REWARD: Section = Section {
    name: "env.reward",
    doc: "What rewards do: projections whose rule has a modulator learn by them.",
    layout: Layout::Once,
    required: false,
    keys: &[
        required("into", Shape::Words, "Names of projections."),
        default("gain", Shape::Quantity, "1", "Spikes of a modulator that a reward of 1 counts like."),
        optional(
            "tau",
            Shape::Time,
            "Time constant of the running mean that is subtracted; none if not given.",
        ),
    ],
};

pub(crate) static STOP: Section = Section {
    name: "env.stop",
    doc: "What ends the run before its time.",
    layout: Layout::Once,
    required: false,
    keys: &[
        optional("episodes", Shape::Count { min: 1, max: MOST }, "So many episodes."),
        optional("reward", Shape::Quantity, "A mean return of the last `over` episodes that is reached."),
        default("over", Shape::Count { min: 1, max: MOST }, "1", "Episodes of that mean."),
    ],
};

pub(crate) static PACE: Section = Section {
    name: "env.pace",
    doc: "How ticks keep time: as fast as they can, or with the clock on the wall.",
    layout: Layout::Once,
    required: false,
    keys: &[
        default(
            "mode",
            Shape::Choice(&["free", "realtime"]),
            "free",
            "As fast as they can, or in real time.",
        ),
        default(
            "overrun",
            Shape::Choice(&["slip", "drop", "fail"]),
            "slip",
            "When a tick is late: all others are as late, those after it hurry until they are in time, or the run ends.",
        ),
        default("tolerance", Shape::Time, "1 ms", "How late a tick may begin without being called so."),
    ],
};

pub(crate) static EXPECT: Section = Section {
    name: "env.expect",
    doc: "What must come out: it makes the scenario its own test.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required(
            "what",
            Shape::Choice(&["return", "success", "episodes", "time"]),
            "The mean return of an episode, the share of tests that were passed, how many episodes ended, or the mean time of answers in ms.",
        ),
        required("within", Shape::Interval, "The least and the most that is allowed."),
        optional(
            "variable",
            Shape::Text,
            "Only trials in which this variable of the task lies within `range`.",
        ),
        optional("range", Shape::Interval, "The least and the most that it may be."),
        default("start", Shape::Time, "0 ms", "From when."),
        optional("stop", Shape::Time, "Until when; to the end of the run if not given."),
        optional("reference", Shape::Quantity, "The value of the reference."),
        optional("source", Shape::Text, "The reference."),
    ],
};

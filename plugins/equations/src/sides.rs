//! Sides: whose a variable of a rule is: the sender's, the receiver's, the synapse's or the modulator's. What changes it, and what
//! it is changed by, says so: what only a sender's spikes and traces make is kept once for each sender.

use std::collections::BTreeMap;

use crate::draft::Draft;
use crate::error::{Place, Problem};
use crate::scope::Meaning;
use crate::statement::assignments;
use crate::syntax::Assignment;

/// What changes variables.
pub(crate) struct Statements<'a> {
    pub on_pre: Vec<Assignment<'a>>,
    pub on_post: Vec<Assignment<'a>>,
    pub on_modulator: Vec<Assignment<'a>>,
    pub between: Vec<Assignment<'a>>,
    pub on_step: Vec<Assignment<'a>>,
}

impl<'a> Statements<'a> {
    pub fn of(draft: &mut Draft<'a>) -> Self {
        let text = draft.text;
        let mut read =
            |text: Option<&'a str>, place: Place| assignments(text.unwrap_or(""), &place, &mut draft.errors);
        Self {
            on_pre: read(text.on_pre, Place::OnPre),
            on_post: read(text.on_post, Place::OnPost),
            on_modulator: read(text.on_modulator, Place::OnModulator),
            between: read(text.between, Place::Between),
            on_step: read(text.on_step, Place::OnStep),
        }
    }
}

/// Whether a list changes a variable.
pub(crate) fn changes(list: &[Assignment<'_>], name: &str) -> bool {
    list.iter().any(|one| one.name == name)
}

/// Gives every variable its side. `follows` says that the rule looks at the receiver's voltage.
pub(crate) fn assign<'a>(draft: &mut Draft<'a>, statements: &Statements<'a>, follows: bool) {
    let Statements { on_pre, on_post, on_modulator, between, on_step } = statements;
    let mut sides: BTreeMap<&str, Meaning> = BTreeMap::new();
    for line in draft.state.clone() {
        let name = line.name;
        let watches = follows && draft.needs(&line.body).contains("v");
        let side = match (changes(on_pre, name), changes(on_post, name)) {
            _ if changes(on_modulator, name) => Meaning::Level,
            _ if changes(between, name) => Meaning::State,
            _ if changes(on_step, name) || watches => Meaning::Receiver,
            (true, false) => Meaning::Sender,
            (false, true) => Meaning::Receiver,
            (true, true) => Meaning::State,
            (false, false) => {
                let found = format!("nothing changes `{name}`");
                let advice = format!("add a statement such as `{name} += 1` to `on_pre`, or remove it");
                let allowed = "variables that a spike or a step changes";
                draft.errors.push(&Place::Equations, Problem::new(line.at.clone(), found, allowed, advice));
                Meaning::State
            }
        };
        sides.insert(name, side);
    }
    // What is made of anything but its own side is the synapse's.
    while let Some(name) = mixed(draft, &sides, [on_pre, on_post]) {
        sides.insert(name, Meaning::State);
    }
    for (name, side) in sides {
        let scale = draft.scope.lookup(name).and_then(|symbol| symbol.scale);
        draft.scope.add(name, side, scale);
    }
}

/// A trace that a spike changes by what belongs to somebody else.
fn mixed<'a>(
    draft: &Draft<'a>,
    sides: &BTreeMap<&'a str, Meaning>,
    [on_pre, on_post]: [&[Assignment<'a>]; 2],
) -> Option<&'a str> {
    let foreign = |one: &&Assignment<'a>, own: Meaning| {
        sides.get(one.name) == Some(&own)
            && draft.needs(&one.body).iter().any(|name| match sides.get(name) {
                Some(side) => *side != own,
                None => *name == "w",
            })
    };
    let pre = on_pre.iter().find(|one| foreign(one, Meaning::Sender));
    pre.or_else(|| on_post.iter().find(|one| foreign(one, Meaning::Receiver))).map(|one| one.name)
}

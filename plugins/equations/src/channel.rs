//! Channel: an ion channel from its texts, and how neurons take it in.

use ecs_core::model::{ChannelEquations, Row};

use crate::check::Setting;
use crate::dimension::Dimension;
use crate::draft::{Draft, PARAMETERS_AND_STATE, in_unit_of, single};
use crate::error::{Errors, Place, Problem, TextError};
use crate::graph::traced;
use crate::lower::{Lower, Refused};
use crate::scale::Scale;
use crate::scope::{Meaning, Scope};
use crate::statement;
use crate::syntax::Expression;
use crate::text::ModelText;

/// A channel model.
///
/// # Errors
/// All that is wrong with the texts.
pub fn channel(text: &ModelText<'_>) -> Result<ChannelEquations, Vec<TextError>> {
    let mut errors = Errors::default();
    let lines = statement::equations(text.equations, &mut errors);
    let mut scope = Scope::new(&["v"]);
    scope.add("v", Meaning::State, Some(Scale::coherent(Dimension::VOLTAGE)));
    let mut draft = Draft::new(text, &lines, scope, errors);
    draft.refuse("channel", &[Place::Current], "equations, current, parameters, initial");
    let state = crate::rows::state(text, &draft.state, &draft.scope, &mut draft.errors);
    draft.check(0, PARAMETERS_AND_STATE);
    let current = current(&mut draft);
    let made = match current.filter(|_| draft.errors.is_empty()) {
        Some((body, unit)) => match lowered(&draft, &body, unit, state) {
            Ok(made) => Some(made),
            Err(refused) => {
                draft.errors.push(&refused.0, refused.1);
                None
            }
        },
        None => None,
    };
    draft.errors.or(made)
}

/// The current and its unit.
fn current<'a>(draft: &mut Draft<'a>) -> Option<(Expression<'a>, &'static str)> {
    let Some(text) = draft.text.current else {
        let advice = "add `current = \"g*(v - e_rev)\"`";
        let problem = Problem::new(0..0, "a channel without a current", "a current out of the cell", advice);
        draft.errors.push(&Place::Current, problem);
        return None;
    };
    let body = draft.expression(Some(text), &Place::Current)?;
    let setting = Setting { place: &Place::Current, forbidden: 0, allowed: PARAMETERS_AND_STATE };
    match draft.checker(text, setting).dimension(&body)? {
        Dimension::CURRENT => Some((body, "pA")),
        Dimension::CURRENT_DENSITY => Some((body, "uA/cm2")),
        other => {
            let found = format!("the current is {other}");
            let advice = "multiply a conductance by a voltage";
            let problem = Problem::new(body.span, found, "a current, or a current per area", advice);
            draft.errors.push(&Place::Current, problem);
            None
        }
    }
}

fn lowered(
    draft: &Draft<'_>,
    current: &Expression<'_>,
    unit: &str,
    state: Vec<Row>,
) -> Result<ChannelEquations, Refused> {
    let model = draft.model(&[]);
    let derivative = traced(|| {
        let mut lower = Lower::new(model, Place::Equations);
        let one = |line: &&crate::syntax::Equation<'_>| {
            let slope = lower.pure(&line.body)?.expr();
            Ok((line.name.to_owned(), in_unit_of(line.name, slope, &draft.scope)))
        };
        draft.state.iter().map(one).collect()
    })?;
    Ok(ChannelEquations {
        name: draft.text.name.to_owned(),
        doc: draft.text.doc.to_owned(),
        params: draft.params.clone(),
        state,
        derivative,
        current: single(model, Place::Current, |lower| Ok(lower.pure(current)?.expr()))?,
        unit: unit.to_owned(),
    })
}

/// Adds the channels' parameters, gates and total current to a neuron.
pub(crate) fn merge<'a>(draft: &mut Draft<'a>, channels: &[&'a ChannelEquations], state: &mut Vec<Row>) {
    let mut shared: Option<Dimension> = None;
    for (k, channel) in channels.iter().enumerate() {
        let refuse = |draft: &mut Draft<'_>, found: String, allowed: &str, advice: &str| {
            draft.errors.push(&Place::Channels, Problem::new(k..k + 1, found, allowed, advice));
        };
        match Scale::parse(&channel.unit).map(|scale| scale.dimension) {
            Ok(dimension) if *shared.get_or_insert(dimension) == dimension => {}
            found => {
                let found = found.map_or("no unit".to_owned(), |found| found.to_string());
                let found = format!("the current of `{}` is {found}", channel.name);
                refuse(
                    draft,
                    found,
                    "currents of one dimension",
                    "take channels of whole cells, or of areas",
                );
            }
        }
        for row in &channel.params {
            let known =
                draft.params.iter().find(|known| known.name == row.name).map(|known| known.unit.clone());
            match known {
                Some(unit) if unit == row.unit => {}
                None if !draft.scope.declares(&row.name) => {
                    draft.scope.add(&row.name, Meaning::Parameter, Scale::parse(&row.unit).ok());
                    draft.params.push(row.clone());
                }
                _ => {
                    let found = format!(
                        "the parameter `{}` of `{}` has another meaning or unit",
                        row.name, channel.name
                    );
                    refuse(draft, found, "one meaning and unit for each name", "rename one of them");
                }
            }
        }
        for row in &channel.state {
            if draft.scope.declares(&row.name) {
                let found = format!("a second `{}`, of `{}`", row.name, channel.name);
                refuse(draft, found, "state variables with names of their own", "rename one of them");
                continue;
            }
            draft.scope.add(&row.name, Meaning::State, Scale::parse(&row.unit).ok());
            state.push(row.clone());
        }
    }
    if let Some(dimension) = shared {
        draft.scope.add("i_channels", Meaning::Channels, Some(Scale::coherent(dimension)));
        need_voltage(draft);
        need_current(draft);
    }
}

/// Channels that nothing names would do nothing.
fn need_current(draft: &mut Draft<'_>) {
    let mut named = false;
    let lines = draft.state.iter().chain(&draft.definitions);
    lines.for_each(|line| line.body.names(&mut |name, _| named |= name == "i_channels"));
    if !named && draft.errors.is_empty() {
        let span = 0..draft.text.equations.len();
        let advice = "subtract `i_channels` from the current into the cell";
        let problem =
            Problem::new(span, "channels whose current is not used", "`i_channels` in a line", advice);
        draft.errors.push(&Place::Equations, problem);
    }
}

/// Channels see the voltage of the neuron.
fn need_voltage(draft: &mut Draft<'_>) {
    let symbol = draft.scope.lookup("v").filter(|symbol| symbol.meaning == Meaning::State);
    let is_voltage =
        symbol.is_some_and(|symbol| symbol.scale.is_none_or(|s| s.dimension == Dimension::VOLTAGE));
    if !is_voltage && draft.errors.is_empty() {
        let advice = "write `dv/dt = (i_e + i - i_channels) / c_m : mV`";
        let problem = Problem::new(
            0..draft.text.equations.len(),
            "channels without a voltage",
            "a variable `v` in mV",
            advice,
        );
        draft.errors.push(&Place::Equations, problem);
    }
}

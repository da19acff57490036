//! Synapse: a synapse model from its texts. It is linear, so that all projections of one kind share one state.

use ecs_core::model::{Row, SynapseEquations};
use ecs_core::number::Expr;

use crate::check::Setting;
use crate::degree::{Degree, Degrees};
use crate::dimension::Dimension;
use crate::draft::{Draft, PARAMETERS_AND_STATE, in_unit_of, single, zero};
use crate::error::{Errors, Place, Problem, TextError, shorten};
use crate::graph::traced;
use crate::lower::{Lower, Model, Refused};
use crate::scale::Scale;
use crate::scope::{Meaning, STATE, Scope, WEIGHT};
use crate::statement::{self, assignments};
use crate::syntax::{Assignment, Change, Equation, Expression};
use crate::text::ModelText;

/// A synapse model.
///
/// # Errors
/// All that is wrong with the texts.
pub fn synapse(text: &ModelText<'_>) -> Result<SynapseEquations, Vec<TextError>> {
    let mut errors = Errors::default();
    let lines = statement::equations(text.equations, &mut errors);
    let mut scope = Scope::new(&["w"]);
    scope.add("w", Meaning::Weight, Some(Scale::coherent(Dimension::WEIGHT)));
    let mut draft = Draft::new(text, &lines, scope, errors);
    draft.refuse("synapse", &[Place::OnPre, Place::Value], "equations, on_pre, value, parameters");
    draft.need_state("dg/dt = -g / tau : weight");
    let state = crate::rows::state(text, &draft.state, &draft.scope, &mut draft.errors);
    starts_at_rest(&mut draft);
    draft.check(WEIGHT, PARAMETERS_AND_STATE);
    if draft.errors.is_empty() {
        draft.state.clone().iter().for_each(|line| linear_line(&mut draft, line));
    }
    let jumps =
        assignments(given(&mut draft, text.on_pre, Place::OnPre, "g += w"), &Place::OnPre, &mut draft.errors);
    jumps.iter().for_each(|jump| check_jump(&mut draft, jump));
    let value = value(&mut draft);
    let made = match value.filter(|_| draft.errors.is_empty()) {
        Some(value) => {
            lowered(&draft, &jumps, &value, state).map_err(|refused| draft.errors.push(&refused.0, refused.1))
        }
        None => Err(()),
    };
    draft.errors.or(made.ok())
}

/// Synapses begin without a trace of spikes.
fn starts_at_rest(draft: &mut Draft<'_>) {
    if let Some(initial) = draft.text.initial.first() {
        let place = Place::Initial(initial.name.to_owned());
        let found = "an initial value of a synapse";
        let problem = Problem::new(0..initial.value.len(), found, "synapses that begin at 0", "remove it");
        draft.errors.push(&place, problem);
    }
}

/// A text that has to be there.
fn given<'a>(draft: &mut Draft<'_>, text: Option<&'a str>, place: Place, example: &str) -> &'a str {
    if text.is_none_or(|text| text.trim().is_empty()) {
        let (found, advice) = (format!("`{place}` is missing"), format!("add `{place} = \"{example}\"`"));
        draft.errors.push(&place, Problem::new(0..0, found, format!("a text such as `{example}`"), advice));
    }
    text.unwrap_or("")
}

fn check_jump(draft: &mut Draft<'_>, jump: &Assignment<'_>) {
    let text = draft.text.on_pre.unwrap_or("");
    let symbol = draft.scope.lookup(jump.name);
    if symbol.is_none_or(|symbol| symbol.meaning != Meaning::State && symbol.scale.is_some()) {
        let names: Vec<&str> = draft.state.iter().map(|line| line.name).collect();
        let problem = Problem::unknown(jump.at.clone(), "no state variable", jump.name, &names);
        draft.errors.push(&Place::OnPre, problem);
        return;
    }
    if !matches!(jump.change, Change::Grows | Change::Shrinks) {
        let found = format!("`{}` does not add to the state", &text[jump.operator.clone()]);
        let problem = Problem::new(jump.operator.clone(), found, "`+=` and `-=`", NOT_LINEAR);
        draft.errors.push(&Place::OnPre, problem);
    }
    let wanted = symbol.and_then(|symbol| symbol.scale).map(|scale| scale.dimension);
    let setting = Setting { place: &Place::OnPre, forbidden: STATE, allowed: "parameters and `w`" };
    let before = draft.errors.len();
    draft.checker(text, setting).number(&jump.body, wanted, "both sides have one dimension");
    if draft.errors.len() == before {
        let is_weight = |meaning| meaning == Meaning::Weight;
        linear(draft, (&jump.body, text), &Place::OnPre, (is_weight, "`w`"));
    }
}

const NOT_LINEAR: &str = "only linear synapses share their state between projections";

fn linear_line(draft: &mut Draft<'_>, line: &Equation<'_>) {
    let is_state = |meaning| meaning == Meaning::State;
    linear(draft, (&line.body, draft.text.equations), &Place::Equations, (is_state, "the state"));
}

/// Refuses what is not proportional to names of a meaning.
fn linear(
    draft: &mut Draft<'_>,
    (body, text): (&Expression<'_>, &str),
    place: &Place,
    (counts, of): (fn(Meaning) -> bool, &str),
) {
    let mut degrees = Degrees::new(&draft.scope, counts, &draft.definitions, &draft.order);
    degrees.spot = None;
    let degree = degrees.of(body);
    if degree == Degree::Linear || body.is_zero() {
        return;
    }
    let span = degrees.spot.unwrap_or(body.span.clone());
    let found = format!("`{}` is not linear in {of}", shorten(text.get(span.clone()).unwrap_or("")));
    let allowed = format!("terms that have {of} as one factor");
    draft.errors.push(place, Problem::new(span, found, allowed, NOT_LINEAR));
}

fn value<'a>(draft: &mut Draft<'a>) -> Option<Expression<'a>> {
    let text = given(draft, draft.text.value, Place::Value, "g");
    if text.trim().is_empty() {
        return None;
    }
    let body = draft.expression(Some(text), &Place::Value)?;
    let setting = Setting { place: &Place::Value, forbidden: WEIGHT, allowed: PARAMETERS_AND_STATE };
    let advice = "the value is in the unit of the weight";
    draft.checker(text, setting).number(&body, Some(Dimension::WEIGHT), advice);
    linear(draft, (&body, text), &Place::Value, (|meaning| meaning == Meaning::State, "the state"));
    Some(body)
}

fn lowered(
    draft: &Draft<'_>,
    jumps: &[Assignment<'_>],
    value: &Expression<'_>,
    state: Vec<Row>,
) -> Result<SynapseEquations, Refused> {
    let model = draft.model(&[]);
    let derivative = traced(|| {
        let mut lower = Lower::new(model, Place::Equations);
        let one = |line: &&Equation<'_>| {
            let slope = lower.pure(&line.body)?.expr();
            Ok((line.name.to_owned(), in_unit_of(line.name, slope, &draft.scope)))
        };
        draft.state.iter().map(one).collect()
    })?;
    Ok(SynapseEquations {
        name: draft.text.name.to_owned(),
        doc: draft.text.doc.to_owned(),
        params: draft.params.clone(),
        derivative,
        arrive: traced(|| arrive(model, jumps, &state))?,
        value: single(model, Place::Value, |lower| Ok(lower.pure(value)?.expr()))?,
        state,
    })
}

/// What a spike adds to each variable.
fn arrive<'a>(
    model: Model<'a>,
    jumps: &[Assignment<'a>],
    state: &[Row],
) -> Result<Vec<(String, Expr)>, Refused> {
    let mut lower = Lower::new(model, Place::OnPre);
    let mut sums: Vec<Option<Expr>> = vec![None; state.len()];
    for jump in jumps {
        let body = lower.pure(&jump.body)?;
        let signed = if jump.change == Change::Grows { body } else { body.negative() }.expr();
        let of = state.iter().position(|row| row.name == jump.name).expect("other names were refused");
        sums[of] = Some(sums[of].map_or(signed, |sum| sum + signed));
    }
    let named = state.iter().zip(sums).map(|(row, sum)| {
        let made = sum.map(|sum| in_unit_of(&row.name, sum, model.scope));
        (row.name.clone(), made.unwrap_or_else(zero))
    });
    Ok(named.collect())
}

//! Neuron: a neuron or rate model from its texts.

use ecs_core::model::{ChannelEquations, Equations, Row};
use ecs_core::number::{Expr, Graph};

use crate::changes;
use crate::channel;
use crate::check::Setting;
use crate::degree::Degrees;
use crate::dimension::Dimension;
use crate::draft::{Draft, PARAMETERS_AND_STATE, in_unit_of, single, zero};
use crate::error::{Errors, Place, Problem, TextError};
use crate::graph::{part, traced};
use crate::lower::{Lower, Model, Refused};
use crate::scale::{self, Scale};
use crate::scope::{INPUT, Meaning, NOISE, STATE, Scope};
use crate::statement::{self, assignments};
use crate::syntax::{Assignment, Expression};
use crate::term::Term;
use crate::text::ModelText;

/// The unit of the input where none is given.
const INPUT_UNIT: &str = "pA";

/// Noises beyond this number are refused: each costs a graph over all state variables.
const MOST_NOISES: usize = ecs_core::model::NOISES;

/// A neuron model with these channels.
///
/// # Errors
/// All that is wrong with the texts.
pub fn neuron(text: &ModelText<'_>, channels: &[&ChannelEquations]) -> Result<Equations, Vec<TextError>> {
    let has = [Place::Threshold, Place::Reset, Place::Refractory, Place::Input];
    let allowed = "equations, threshold, reset, refractory, input, channels, parameters, initial";
    read(text, channels, ("neuron", &has, allowed))
}

/// A rate model, which has neither threshold nor reset.
///
/// # Errors
/// All that is wrong with the texts.
pub fn rate(text: &ModelText<'_>) -> Result<Equations, Vec<TextError>> {
    read(text, &[], ("rate", &[Place::Input], "equations, input, parameters, initial"))
}

/// What stands beside the equations.
struct Beside<'a> {
    threshold: Option<Expression<'a>>,
    reset: Vec<Assignment<'a>>,
    refractory: Option<Expression<'a>>,
}

fn read(
    text: &ModelText<'_>,
    channels: &[&ChannelEquations],
    (kind, has, allowed): (&str, &[Place], &str),
) -> Result<Equations, Vec<TextError>> {
    let mut errors = Errors::default();
    let lines = statement::equations(text.equations, &mut errors);
    let mut scope = Scope::default();
    scope.add("i", Meaning::Input, input(text, &mut errors));
    for line in &lines.equations {
        line.body.names(&mut |name, _| scope.add_noise(name));
    }
    let mut draft = Draft::new(text, &lines, scope, errors);
    draft.refuse(kind, has, allowed);
    draft.need_state("dv/dt = (e_l - v) / tau_m : mV");
    let mut state = crate::rows::state(text, &draft.state, &draft.scope, &mut draft.errors);
    channel::merge(&mut draft, channels, &mut state);
    draft.check(0, PARAMETERS_AND_STATE);
    let beside = beside(&mut draft);
    linear_in_noise(&mut draft);
    let made = draft.errors.is_empty().then(|| lowered(&draft, channels, &beside, state));
    match made {
        Some(Err(refused)) => {
            draft.errors.push(&refused.0, refused.1);
            draft.errors.or(None)
        }
        made => draft.errors.or(made.and_then(Result::ok)),
    }
}

fn input(text: &ModelText<'_>, errors: &mut Errors) -> Option<Scale> {
    let unit = text.input.unwrap_or(INPUT_UNIT);
    let read = Scale::parse(unit);
    read.map_err(|error| errors.push(&Place::Input, scale::problem(0..unit.len(), unit, &error))).ok()
}

/// Reads and checks threshold, reset and refractory time.
fn beside<'a>(draft: &mut Draft<'a>) -> Beside<'a> {
    let text = draft.text;
    let threshold = draft.expression(text.threshold, &Place::Threshold);
    let setting = |place, forbidden, allowed| Setting { place, forbidden, allowed };
    if let Some(condition) = &threshold {
        let setting = setting(&Place::Threshold, INPUT | NOISE, PARAMETERS_AND_STATE);
        draft.checker(text.threshold.unwrap_or(""), setting).condition(condition);
    }
    let refractory = draft.expression(text.refractory, &Place::Refractory);
    if let Some(time) = &refractory {
        let setting = setting(&Place::Refractory, INPUT | NOISE | STATE, "parameters");
        let mut checker = draft.checker(text.refractory.unwrap_or(""), setting);
        checker.number(time, Some(Dimension::TIME), "the refractory time is a time");
    }
    if text.threshold.is_none() {
        for (text, place) in [(text.reset, Place::Reset), (text.refractory, Place::Refractory)] {
            if let Some(text) = text {
                let found = format!("`{place}` without a threshold");
                let advice = "add `threshold = \"v >= v_th\"`";
                draft.errors.push(&place, Problem::new(0..text.len(), found, "both, or neither", advice));
            }
        }
    }
    let reset = assignments(text.reset.unwrap_or(""), &Place::Reset, &mut draft.errors);
    let names: Vec<&str> = draft.state.iter().map(|line| line.name).collect();
    let setting = setting(&Place::Reset, INPUT | NOISE, PARAMETERS_AND_STATE);
    changes::check(draft, (text.reset.unwrap_or(""), &reset), setting, &names);
    Beside { threshold, reset, refractory }
}

/// Refuses noise that enters in another way than as a factor of terms.
fn linear_in_noise(draft: &mut Draft<'_>) {
    if draft.scope.noises.len() > MOST_NOISES {
        let found = format!("{} white noises", draft.scope.noises.len());
        let allowed = format!("{MOST_NOISES} noises in a model");
        let problem =
            Problem::new(0..draft.text.equations.len(), found, allowed, "let variables share noises");
        draft.errors.push(&Place::Equations, problem);
    }
    let is_noise = |meaning| matches!(meaning, Meaning::Noise(_));
    let mut degrees = Degrees::new(&draft.scope, is_noise, &draft.definitions, &draft.order);
    for line in &draft.state {
        degrees.of(&line.body);
    }
    if let Some(span) = degrees.spot {
        let shown = crate::error::shorten(draft.text.equations.get(span.clone()).unwrap_or(""));
        let found = format!("`{shown}` is not linear in noise");
        let advice = "write noise as a term such as `sigma*sqrt(2/tau)*xi`";
        let problem = Problem::new(span, found, "white noise as a factor of a term", advice);
        draft.errors.push(&Place::Equations, problem);
    }
}

fn lowered(
    draft: &Draft<'_>,
    channels: &[&ChannelEquations],
    beside: &Beside<'_>,
    state: Vec<Row>,
) -> Result<Equations, Refused> {
    let (text, model) = (draft.text, draft.model(channels));
    let mut held: Vec<bool> = draft.state.iter().map(|line| line.held).collect();
    held.resize(state.len(), false);
    let all = traced(|| derivatives(draft, model, &state))?;
    let graph = |k: usize| part(&all, &all.outputs[k * state.len()..(k + 1) * state.len()]);
    let noise: Vec<Graph> = (1..=draft.scope.noises.len()).map(graph).collect();
    noise_without_input(draft, &noise)?;
    let condition = beside.threshold.as_ref();
    let refractory = beside.refractory.as_ref();
    Ok(Equations {
        name: text.name.to_owned(),
        doc: text.doc.to_owned(),
        input: text.input.unwrap_or(INPUT_UNIT).trim().to_owned(),
        params: draft.params.clone(),
        held,
        derivative: graph(0),
        noise,
        condition: condition.map(|e| single(model, Place::Threshold, |lower| lower.margin(e))).transpose()?,
        edge: beside.reset.is_empty(),
        reset: traced(|| {
            let mut lower = Lower::new(model, Place::Reset);
            changes::act(&mut lower, &beside.reset)?;
            Ok(state.iter().map(|row| (row.name.clone(), changes::left(&mut lower, &row.name))).collect())
        })?,
        refractory: refractory
            .map(|e| single(model, Place::Refractory, |lower| Ok(lower.pure(e)?.expr())))
            .transpose()?,
        step: None,
        state,
    })
}

/// The derivatives of all variables, then what multiplies the first noise in each of them, and so on.
fn derivatives<'a>(
    draft: &'a Draft<'a>,
    model: Model<'a>,
    state: &[Row],
) -> Result<Vec<(String, Expr)>, Refused> {
    let mut lower = Lower::new(model, Place::Equations);
    let mut columns: Vec<Vec<Expr>> = vec![Vec::new(); draft.scope.noises.len() + 1];
    for line in &draft.state {
        let value = lower.expression(&line.body)?;
        let mut put = |column: usize, term: Option<Term>| {
            let made = term.map(|term| in_unit_of(line.name, term.expr(), &draft.scope));
            columns[column].push(made.unwrap_or_else(zero));
        };
        put(0, value.base);
        for j in 0..draft.scope.noises.len() {
            put(j + 1, value.noise.iter().find(|(k, _)| *k == j).map(|(_, term)| *term));
        }
    }
    for channel in model.channels {
        columns[0].extend(lower.channel(&channel.derivative)?);
    }
    columns.iter_mut().skip(1).for_each(|column| column.resize_with(state.len(), zero));
    let named = columns.into_iter().flat_map(|column| state.iter().map(|row| row.name.clone()).zip(column));
    Ok(named.collect())
}

/// The engine draws noise before it knows the input.
fn noise_without_input(draft: &Draft<'_>, noise: &[Graph]) -> Result<(), Refused> {
    let loud = noise.iter().position(|graph| graph.variables.iter().any(|name| name == "i"));
    let Some(name) = loud.map(|j| draft.scope.noises[j]) else { return Ok(()) };
    let mut span = 0..draft.text.equations.len();
    for line in draft.state.iter().chain(&draft.definitions) {
        line.body.names(&mut |other, at| {
            if other == name {
                span = at.clone();
            }
        });
    }
    let found = format!("what multiplies `{name}` depends on the input");
    let advice = "let the input act in a term of its own";
    Err(Box::new((Place::Equations, Problem::new(span, found, PARAMETERS_AND_STATE, advice))))
}

//! Short-term: a rule of short-term plasticity from its texts.

use ecs_core::model::{Row, ShortTermEquations};

use crate::changes;
use crate::check::Setting;
use crate::course::Course;
use crate::dimension::Dimension;
use crate::draft::Draft;
use crate::error::{Errors, Place, Problem, TextError};
use crate::graph::traced;
use crate::lower::{Lower, Refused};
use crate::scale::Scale;
use crate::scope::{ELAPSED, Meaning, Scope};
use crate::sides::{Statements, changes as changed};
use crate::statement;
use crate::syntax::Equation;
use crate::term::{Constant, Term};
use crate::text::ModelText;

/// What the weights are multiplied by.
const GAIN: &str = "gain";

/// A rule of short-term plasticity.
///
/// # Errors
/// All that is wrong with the texts.
pub fn short_term(text: &ModelText<'_>) -> Result<ShortTermEquations, Vec<TextError>> {
    let mut errors = Errors::default();
    let lines = statement::equations(text.equations, &mut errors);
    let mut scope = Scope::new(&["elapsed", GAIN]);
    scope.add("elapsed", Meaning::Elapsed, Some(Scale::coherent(Dimension::TIME)));
    scope.add(GAIN, Meaning::State, Some(Scale::coherent(Dimension::BARE)));
    let mut draft = Draft::new(text, &lines, scope, errors);
    let allowed = "equations, on_pre, between, parameters, initial";
    draft.refuse("short_term", &[Place::OnPre, Place::Between], allowed);
    draft.need_state("dx/dt = (1 - x) / tau : 1");
    let rows = crate::rows::state(text, &draft.state, &draft.scope, &mut draft.errors);
    let statements = Statements::of(&mut draft);
    draft.arrange();
    for line in draft.definitions.clone() {
        draft.line(line, (0, "names of the rule"));
    }
    check(&mut draft, &statements);
    let courses: Option<Vec<_>> =
        draft.state.clone().into_iter().map(|line| course(&mut draft, line, &statements)).collect();
    let made = courses.filter(|_| draft.errors.is_empty()).and_then(|courses| {
        lowered(&draft, &courses, &statements, rows)
            .map_err(|refused| draft.errors.push(&refused.0, refused.1))
            .ok()
    });
    draft.errors.or(made)
}

fn check<'a>(draft: &mut Draft<'a>, statements: &Statements<'a>) {
    let text = draft.text;
    let state: Vec<&str> = draft.state.iter().map(|line| line.name).collect();
    let both: Vec<&str> = state.iter().copied().chain([GAIN]).collect();
    let allowed = "parameters, state variables, `gain` and `elapsed`";
    let setting = Setting { place: &Place::OnPre, forbidden: 0, allowed };
    changes::check(draft, (text.on_pre.unwrap_or(""), &statements.on_pre), setting, &both);
    let allowed = "parameters, state variables and `elapsed`";
    let setting = Setting { place: &Place::Between, forbidden: 0, allowed };
    changes::check(draft, (text.between.unwrap_or(""), &statements.between), setting, &state);
    if !changed(&statements.on_pre, GAIN) && draft.errors.is_empty() {
        let found = "no statement says what a spike counts";
        let allowed = "`gain = ...`: what weights are multiplied by";
        let problem = Problem::new(0..0, found, allowed, "add `gain = u*x` to `on_pre`");
        draft.errors.push(&Place::OnPre, problem);
    }
}

type Moving<'a> = (&'a Equation<'a>, Course<'a>);

fn course<'a>(
    draft: &mut Draft<'a>,
    line: &'a Equation<'a>,
    statements: &Statements<'a>,
) -> Option<Moving<'a>> {
    let before = draft.errors.len();
    draft.line(line, (ELAPSED, "parameters and state variables"));
    let course = match changed(&statements.between, line.name) {
        true => Some(Course::Stays),
        false if draft.errors.len() == before => draft.course(line, "elapsed", &[]),
        false => None,
    };
    Some((line, course?))
}

fn lowered<'a>(
    draft: &Draft<'a>,
    courses: &[Moving<'a>],
    statements: &Statements<'a>,
    state: Vec<Row>,
) -> Result<ShortTermEquations, Refused> {
    let rested = || {
        let mut lower = Lower::new(draft.model(&[]), Place::Equations);
        let mut after = Vec::new();
        for (line, course) in courses.iter().filter(|(_, course)| !matches!(course, Course::Stays)) {
            after.push((line.name, course.after(&mut lower, line, "elapsed")?));
        }
        lower.move_to(Place::Between);
        changes::act(&mut lower, &statements.between)?;
        after.into_iter().for_each(|(name, term)| lower.change(name, term));
        Ok::<_, Refused>(lower)
    };
    let rest = traced(|| {
        let mut lower = rested()?;
        Ok(state.iter().map(|row| (row.name.clone(), changes::left(&mut lower, &row.name))).collect())
    })?;
    let spike = traced(|| {
        let mut lower = rested()?;
        lower.move_to(Place::OnPre);
        lower.change(GAIN, Term::Constant(Constant::number(1.0)));
        changes::act(&mut lower, &statements.on_pre)?;
        let names = std::iter::once(GAIN).chain(state.iter().map(|row| row.name.as_str()));
        Ok(names.map(|name| (name.to_owned(), changes::left(&mut lower, name))).collect())
    })?;
    Ok(ShortTermEquations {
        name: draft.text.name.to_owned(),
        doc: draft.text.doc.to_owned(),
        params: draft.params.clone(),
        state,
        spike,
        rest: Some(rest),
    })
}

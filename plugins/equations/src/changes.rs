//! Changes: statements that act one after another, each on what those before it left.

use crate::check::Setting;
use crate::dimension::Dimension;
use crate::draft::{Draft, in_unit_of};
use crate::error::{Problem, listed};
use crate::lower::{Lower, Refused};
use crate::syntax::{Assignment, Change};
use ecs_core::number::Expr;

/// Checks the statements of a text, which may change `targets`.
pub(crate) fn check(
    draft: &mut Draft<'_>,
    (text, list): (&str, &[Assignment<'_>]),
    setting: Setting<'_>,
    targets: &[&str],
) {
    list.iter().for_each(|one| statement(draft, (text, one), setting, targets));
}

fn statement(
    draft: &mut Draft<'_>,
    (text, one): (&str, &Assignment<'_>),
    setting: Setting<'_>,
    targets: &[&str],
) {
    let symbol = draft.scope.lookup(one.name);
    let can = targets.contains(&one.name);
    let hidden = symbol.is_some_and(|symbol| symbol.scale.is_none());
    if !can && !hidden {
        let problem = match draft.scope.declares(one.name) {
            true => {
                let found = match draft.state.iter().any(|line| line.name == one.name) {
                    true => format!("`{}` cannot be changed here", one.name),
                    false => format!("`{}` is no state variable", one.name),
                };
                let advice = "write its change as a derivative to make it one";
                Problem::new(one.at.clone(), found, listed(targets), advice)
            }
            false => Problem::unknown(one.at.clone(), "unknown state variable", one.name, targets),
        };
        draft.errors.push(setting.place, problem);
    }
    let of = symbol.filter(|_| can).and_then(|symbol| symbol.scale).map(|scale| scale.dimension);
    let (wanted, advice) = match one.change {
        Change::Multiplies | Change::Divides => {
            (Some(Dimension::BARE), "a variable is only scaled by bare numbers")
        }
        _ => (of, "both sides have one dimension"),
    };
    draft.checker(text, setting).number(&one.body, wanted, advice);
}

/// Lets statements act.
pub(crate) fn act<'a>(lower: &mut Lower<'a>, list: &[Assignment<'a>]) -> Result<(), Refused> {
    for one in list {
        let body = lower.pure(&one.body)?;
        let before = lower.current(one.name);
        let after = match one.change {
            Change::Becomes => body,
            Change::Grows => before.plus(body),
            Change::Shrinks => before.minus(body),
            Change::Multiplies => before.times(body),
            Change::Divides => before.over(body),
        };
        lower.change(one.name, after);
    }
    Ok(())
}

/// What they left of a variable, in its unit.
pub(crate) fn left(lower: &mut Lower<'_>, name: &str) -> Expr {
    match lower.changed(name) {
        Some(term) => in_unit_of(name, term.expr(), lower.model.scope),
        None => lower.variable(name),
    }
}

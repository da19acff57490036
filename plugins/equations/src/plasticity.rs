//! Plasticity: a rule of long-term plasticity from its texts.

use ecs_core::model::{ModulatorEquations, PlasticityEquations, Row};
use ecs_core::number::{Expr, Graph};

use crate::changes;
use crate::check::Setting;
use crate::course::Course;
use crate::dimension::Dimension;
use crate::draft::{Draft, in_unit_of, zero};
use crate::error::{Errors, Place, Problem, TextError};
use crate::graph::traced;
use crate::lower::{Lower, Refused};
use crate::scale::Scale;
use crate::scope::{ELAPSED, LEVEL, Meaning, RECEIVER, Reach, SENDER, STATE, Scope, VOLTAGE};
use crate::sides::{self, Statements, changes as changed};
use crate::statement;
use crate::syntax::{Assignment, Change, Equation, Expression};
use crate::text::ModelText;

const TEXTS: &str = "equations, on_pre, on_post, on_modulator, between, on_step, seen, parameters, initial";

/// A rule of long-term plasticity.
///
/// # Errors
/// All that is wrong with the texts.
pub fn plasticity(text: &ModelText<'_>) -> Result<PlasticityEquations, Vec<TextError>> {
    let mut errors = Errors::default();
    let lines = statement::equations(text.equations, &mut errors);
    let mut scope = Scope::new(&["w", "v", "elapsed"]);
    let known = [
        ("w", Meaning::State, Dimension::WEIGHT),
        ("elapsed", Meaning::Elapsed, Dimension::TIME),
        ("v", Meaning::Voltage, Dimension::VOLTAGE),
        ("dt", Meaning::Voltage, Dimension::TIME),
    ];
    known.iter().for_each(|(name, meaning, of)| scope.add(name, *meaning, Some(Scale::coherent(*of))));
    let mut draft = Draft::new(text, &lines, scope, errors);
    let has = [Place::OnPre, Place::OnPost, Place::OnModulator, Place::Between, Place::OnStep, Place::Seen];
    draft.refuse("plasticity", &has, TEXTS);
    let rows = crate::rows::state(text, &draft.state, &draft.scope, &mut draft.errors);
    let rule = Rule::of(&mut draft);
    let rule = rule.filter(|_| draft.errors.is_empty());
    let made = rule.and_then(|rule| match rule.lowered(&draft, &rows) {
        Ok(made) => Some(made),
        Err(refused) => {
            draft.errors.push(&refused.0, refused.1);
            None
        }
    });
    draft.errors.or(made)
}

/// A rule that was read and checked.
struct Rule<'a> {
    statements: Statements<'a>,
    seen: Option<Expression<'a>>,
    /// Variables with what time does to them, in the order of their lines.
    courses: Vec<(&'a Equation<'a>, Course<'a>)>,
}

impl<'a> Rule<'a> {
    /// Checks the rule; `None` after errors that leave nothing to go on with.
    fn of(draft: &mut Draft<'a>) -> Option<Self> {
        let text = draft.text;
        let statements = Statements::of(draft);
        let seen = draft.expression(text.seen, &Place::Seen);
        let watches = draft.state.iter().any(|line| draft.needs(&line.body).contains("v"));
        let follows = text.on_step.is_some() || text.seen.is_some() || watches;
        sides::assign(draft, &statements, follows);
        draft.arrange();
        for line in draft.definitions.clone() {
            draft.line(line, (0, "names of the rule"));
        }
        events(draft, &statements);
        following(draft, &statements, seen.as_ref(), follows);
        modulated(draft, &statements);
        if draft.errors.is_empty()
            && ![&statements.on_pre, &statements.on_post, &statements.between]
                .iter()
                .any(|list| changed(list, "w"))
        {
            let (found, allowed) = ("nothing changes the weight `w`", "a statement such as `w += a*x`");
            let problem = Problem::new(0..0, found, allowed, "add one to `on_post`");
            draft.errors.push(&Place::OnPost, problem);
        }
        let mut courses = Vec::new();
        for line in draft.state.clone() {
            courses.push((line, course(draft, line, &statements, follows)?));
        }
        Some(Self { statements, seen, courses })
    }

    fn follows(&self) -> bool {
        self.seen.is_some()
    }

    /// The rows of one side.
    fn rows(&self, draft: &Draft<'_>, rows: &[Row], side: Meaning) -> Vec<Row> {
        let of = |row: &&Row| draft.scope.lookup(&row.name).is_some_and(|symbol| symbol.meaning == side);
        rows.iter().filter(of).cloned().collect()
    }

    fn lowered(&self, draft: &Draft<'a>, rows: &[Row]) -> Result<PlasticityEquations, Refused> {
        let [pre, post, state, level] = [Meaning::Sender, Meaning::Receiver, Meaning::State, Meaning::Level]
            .map(|side| self.rows(draft, rows, side));
        let names = |rows: &[Row]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
        let synapse: Vec<String> = std::iter::once("w".to_owned()).chain(names(&state)).collect();
        let [senders, receivers] = [names(&pre), names(&post)];
        let (on_pre, on_post) = (&self.statements.on_pre, &self.statements.on_post);
        let event = |place: Place, list: &[Assignment<'a>], of: &[String]| {
            traced(|| {
                let mut lower = Lower::new(draft.model(&[]), place);
                changes::act(&mut lower, list)?;
                Ok(of.iter().map(|name| (name.clone(), changes::left(&mut lower, name))).collect())
            })
        };
        let drifts = !self.statements.between.is_empty()
            || !level.is_empty()
            || self
                .courses
                .iter()
                .any(|(line, course)| !matches!(course, Course::Stays) && is(draft, line, Meaning::State));
        Ok(PlasticityEquations {
            name: draft.text.name.to_owned(),
            doc: draft.text.doc.to_owned(),
            params: draft.params.clone(),
            pre_derivative: self.slopes(draft, &senders)?,
            post_derivative: self.slopes(draft, &receivers)?,
            pre_jump: event(Place::OnPre, on_pre, &senders)?,
            post_jump: event(Place::OnPost, on_post, &receivers)?,
            on_pre: event(Place::OnPre, on_pre, &synapse)?,
            on_post: event(Place::OnPost, on_post, &synapse)?,
            between: drifts.then(|| self.passed(draft, &synapse)).transpose()?,
            modulator: level.into_iter().next().map(|row| self.modulator(draft, row)).transpose()?,
            follow: self.follows().then(|| self.followed(draft, &receivers)).transpose()?,
            pre,
            post,
            state,
        })
    }

    /// The derivatives of traces; those that follow the voltage stay between spikes, since every step leads them on.
    fn slopes(&self, draft: &Draft<'a>, names: &[String]) -> Result<Graph, Refused> {
        traced(|| {
            let mut lower = Lower::new(draft.model(&[]), Place::Equations);
            let of = |(line, course): &(&Equation<'a>, Course<'a>)| {
                let slope = match course {
                    Course::Decays if !(self.follows() && is(draft, line, Meaning::Receiver)) => {
                        let slope = lower.pure(&line.body)?.expr();
                        in_unit_of(line.name, slope, &draft.scope)
                    }
                    _ => zero(),
                };
                Ok((line.name.to_owned(), slope))
            };
            let own = self.courses.iter().filter(|(line, _)| names.iter().any(|name| name == line.name));
            own.map(of).collect()
        })
    }

    /// The synapse after a time without events.
    fn passed(&self, draft: &Draft<'a>, synapse: &[String]) -> Result<Graph, Refused> {
        traced(|| {
            let mut lower = Lower::new(draft.model(&[]), Place::Equations);
            self.go_on(&mut lower, "elapsed", (&self.statements.between, Place::Between), |line| {
                is(draft, line, Meaning::State)
            })?;
            Ok(synapse.iter().map(|name| (name.clone(), changes::left(&mut lower, name))).collect())
        })
    }

    /// The receiver after a step, and whether synapses see it.
    fn followed(&self, draft: &Draft<'a>, receivers: &[String]) -> Result<Graph, Refused> {
        traced(|| {
            let mut lower = Lower::new(draft.model(&[]), Place::Seen);
            let seen = lower.pure(self.seen.as_ref().expect("a rule that follows says what is seen"))?.expr();
            self.go_on(&mut lower, "dt", (&self.statements.on_step, Place::OnStep), |line| {
                is(draft, line, Meaning::Receiver)
            })?;
            let mut all: Vec<(String, Expr)> =
                receivers.iter().map(|name| (name.clone(), changes::left(&mut lower, name))).collect();
            all.push(("seen".to_owned(), seen));
            Ok(all)
        })
    }

    /// Statements, and the course of those variables that they leave alone: all go on from what was there before.
    fn go_on(
        &self,
        lower: &mut Lower<'a>,
        time: &str,
        (list, place): (&[Assignment<'a>], Place),
        of: impl Fn(&Equation<'_>) -> bool,
    ) -> Result<(), Refused> {
        lower.move_to(Place::Equations);
        let mut after = Vec::new();
        for (line, course) in self.courses.iter().filter(|(line, _)| of(line) && !changed(list, line.name)) {
            if !matches!(course, Course::Stays) {
                after.push((line.name, course.after(lower, line, time)?));
            }
        }
        lower.move_to(place);
        changes::act(lower, list)?;
        after.into_iter().for_each(|(name, term)| lower.change(name, term));
        Ok(())
    }

    fn modulator(&self, draft: &Draft<'a>, level: Row) -> Result<ModulatorEquations, Refused> {
        let jump = traced(|| {
            let mut lower = Lower::new(draft.model(&[]), Place::OnModulator);
            let one = &self.statements.on_modulator[0];
            let body = lower.pure(&one.body)?;
            let body = if one.change == Change::Shrinks { body.negative() } else { body };
            Ok(vec![(level.name.clone(), in_unit_of(&level.name, body.expr(), &draft.scope))])
        })?;
        let derivative = self.slopes(draft, std::slice::from_ref(&level.name))?;
        Ok(ModulatorEquations { derivative, jump, level })
    }
}

fn is(draft: &Draft<'_>, line: &Equation<'_>, side: Meaning) -> bool {
    draft.scope.lookup(line.name).is_some_and(|symbol| symbol.meaning == side)
}

/// The names of those sides, the weight among the synapse's.
fn targets<'a>(draft: &Draft<'a>, of: &[Meaning]) -> Vec<&'a str> {
    let own = draft.state.iter().filter(|line| of.iter().any(|side| is(draft, line, *side)));
    let weight = of.contains(&Meaning::State).then_some("w");
    weight.into_iter().chain(own.map(|line| line.name)).collect()
}

/// Checks what spikes and time change.
fn events<'a>(draft: &mut Draft<'a>, statements: &Statements<'a>) {
    let text = draft.text;
    let allowed = "parameters, `w`, and variables of the synapse and of both sides";
    let here = LEVEL | ELAPSED | VOLTAGE;
    let lists = [
        (text.on_pre, &statements.on_pre, Place::OnPre, Meaning::Sender, here, allowed),
        (text.on_post, &statements.on_post, Place::OnPost, Meaning::Receiver, here, allowed),
        (
            text.between,
            &statements.between,
            Place::Between,
            Meaning::State,
            SENDER | RECEIVER | VOLTAGE,
            "parameters, `w`, variables of the synapse, the level of the modulator and `elapsed`",
        ),
    ];
    for (text, list, place, side, forbidden, allowed) in lists {
        let targets = targets(draft, &[Meaning::State, side]);
        let setting = Setting { place: &place, forbidden, allowed };
        changes::check(draft, (text.unwrap_or(""), list), setting, &targets);
    }
}

/// Checks what a rule says of the receiver's voltage.
fn following<'a>(
    draft: &mut Draft<'a>,
    statements: &Statements<'a>,
    seen: Option<&Expression<'a>>,
    follows: bool,
) {
    const KNOWN: &str = "parameters, variables of the receiver, `v` and `dt`";
    const FORBIDDEN: Reach = SENDER | STATE | LEVEL | ELAPSED;
    let text = draft.text;
    let targets = targets(draft, &[Meaning::Receiver]);
    let setting = Setting { place: &Place::OnStep, forbidden: FORBIDDEN, allowed: KNOWN };
    changes::check(draft, (text.on_step.unwrap_or(""), &statements.on_step), setting, &targets);
    if let Some(seen) = seen {
        let setting = Setting { place: &Place::Seen, forbidden: FORBIDDEN, allowed: KNOWN };
        draft.checker(text.seen.unwrap_or(""), setting).dimension(seen);
    } else if follows && text.seen.is_none() {
        let found = "a rule that looks at the voltage, without `seen`";
        let allowed = "a number that is above 0 in steps that synapses are to see";
        let problem = Problem::new(0..0, found, allowed, "add `seen = \"max(v - theta, 0)\"`");
        draft.errors.push(&Place::Seen, problem);
    }
}

/// Checks what a rule says of its modulator.
fn modulated<'a>(draft: &mut Draft<'a>, statements: &Statements<'a>) {
    let text = draft.text.on_modulator.unwrap_or("");
    let targets: Vec<&str> = draft.state.iter().map(|line| line.name).collect();
    let forbidden = SENDER | RECEIVER | STATE | LEVEL | ELAPSED | VOLTAGE;
    let setting = Setting { place: &Place::OnModulator, forbidden, allowed: "parameters" };
    changes::check(draft, (text, &statements.on_modulator), setting, &targets);
    let Some(first) = statements.on_modulator.first() else { return };
    let second = statements.on_modulator.get(1).map(|one| one.at.clone());
    let wrong = match first.change {
        Change::Grows | Change::Shrinks => second,
        _ => Some(first.operator.clone()),
    };
    if let Some(span) = wrong {
        let found = format!("`{}` does more than add to a level", text.trim());
        let problem = Problem::new(span, found, "one statement with `+=`", "write `n += 1/tau_n`");
        draft.errors.push(&Place::OnModulator, problem);
    }
    let looked_at = statements.between.iter().any(|one| draft.needs(&one.body).contains(first.name));
    if !looked_at && draft.errors.is_empty() {
        let found = format!("nothing looks at `{}`", first.name);
        let advice = "write what it does to `w` over `elapsed` in `between`";
        let problem =
            Problem::new(first.at.clone(), found, "a level that a statement of `between` names", advice);
        draft.errors.push(&Place::OnModulator, problem);
    }
}

/// Checks the line of a variable, and finds what time does to it.
fn course<'a>(
    draft: &mut Draft<'a>,
    line: &'a Equation<'a>,
    statements: &Statements<'a>,
    follows: bool,
) -> Option<Course<'a>> {
    let meaning = draft.scope.lookup(line.name).map(|symbol| symbol.meaning);
    let (own, allowed) = match meaning {
        Some(Meaning::Sender) => (SENDER, "parameters and the trace itself"),
        Some(Meaning::Receiver) if follows => (RECEIVER | VOLTAGE, "parameters, `v` and the variable itself"),
        Some(Meaning::Receiver) => (RECEIVER, "parameters and the trace itself"),
        Some(Meaning::Level) => (LEVEL, "parameters and the level itself"),
        _ => (STATE, "parameters and the variable itself"),
    };
    let all = SENDER | RECEIVER | STATE | LEVEL | ELAPSED | VOLTAGE;
    let before = draft.errors.len();
    draft.line(line, (all & !own, allowed));
    if line.held {
        let problem = Problem::new(
            line.at.clone(),
            format!("`{}` is held while refractory", line.name),
            "`(event-driven)`, or nothing, behind the unit",
            "remove `(unless refractory)`",
        );
        draft.errors.push(&Place::Equations, problem);
    }
    let own_statement = changed(&statements.between, line.name) || changed(&statements.on_step, line.name);
    if own_statement {
        return Some(Course::Stays);
    }
    if draft.errors.len() > before {
        return None;
    }
    let follower = follows && meaning == Some(Meaning::Receiver);
    let may: &[&str] = if follower { &["v"] } else { &[] };
    let found = draft.course(line, if follower { "dt" } else { "elapsed" }, may)?;
    let decays_alone = matches!(meaning, Some(Meaning::Sender | Meaning::Level))
        || meaning == Some(Meaning::Receiver) && !follows;
    if decays_alone && matches!(found, Course::Relaxes(..)) {
        let problem = Problem::new(
            line.body.span.clone(),
            format!("`{}` does not decay to 0", line.name),
            "`-x/tau`, with a `tau` of parameters",
            "let a trace decay to 0 and add what else there is",
        );
        draft.errors.push(&Place::Equations, problem);
        return None;
    }
    Some(found)
}

//! Behaviour: what a network did in its world, as `run.json` says it, and whether that is what the scenario expects.

use bevy_ecs::prelude::*;
use ecs_core::control::{Form, Picture};
use environments::{Env, Episode, Film, Pace};
use recording::{Account, Behaviour, Bout, Expectation, Moment, Run};

use crate::schema::{EnvMeasure, Scenario};

/// What is kept of the environment of a world; none where there is none.
pub fn behaviour(world: &mut World, scenario: &Scenario) -> Option<Behaviour> {
    let described = scenario.env.as_ref()?;
    let dt = scenario.run.dt;
    let pace = world.get_resource::<Pace>().map(paced);
    let mut envs = world.query::<(&Env, Option<&Film>)>();
    let (env, film) = envs.iter(world).next()?;
    let bout = |episode: &Episode| Bout {
        end_ms: episode.step as f64 * dt,
        ticks: episode.ticks,
        total: episode.total,
        terminated: episode.outcome.terminated,
    };
    let names = env.environment.accounts();
    let account = |(k, name): (usize, &String)| {
        let values = env.accounts.iter().skip(k).step_by(names.len()).copied().collect();
        Account { name: name.clone(), values }
    };
    Some(Behaviour {
        name: env.name.clone(),
        kind: described.kind.entry.name.to_owned(),
        tick_ms: env.interval,
        episodes: env.episodes.iter().map(bout).collect(),
        accounts: names.iter().enumerate().map(account).collect(),
        tests: env.tests.iter().map(|(step, done)| (*step as f64 * dt, *done)).collect(),
        film: film.and_then(filmed),
        pace,
    })
}

fn filmed(film: &Film) -> Option<recording::Film> {
    let moments: Vec<Moment> =
        film.moments().map(|(ms, picture)| Moment { ms: *ms, shapes: shapes(picture) }).collect();
    let (_, first) = film.moments().next()?;
    Some(recording::Film { frame: first.frame, moments })
}

fn shapes(picture: &Picture) -> Vec<Vec<f32>> {
    let form = |form: Form| match form {
        Form::Line => 0.0,
        Form::Polygon => 1.0,
        Form::Circle => 2.0,
    };
    let shape = |shape: &ecs_core::control::Shape| {
        let points = picture.points[shape.points.clone()].iter().flatten();
        [form(shape.form), f32::from(shape.colour), shape.size].into_iter().chain(points.copied()).collect()
    };
    picture.shapes.iter().map(shape).collect()
}

fn paced(pace: &Pace) -> recording::Pace {
    let mut late = pace.late_ms.clone();
    late.sort_by(f64::total_cmp);
    let at =
        |share: f64| late.get((share * late.len().saturating_sub(1) as f64) as usize).copied().unwrap_or(0.0);
    recording::Pace {
        ticks: late.len() as u64,
        overruns: pace.overruns,
        late_ms: [at(0.5), at(0.99), at(1.0)],
    }
}

/// Measures what `[[env.expect]]` is about.
pub fn measure(scenario: &Scenario, run: &Run) -> Vec<Expectation> {
    let (Some(env), Some(behaviour)) = (&scenario.env, &run.behaviour) else { return Vec::new() };
    let end = run.biological_s * 1e3;
    let expected = env.expects.iter().filter(|expect| expect.start < end).map(|expect| {
        let (from, to) = (expect.start, expect.stop.unwrap_or(f64::INFINITY));
        let told = |k: usize| {
            let Some((name, (least, most))) = &expect.given else { return true };
            behaviour.account(name).is_some_and(|values| (*least..=*most).contains(&values[k]))
        };
        let of = |k: usize| (from..to).contains(&behaviour.episodes[k].end_ms) && told(k);
        let answered = |k: usize| of(k) && behaviour.account("answer").is_some_and(|all| all[k] >= 0.0);
        let value = match expect.what {
            EnvMeasure::Return => behaviour.mean_return(of),
            EnvMeasure::Success if expect.given.is_some() => behaviour.mean_account("correct", of),
            EnvMeasure::Success => behaviour.success(from, to),
            EnvMeasure::Episodes => Some((0..behaviour.episodes.len()).filter(|k| of(*k)).count() as f64),
            EnvMeasure::Time => behaviour.mean_account("time_ms", answered),
        };
        let (low, high) = expect.within;
        Expectation {
            of: expect.given.as_ref().map_or_else(
                || behaviour.name.clone(),
                |(name, (least, most))| format!("{}, {name} {least} to {most}", behaviour.name),
            ),
            what: expect.what.name().to_owned(),
            value,
            low,
            high,
            reference: expect.reference,
            source: expect.source.clone().unwrap_or_default(),
            passed: value.is_some_and(|v| low <= v && v <= high),
        }
    });
    expected.collect()
}

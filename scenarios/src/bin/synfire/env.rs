//! `synfire env`: shows an environment to another program.

use std::path::Path;
use std::time::Duration;

use ecs_core::control::{Environment, EnvironmentModel, EnvironmentPlan};
use ecs_core::training::Plan;
use environments::bridge::{Link, serve};
use scenarios::assemble::world_of;

use crate::arguments::Env;
use crate::run::load_scenario;
use crate::{console, exit};

/// A program that holds an environment may take as long as it likes from one step to the next.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// Runs the command.
pub fn env(arguments: &Env) -> u8 {
    let made = match Path::new(&arguments.environment).extension() {
        Some(kind) if kind == "toml" => of_scenario(arguments),
        _ => by_name(arguments),
    };
    let (env, interval) = match made {
        Ok(made) => made,
        Err(code) => return code,
    };
    let served = Link::standard(PATIENCE).map_err(|error| {
        format!("standard input is no socket: {error}; start this from a program such as python/synfire.py")
    });
    match served.and_then(|link| serve(link, interval, |_| Ok(env)).map_err(|trouble| trouble.to_string())) {
        Ok(()) => exit::OK,
        Err(error) => {
            console::err(&format!("error: {error}\n"));
            exit::FAILED
        }
    }
}

type Made = Result<(Box<dyn Environment>, f64), u8>;

fn wrong(found: &str) -> u8 {
    console::err(&format!("error: {found}\n"));
    exit::WRONG
}

fn by_name(arguments: &Env) -> Made {
    let host = arguments.plugins.host().map_err(|found| wrong(&found))?;
    let name = arguments.environment.as_str();
    let Some(model) = host.registry.find::<EnvironmentModel>(name) else {
        let names: Vec<&str> = host.registry.all::<EnvironmentModel>().iter().map(|m| m.entry.name).collect();
        return Err(wrong(&format!("unknown environment `{name}`; known are {}", names.join(", "))));
    };
    let plan = EnvironmentPlan {
        given: Plan::defaults(model.entry.params),
        interval: arguments.interval,
        ..EnvironmentPlan::default()
    };
    let env = (model.build)(&plan).map_err(|found| wrong(&format!("environment `{name}`: {found}")))?;
    Ok((env, arguments.interval))
}

fn of_scenario(arguments: &Env) -> Made {
    let path = Path::new(&arguments.environment);
    let scenario = load_scenario(path, &arguments.plugins, &arguments.changes.overrides())?;
    let Some(env) = &scenario.env else {
        return Err(wrong(&format!("`{}` has no section `[env]`", arguments.environment)));
    };
    let interval = env.every as f64 * scenario.run.dt;
    let made = world_of(&scenario, &env.kind, interval).map_err(|found| wrong(&found))?;
    Ok((made, interval))
}

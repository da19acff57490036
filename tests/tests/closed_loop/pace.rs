//! Pace: real time is kept, and what is late slips, is made up for, or ends the run. Times on the wall have lower bounds alone.

use environments::Pace;
use scenarios::simulate::{Ended, Ending};

use super::{HEAD, over};

/// Twenty ticks of 5 ms, of which the third step takes 60 ms. How it ended, ticks that were late, and how late the last one was.
fn paced(pace: &str) -> (Ended, u64, usize) {
    let head = HEAD.replace("duration = \"1 s\"", "duration = \"100 ms\"");
    let text = format!(
        "{head}\n[population.cells]\nsize = 2\nneuron = \"lif\"\n[env]\nkind = {{ giver = {{ slow = 2, takes = \"60 ms\" }} }}\ncontrol = \"5 ms\"\n[env.pace]\nmode = \"realtime\"\n{pace}\n"
    );
    let (simulation, ended) = over(&text);
    let pace = simulation.app.world().resource::<Pace>();
    (ended, pace.overruns, pace.late_ms.len())
}

#[test]
fn what_slips_is_late_for_good() {
    let (ended, overruns, ticks) = paced("overrun = \"slip\"");
    assert_eq!((ended.ending, ticks), (Ending::Finished, 20));
    // The tick after the third step begins 55 ms too late, and the others keep their distance from it: 95 ms to the last tick, and those.
    assert!(overruns >= 1);
    assert!(ended.wall_s >= 0.095 + 0.055, "{} s", ended.wall_s);
}

#[test]
fn what_is_dropped_is_made_up_for() {
    let (ended, overruns, ticks) = paced("overrun = \"drop\"");
    assert_eq!((ended.ending, ticks), (Ending::Finished, 20));
    // The step begins at 15 ms or later, so that the ten ticks from 20 to 70 ms begin 5 ms late or more.
    assert!(overruns >= 10, "{overruns}");
    assert!(ended.wall_s >= 0.095, "{} s", ended.wall_s);
}

#[test]
fn a_run_that_must_not_be_late_fails() {
    let (ended, overruns, ticks) = paced("overrun = \"fail\"\ntolerance = \"50 ms\"");
    let Ending::Failed(found) = ended.ending else { panic!("it went on: {:?}", ended.ending) };
    assert!(found.contains("ms late, and 50.000 ms are allowed, of 5 ms from tick to tick"), "{found}");
    assert!(found.contains("write `overrun = \"slip\"`"), "{found}");
    assert!(overruns == 1 && ticks <= 5, "{ticks} ticks");
}

//! In order: work shared over a team whose results are added up in the order of the work, whoever did it: any number of threads gives the
//! same bits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use ecs_core::network::Team;

/// What is in a lock, also after somebody panicked while holding it.
pub fn lock<X>(mutex: &Mutex<X>) -> std::sync::MutexGuard<'_, X> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does `count` pieces of work, each by a member of the team in its room, and adds what came of each to `sums`.
///
/// # Errors
/// The first in the order of the work.
pub fn in_order<R: Send, S: Send>(
    (team, rooms): (&Team, &[Mutex<R>]),
    count: usize,
    sums: S,
    work: impl Fn(&mut R, usize) -> Result<f64, String> + Sync,
    add: impl Fn(&mut S, &R, f64) + Sync,
) -> Result<S, String> {
    let (next, turn) = (AtomicUsize::new(0), Condvar::new());
    let sums = Mutex::new((0, sums, Ok(())));
    team.run(|member| {
        let mut room = lock(&rooms[member.index()]);
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            if k >= count {
                break;
            }
            let cost = work(&mut room, k);
            let mut sums =
                turn.wait_while(lock(&sums), |(done, ..)| *done != k).unwrap_or_else(PoisonError::into_inner);
            let (done, sum, result) = &mut *sums;
            match cost {
                Ok(cost) => add(sum, &room, cost),
                Err(error) if result.is_ok() => *result = Err(error),
                Err(_) => {}
            }
            *done += 1;
            turn.notify_all();
        }
    });
    let (_, sum, result) = sums.into_inner().unwrap_or_else(PoisonError::into_inner);
    result.map(|()| sum)
}

//! Team: resident threads that share the work of a system, each with its own shard of the neurons.
//!
//! A member waits for work by spinning for a short time and then parks, so that an idle or over-committed machine is not
//! burdened. With one member everything runs in the caller, at no cost. Shards, not threads, decide results: the work of
//! shard k is the same whoever does it.

#![expect(unsafe_code, reason = "work is lent to resident threads, and shards are reached without locks")]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, Thread};

use bevy_ecs::prelude::*;

/// The right to touch shard `index` of every [`PerMember`], given to one closure call at a time.
pub struct Member {
    index: usize,
}

impl Member {
    /// Which shard this is.
    pub fn index(&self) -> usize {
        self.index
    }
}

/// One value for each shard.
pub struct PerMember<T>(Vec<UnsafeCell<T>>);

// SAFETY: a value is reached either through `&mut self` or through the one `Member` of its index, so never from two
// threads at once; `T: Send` lets it be reached from whichever thread holds that member.
unsafe impl<T: Send> Sync for PerMember<T> {}

impl<T> PerMember<T> {
    /// These values, one for each shard.
    pub fn new(values: impl IntoIterator<Item = T>) -> Self {
        Self(values.into_iter().map(UnsafeCell::new).collect())
    }

    /// Works on the member's value.
    ///
    /// The value must not be reached again through the same member from within `f`; the exclusive borrow sees to it.
    #[inline(always)]
    pub fn with<R>(&self, member: &mut Member, f: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: `member` is borrowed exclusively for the call and is the only one of its index, see `Team::run`.
        f(unsafe { &mut *self.0[member.index].get() })
    }

    /// All values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(UnsafeCell::get_mut)
    }

    /// How many shards there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no shard.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of shard `k`, read while no member is at work.
    pub fn read<R>(&self, _quiet: &mut Team, k: usize, f: impl FnOnce(&T) -> R) -> R {
        // SAFETY: `run` needs the team as well, so no member exists while it is borrowed exclusively here.
        f(unsafe { &*self.0[k].get() })
    }
}

type Work<'a> = dyn Fn(&mut Member) + Sync + 'a;

#[derive(Default)]
struct Shared {
    /// The work at hand; valid from `round` going up until `left` reaches zero.
    work: UnsafeCell<Option<&'static Work<'static>>>,
    round: AtomicUsize,
    left: AtomicUsize,
    stop: AtomicBool,
    panicked: AtomicBool,
    message: Mutex<Option<String>>,
    asleep: Vec<AtomicBool>,
}

// SAFETY: `work` is written by the caller only while no member works (`left` is zero), and read by members only after
// `round` was raised with `Release` and loaded with `Acquire`.
unsafe impl Sync for Shared {}
// SAFETY: as above; the reference inside is to something `Sync`.
unsafe impl Send for Shared {}

/// The threads.
#[derive(Resource)]
pub struct Team {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    handles: Vec<Thread>,
}

/// How often a waiting thread looks before it parks: some 20 microseconds.
const SPINS: u32 = 10_000;

impl Team {
    /// A team of `size` members, the caller being one.
    pub fn new(size: usize) -> Self {
        let asleep = (1..size.max(1)).map(|_| AtomicBool::new(false)).collect();
        let shared = Arc::new(Shared { asleep, ..Default::default() });
        let threads: Vec<_> = (1..size.max(1))
            .map(|index| {
                let shared = shared.clone();
                let name = format!("synfire-{index}");
                thread::Builder::new().name(name).spawn(move || serve(&shared, index)).expect("the system has a thread left")
            })
            .collect();
        let handles = threads.iter().map(|t| t.thread().clone()).collect();
        Self { shared, threads, handles }
    }

    /// How many members there are.
    pub fn size(&self) -> usize {
        self.threads.len() + 1
    }

    /// Calls `work` once for each member and returns when all are done.
    ///
    /// # Panics
    /// If `work` panics in any member.
    pub fn run(&mut self, work: impl Fn(&mut Member) + Sync) {
        if self.threads.is_empty() {
            return work(&mut Member { index: 0 });
        }
        let shared = &*self.shared;
        let lent: &Work<'_> = &work;
        // SAFETY: only the lifetime changes. Members use the reference before they lower `left`, and this function does
        // not return, nor unwind, before `left` is zero.
        let lent: &'static Work<'static> = unsafe { std::mem::transmute::<&Work<'_>, &'static Work<'static>>(lent) };
        // SAFETY: `left` is zero, so no member reads.
        unsafe { *shared.work.get() = Some(lent) };
        shared.left.store(self.threads.len(), Ordering::Relaxed);
        shared.round.fetch_add(1, Ordering::SeqCst);
        for (asleep, handle) in shared.asleep.iter().zip(&self.handles) {
            if asleep.load(Ordering::SeqCst) {
                handle.unpark();
            }
        }
        let own = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut Member { index: 0 })));
        let mut spins = 0;
        while shared.left.load(Ordering::Acquire) > 0 {
            spins += 1;
            if spins < SPINS { std::hint::spin_loop() } else { thread::yield_now() }
        }
        if let Err(panic) = own {
            std::panic::resume_unwind(panic);
        }
        if shared.panicked.swap(false, Ordering::Relaxed) {
            let message = shared.message.lock().ok().and_then(|mut m| m.take());
            panic!("{}", message.unwrap_or_else(|| "a worker thread panicked".into()));
        }
    }
}

fn serve(shared: &Shared, index: usize) {
    let mut done = 0;
    loop {
        let mut spins = 0;
        while shared.round.load(Ordering::Acquire) == done {
            spins += 1;
            if spins < SPINS {
                std::hint::spin_loop();
                continue;
            }
            let asleep = &shared.asleep[index - 1];
            asleep.store(true, Ordering::SeqCst);
            // A round that began before the flag was seen would not wake this thread, so look once more.
            if shared.round.load(Ordering::SeqCst) == done {
                thread::park();
            }
            asleep.store(false, Ordering::SeqCst);
        }
        done += 1;
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        // SAFETY: `round` was raised after `work` was written, and `left` keeps it alive until this member is done.
        let work = unsafe { *shared.work.get() }.expect("a round begins with work");
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut Member { index })));
        if let Err(panic) = result {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_string()));
            if let Ok(mut message) = shared.message.lock() {
                *message = text;
            }
            shared.panicked.store(true, Ordering::Relaxed);
        }
        shared.left.fetch_sub(1, Ordering::Release);
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.round.fetch_add(1, Ordering::SeqCst);
        self.handles.iter().for_each(Thread::unpark);
        for thread in self.threads.drain(..) {
            // A member's panic was reported by `run`; there is nothing left to say when it ends.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_works_once_in_each_round() {
        for size in [1, 2, 3] {
            let mut team = Team::new(size);
            let mut counts = PerMember::new(vec![0u32; size]);
            for _ in 0..1000 {
                team.run(|m| counts.with(m, |c| *c += 1));
            }
            assert!(counts.iter_mut().all(|c| *c == 1000));
        }
    }

    #[test]
    fn a_panic_in_a_member_reaches_the_caller() {
        let mut team = Team::new(2);
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            team.run(|m| assert!(m.index() == 0, "member {} gave up", m.index()));
        }));
        assert!(caught.is_err());
        team.run(|_| ());
    }
}

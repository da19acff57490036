//! Team: resident threads that share the work of a system, each with its own shard of the neurons.
//!
//! Each thread claims its own shard first, so that its data stay in its cache, and then any that nobody has begun: where
//! another program keeps a thread from running, the others do its work instead of waiting for it. A thread waits for work
//! by spinning for a short time and then parks. With one member everything runs in the caller, at no cost. Shards, not
//! threads, decide results: the work of shard k is the same whoever does it.

#![expect(unsafe_code, reason = "work is lent to resident threads, and shards are reached without locks")]

use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
}

type Work<'a> = dyn Fn(&mut Member) + Sync + 'a;

#[derive(Default)]
struct Shared {
    /// The work at hand; valid from `round` going up until every shard of that round is done.
    work: UnsafeCell<Option<&'static Work<'static>>>,
    round: AtomicUsize,
    /// The last round in which each shard was claimed.
    claimed: Vec<AtomicUsize>,
    /// Shards of this round that are not done.
    left: AtomicUsize,
    stop: AtomicBool,
    panicked: AtomicBool,
    message: Mutex<Option<String>>,
    asleep: Vec<AtomicBool>,
}

// SAFETY: `work` is written by the caller only while no shard is at work (`left` is zero), and read only by a thread that
// has claimed a shard of the round that was opened after the writing; the claim is an acquire-release exchange.
unsafe impl Sync for Shared {}
// SAFETY: as above; the reference inside is to something `Sync`.
unsafe impl Send for Shared {}

impl Shared {
    /// Does the shards of `round` that nobody has begun, the own one first.
    fn work_off(&self, round: usize, own: usize) {
        let shards = self.claimed.len();
        for k in (0..shards).map(|k| (own + k) % shards) {
            let claim =
                self.claimed[k].compare_exchange(round - 1, round, Ordering::AcqRel, Ordering::Relaxed);
            if claim.is_err() {
                continue;
            }
            // SAFETY: the claim succeeded, so this round is open, and it stays open until `left` is lowered below.
            let work = unsafe { *self.work.get() }.expect("a round begins with work");
            let result = catch_unwind(AssertUnwindSafe(|| work(&mut Member { index: k })));
            if let Err(panic) = result {
                self.note(&*panic);
            }
            self.left.fetch_sub(1, Ordering::Release);
        }
    }

    #[cold]
    fn note(&self, panic: &(dyn std::any::Any + Send)) {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_string()));
        if let Ok(mut message) = self.message.lock() {
            *message = text;
        }
        self.panicked.store(true, Ordering::Relaxed);
    }
}

/// The threads.
#[derive(Resource)]
pub struct Team {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    handles: Vec<Thread>,
    /// Held while members work, so that there is one set of them at a time.
    working: AtomicBool,
}

/// How often a waiting thread looks before it parks: some 20 microseconds.
const SPINS: u32 = 10_000;

impl Team {
    /// A team of `size` members, the caller being one.
    pub fn new(size: usize) -> Self {
        let asleep = (1..size.max(1)).map(|_| AtomicBool::new(false)).collect();
        let claimed = (0..size.max(1)).map(|_| AtomicUsize::new(0)).collect();
        let shared = Arc::new(Shared { asleep, claimed, ..Default::default() });
        let threads: Vec<_> = (1..size.max(1))
            .map(|index| {
                let shared = shared.clone();
                let name = format!("synfire-{index}");
                thread::Builder::new()
                    .name(name)
                    .spawn(move || serve(&shared, index))
                    .expect("the system has a thread left")
            })
            .collect();
        let handles = threads.iter().map(|t| t.thread().clone()).collect();
        Self { shared, threads, handles, working: AtomicBool::new(false) }
    }

    /// How many members there are.
    pub fn size(&self) -> usize {
        self.threads.len() + 1
    }

    /// Calls `work` once for each member and returns when all are done.
    ///
    /// # Panics
    /// If `work` panics in any member, or the team is at work already.
    pub fn run(&self, work: impl Fn(&mut Member) + Sync) {
        assert!(!self.working.swap(true, Ordering::Acquire), "a team does one thing at a time");
        let _done = Done(&self.working);
        if self.threads.is_empty() {
            return work(&mut Member { index: 0 });
        }
        let shared = &*self.shared;
        let lent: &Work<'_> = &work;
        // SAFETY: only the lifetime changes. Members use the reference before they lower `left`, and this function does
        // not return, nor unwind, before `left` is zero.
        let lent: &'static Work<'static> =
            unsafe { std::mem::transmute::<&Work<'_>, &'static Work<'static>>(lent) };
        // SAFETY: `left` is zero, so no member reads.
        unsafe { *shared.work.get() = Some(lent) };
        shared.left.store(self.size(), Ordering::Relaxed);
        let round = shared.round.fetch_add(1, Ordering::SeqCst) + 1;
        for (asleep, handle) in shared.asleep.iter().zip(&self.handles) {
            if asleep.load(Ordering::SeqCst) {
                handle.unpark();
            }
        }
        shared.work_off(round, 0);
        let mut spins = 0;
        while shared.left.load(Ordering::Acquire) > 0 {
            spins += 1;
            if spins < SPINS { std::hint::spin_loop() } else { thread::yield_now() }
        }
        if shared.panicked.swap(false, Ordering::Relaxed) {
            let message = shared.message.lock().ok().and_then(|mut m| m.take());
            panic!("{}", message.unwrap_or_else(|| "a member of the team panicked".into()));
        }
    }
}

/// Says that the team is free again, also when its work panicked.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
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
        done = shared.round.load(Ordering::Acquire);
        // Looked at after the round: the one that ends the team has no work, and what the last one lent is gone.
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        shared.work_off(done, index);
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
            let team = Team::new(size);
            let mut counts = PerMember::new(vec![0u32; size]);
            for _ in 0..1000 {
                team.run(|m| counts.with(m, |c| *c += 1));
            }
            assert!(counts.iter_mut().all(|c| *c == 1000));
        }
    }

    #[test]
    fn a_team_that_ends_while_its_threads_wake_up_does_no_work_again() {
        for _ in 0..500 {
            let counts = AtomicUsize::new(0);
            let team = Team::new(4);
            team.run(|_| {
                counts.fetch_add(1, Ordering::Relaxed);
            });
            drop(team);
            assert_eq!(counts.into_inner(), 4);
        }
    }

    #[test]
    fn a_panic_in_a_member_reaches_the_caller() {
        let team = Team::new(2);
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            team.run(|m| assert!(m.index() == 0, "member {} gave up", m.index()));
        }));
        assert!(caught.is_err());
        team.run(|_| ());
    }
}

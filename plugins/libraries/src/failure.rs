//! Failure: what a function of a plugin says when it fails, kept until the run can be stopped.

#![expect(unsafe_code, reason = "a plugin writes its reason into room on the stack")]

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use abi::{Failure, status};

/// Bytes of room for a reason.
const ROOM: usize = 1024;

/// Calls a function of a plugin: whether there is such a thing, or why it failed.
#[inline(always)]
pub(crate) fn attempt(f: impl FnOnce(*mut Failure) -> u32) -> Result<bool, String> {
    let mut room = MaybeUninit::<[u8; ROOM]>::uninit();
    let mut failure = Failure { message: room.as_mut_ptr().cast(), capacity: ROOM, length: 0 };
    match f(&raw mut failure) {
        status::OK => Ok(true),
        other => refused(other, &failure),
    }
}

#[cold]
fn refused(code: u32, failure: &Failure) -> Result<bool, String> {
    if code == status::UNSUPPORTED {
        return Ok(false);
    }
    let length = failure.length.min(ROOM);
    // SAFETY: the plugin says that it wrote so many bytes of the room; none are read where it says nothing.
    let bytes = unsafe { std::slice::from_raw_parts(failure.message.cast_const(), length) };
    let reason = String::from_utf8_lossy(bytes);
    let reason = if reason.is_empty() { "no reason given".into() } else { reason };
    Err(match code {
        status::FAILED => format!("failed: {reason}"),
        status::PANICKED => format!("panicked: {reason}"),
        other => format!("returned {other}, which is no status: {reason}"),
    })
}

/// The first failure of a library while a network runs.
#[derive(Debug, Default)]
pub struct Failures {
    raised: AtomicBool,
    first: Mutex<Option<String>>,
}

impl Failures {
    /// Whether there is one. Nothing of the library is called any more.
    #[inline]
    pub fn any(&self) -> bool {
        self.raised.load(Ordering::Relaxed)
    }

    /// The first one, taken: the library may be called again.
    pub fn take(&self) -> Option<String> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.raised.store(false, Ordering::Relaxed);
        first
    }

    #[cold]
    fn raise(&self, what: String) {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
        self.raised.store(true, Ordering::Relaxed);
    }
}

/// Something of a library that has functions: who is to blame when one fails.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The library and the thing: "library `/path/x.so`: neuron `lif`".
    pub name: String,
    /// Where its failures are kept.
    pub failures: Arc<Failures>,
}

impl Caller {
    /// Calls a function while a network is built.
    pub fn ask(&self, function: &str, f: impl FnOnce(*mut Failure) -> u32) -> Result<bool, String> {
        attempt(f).map_err(|why| self.words(function, &why))
    }

    /// Calls a function while a network runs, unless one failed before.
    #[inline(always)]
    pub fn call(&self, function: &str, f: impl FnOnce(*mut Failure) -> u32) {
        if self.failures.any() {
            return;
        }
        if let Err(why) = attempt(f) {
            self.blame(function, &why);
        }
    }

    /// Keeps what went wrong.
    #[cold]
    pub fn blame(&self, function: &str, why: &str) {
        self.failures.raise(self.words(function, why));
    }

    fn words(&self, function: &str, why: &str) -> String {
        format!("{}, function `{function}`: {why}", self.name)
    }
}

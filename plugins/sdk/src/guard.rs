//! Guard: nothing unwinds into the host; a panic becomes a status and its message.

#![expect(unsafe_code, reason = "the reason of a failure is written where the host has room")]

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use abi::{Failure, status};

thread_local! {
    /// Where the last panic of this thread began.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Why a function of the interface does not what it is asked.
pub(crate) enum Stop {
    /// There is no such thing.
    Unsupported,
    /// It cannot, for this reason.
    Because(String),
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Because(reason)
    }
}

impl From<&str> for Stop {
    fn from(reason: &str) -> Self {
        Self::Because(reason.into())
    }
}

/// What a function of the interface does.
pub(crate) type Outcome = Result<(), Stop>;

/// Runs `f` and gives the status of it.
///
/// # Safety
/// `failure` is null or a place for a reason that nobody else uses.
#[inline(always)]
pub(crate) unsafe fn guard(failure: *mut Failure, f: impl FnOnce() -> Outcome) -> u32 {
    // What a panic leaves half done belongs to a run that ends with it.
    let (status, reason) = match catch_unwind(AssertUnwindSafe(f)) {
        Ok(Ok(())) => return status::OK,
        Ok(Err(Stop::Unsupported)) => return status::UNSUPPORTED,
        Ok(Err(Stop::Because(reason))) => (status::FAILED, reason),
        Err(panic) => (status::PANICKED, message(panic)),
    };
    // SAFETY: the caller's promise.
    unsafe { write(failure, &reason) };
    status
}

/// Keeps panics from writing to the terminal of the host, and remembers where they begin.
pub(crate) fn quiet() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
        PLACE.set(place);
    }));
}

#[cold]
fn message(panic: Box<dyn Any + Send>) -> String {
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast::<&str>().map_or_else(|_| "no message".into(), |text| text.to_string()),
    };
    format!("{text}{}", PLACE.take())
}

/// Writes as much of `reason` as there is room for, in whole characters.
#[cold]
unsafe fn write(failure: *mut Failure, reason: &str) {
    // SAFETY: the host gives null or a place of its own.
    let Some(failure) = (unsafe { failure.as_mut() }) else { return };
    let length =
        (0..=reason.len().min(failure.capacity)).rev().find(|k| reason.is_char_boundary(*k)).unwrap_or(0);
    // SAFETY: the room is as large as the host says, and no part of this string.
    unsafe { std::ptr::copy_nonoverlapping(reason.as_ptr(), failure.message, length) };
    failure.length = length;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guarded(capacity: usize, f: impl FnOnce() -> Outcome) -> (u32, String) {
        let mut room = [0; 64];
        let mut failure = Failure { message: room.as_mut_ptr(), capacity, length: 0 };
        // SAFETY: there is room for the reason.
        let status = unsafe { guard(&raw mut failure, f) };
        (status, String::from_utf8(room[..failure.length].to_vec()).unwrap())
    }

    #[test]
    fn reasons_and_panics_become_a_status_and_words() {
        assert_eq!(guarded(64, || Ok(())), (status::OK, String::new()));
        assert_eq!(guarded(64, || Err(Stop::Unsupported)), (status::UNSUPPORTED, String::new()));
        assert_eq!(guarded(64, || Err("too warm".into())), (status::FAILED, "too warm".into()));
        let (status, words) = guarded(64, || panic!("at neuron {}", 7));
        assert!(status == status::PANICKED && words.starts_with("at neuron 7"), "{words}");
    }

    #[test]
    fn reasons_are_cut_between_characters() {
        assert_eq!(guarded(4, || Err("µµµ".into())), (status::FAILED, "µµ".into()));
        assert_eq!(guarded(3, || Err("µµµ".into())), (status::FAILED, "µ".into()));
        assert_eq!(guarded(0, || Err("µµµ".into())), (status::FAILED, String::new()));
    }
}

//! Signals: a file that may grow no further is an error that the user is told, not a signal that ends the program at once.

/// Makes writing beyond the limit of a file's size fail like writing to a full disk.
pub fn ignore_limit_of_file_size() {
    #[cfg(unix)]
    #[expect(unsafe_code, reason = "the standard library has no way to ignore a signal")]
    // SAFETY: the signal exists on every Unix, and ignoring it installs no handler that could run at a bad moment.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

//! Link: bytes to and from another process, with a limit on how long it may take.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Why the other side is of no use.
#[derive(Debug)]
pub enum Trouble {
    /// It ended; how, where that is known.
    Gone(String),
    /// It did not answer within this time.
    Late(Duration),
    /// It said something else, or said what went wrong.
    Wrong(String),
    /// It cannot be reached.
    Io(io::Error),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(how) if how.is_empty() => write!(f, "the other side has ended"),
            Self::Gone(how) => write!(f, "the other side has ended: {how}"),
            Self::Late(limit) => write!(
                f,
                "no answer within {} ms; it hangs, or needs longer: raise `timeout`",
                limit.as_millis()
            ),
            Self::Wrong(what) => write!(f, "{what}"),
            Self::Io(error) => write!(f, "it cannot be reached: {error}"),
        }
    }
}

/// Longer lines are damage.
const LONGEST_LINE: usize = 1 << 24;
/// What a child may take to end by itself.
const FAREWELL: Duration = Duration::from_millis(500);

enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

/// A way to another process.
pub struct Link {
    stream: Stream,
    child: Option<Child>,
    limit: Duration,
    /// Bytes that came and were not asked for yet.
    ahead: Vec<u8>,
    taken: usize,
}

impl Link {
    /// Starts a process and talks to its standard streams; what it writes to standard error is shown to the user.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(mut command: Command, limit: Duration) -> io::Result<Self> {
        let (near, far) = UnixStream::pair()?;
        let input = OwnedFd::from(far.try_clone()?);
        let child = command.stdin(Stdio::from(input)).stdout(Stdio::from(OwnedFd::from(far))).spawn()?;
        // It holds the far end, whose last copy must be the child's: only so is it seen when the child ends.
        drop(command);
        Self::over(Stream::Unix(near), Some(child), limit)
    }

    /// Talks to `unix:PATH` or `tcp:ADDRESS:PORT`, where somebody listens.
    ///
    /// # Errors
    /// Nobody does.
    pub fn connect(address: &str, limit: Duration) -> io::Result<Self> {
        let stream = match (address.strip_prefix("unix:"), address.strip_prefix("tcp:")) {
            (Some(path), _) => Stream::Unix(UnixStream::connect(path)?),
            (_, Some(host)) => {
                let stream = TcpStream::connect(host)?;
                stream.set_nodelay(true)?;
                Stream::Tcp(stream)
            }
            _ => {
                return Err(io::Error::new(
                    ErrorKind::InvalidInput,
                    "write `unix:PATH` or `tcp:127.0.0.1:PORT`",
                ));
            }
        };
        Self::over(stream, None, limit)
    }

    /// Talks over this program's own standard input, which then must be a socket.
    ///
    /// # Errors
    /// It cannot be taken.
    pub fn standard(limit: Duration) -> io::Result<Self> {
        use std::os::fd::AsFd;
        let input = io::stdin().as_fd().try_clone_to_owned()?;
        Self::over(Stream::Unix(UnixStream::from(input)), None, limit)
    }

    fn over(stream: Stream, child: Option<Child>, limit: Duration) -> io::Result<Self> {
        match &stream {
            Stream::Unix(stream) => stream.set_read_timeout(Some(limit))?,
            Stream::Tcp(stream) => stream.set_read_timeout(Some(limit))?,
        }
        Ok(Self { stream, child, limit, ahead: Vec::new(), taken: 0 })
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let sent = match &mut self.stream {
            Stream::Unix(stream) => stream.write_all(bytes),
            Stream::Tcp(stream) => stream.write_all(bytes),
        };
        sent.map_err(|error| self.trouble(error))
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// They do not come in time.
    pub fn read(&mut self, bytes: &mut [u8]) -> Result<(), Trouble> {
        let ready = (self.ahead.len() - self.taken).min(bytes.len());
        bytes[..ready].copy_from_slice(&self.ahead[self.taken..self.taken + ready]);
        self.taken += ready;
        let mut filled = ready;
        while filled < bytes.len() {
            filled += self.some(&mut bytes[filled..])?;
        }
        Ok(())
    }

    /// A line.
    ///
    /// # Errors
    /// It does not come in time, or has no end.
    pub fn line(&mut self) -> Result<String, Trouble> {
        let started = Instant::now();
        self.ahead.drain(..self.taken);
        self.taken = 0;
        loop {
            if let Some(end) = self.ahead.iter().position(|byte| *byte == b'\n') {
                self.taken = end + 1;
                return Ok(String::from_utf8_lossy(&self.ahead[..end]).into_owned());
            }
            if self.ahead.len() > LONGEST_LINE {
                return Err(Trouble::Wrong("its line has no end".into()));
            }
            if started.elapsed() > self.limit {
                return Err(Trouble::Late(self.limit));
            }
            let mut more = [0; 4096];
            let n = self.some(&mut more)?;
            self.ahead.extend(&more[..n]);
        }
    }

    fn some(&mut self, bytes: &mut [u8]) -> Result<usize, Trouble> {
        loop {
            let read = match &mut self.stream {
                Stream::Unix(stream) => stream.read(bytes),
                Stream::Tcp(stream) => stream.read(bytes),
            };
            match read {
                Ok(0) => return Err(Trouble::Gone(self.how())),
                Ok(n) => return Ok(n),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.trouble(error)),
            }
        }
    }

    fn trouble(&mut self, error: io::Error) -> Trouble {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Trouble::Late(self.limit),
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Trouble::Gone(self.how()),
            _ => Trouble::Io(error),
        }
    }

    /// How the child ended, which it may be about to do.
    fn how(&mut self) -> String {
        let Some(child) = &mut self.child else { return String::new() };
        let ended = wait(child, FAREWELL);
        ended.map_or_else(String::new, |status| status.to_string())
    }
}

fn wait(child: &mut Child, limit: Duration) -> Option<std::process::ExitStatus> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(2)),
            _ => return None,
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let _ = match &self.stream {
            Stream::Unix(stream) => stream.shutdown(std::net::Shutdown::Both),
            Stream::Tcp(stream) => stream.shutdown(std::net::Shutdown::Both),
        };
        if let Some(child) = &mut self.child
            && wait(child, FAREWELL).is_none()
        {
            // It had its time; a child that cannot be killed has ended.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

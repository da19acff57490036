//! File: what can be said of a library before the system opens it.

use std::fmt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Reason;

/// What a library was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// `ELF`, `Mach-O` or `PE`.
    pub container: &'static str,
    /// The processor.
    pub machine: String,
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} for {}", self.container, self.machine)
    }
}

/// A file that the system may open.
pub(crate) struct File {
    /// Its path, without links and dots.
    pub path: PathBuf,
    /// SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
}

/// Reads and checks the file.
pub(crate) fn examine(path: &Path, stated: Option<&str>) -> Result<File, Reason> {
    if path.components().count() < 2 {
        return Err(Reason::Bare);
    }
    let unreadable = |error: std::io::Error| Reason::Unreadable(error.to_string());
    let path = path.canonicalize().map_err(unreadable)?;
    let content = std::fs::read(&path).map_err(unreadable)?;
    let sha256: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    if let Some(stated) = stated.filter(|stated| !stated.eq_ignore_ascii_case(&sha256)) {
        return Err(Reason::Digest { stated: stated.to_owned(), found: sha256 });
    }
    let (found, here) = (format(&content).ok_or(Reason::NoLibrary)?, here());
    if found != here {
        return Err(Reason::Foreign { found, here });
    }
    let (found, needed) = (content.len() as u64, needed(&content));
    if needed > found {
        return Err(Reason::Truncated { found, needed });
    }
    Ok(File { path, sha256 })
}

/// What runs here.
fn here() -> Format {
    let container = match std::env::consts::OS {
        "macos" | "ios" => "Mach-O",
        "windows" => "PE",
        _ => "ELF",
    };
    Format { container, machine: std::env::consts::ARCH.to_owned() }
}

/// The little-endian number of `N` bytes at `at`.
fn number<const N: usize>(content: &[u8], at: usize) -> Option<u64> {
    let bytes: &[u8; N] = content.get(at..)?.first_chunk()?;
    Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// What the file's header says it is.
fn format(content: &[u8]) -> Option<Format> {
    let (container, machine, code) = match content.first_chunk()? {
        b"\x7fELF" => {
            let code = number::<2>(content, 18)?;
            (
                "ELF",
                named(code, &[(3, "x86"), (62, "x86_64"), (40, "arm"), (183, "aarch64"), (243, "riscv64")]),
                code,
            )
        }
        [0xcf, 0xfa, 0xed, 0xfe] => {
            let code = number::<4>(content, 4)?;
            ("Mach-O", named(code, &[(0x0100_0007, "x86_64"), (0x0100_000c, "aarch64")]), code)
        }
        [b'M', b'Z', ..] => {
            let at = number::<4>(content, 60)? as usize;
            let code = number::<2>(content, at.checked_add(4)?)?;
            ("PE", named(code, &[(0x014c, "x86"), (0x8664, "x86_64"), (0xaa64, "aarch64")]), code)
        }
        _ => return None,
    };
    Some(Format { container, machine: machine.map_or_else(|| format!("machine {code}"), str::to_owned) })
}

fn named(code: u64, names: &[(u64, &'static str)]) -> Option<&'static str> {
    names.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// Bytes that the header of a 64-bit ELF file speaks of: mapping a shorter one would end the program later, without a word.
fn needed(content: &[u8]) -> u64 {
    const CLASS_64: u8 = 2;
    if !content.starts_with(b"\x7fELF") || content.get(4) != Some(&CLASS_64) {
        return 0;
    }
    let header = || {
        let (start, size, count) =
            (number::<8>(content, 32)?, number::<2>(content, 54)?, number::<2>(content, 56)?);
        let sections =
            number::<8>(content, 40)?.checked_add(number::<2>(content, 58)? * number::<2>(content, 60)?)?;
        let end = start.checked_add(size * count)?.max(sections);
        let segment = |k: u64| {
            let at = usize::try_from(start + k * size).ok()?;
            number::<8>(content, at + 8)?.checked_add(number::<8>(content, at + 32)?)
        };
        Some((0..count).filter_map(segment).fold(end, u64::max))
    };
    header().unwrap_or(64)
}

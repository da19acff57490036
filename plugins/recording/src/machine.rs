//! What a run ran on.

use serde::{Deserialize, Serialize};
use std::fs;

/// A machine, as far as it bears on speed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// The processor's name.
    pub cpu: String,
    /// Processors that this program may use.
    pub cores: u32,
    /// Memory, in bytes; 0 where the system does not tell.
    pub memory_bytes: u64,
    /// The instruction set that the kernels were dispatched to.
    pub isa: String,
}

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        let field = |file: &str, key: &str| Some(line(&fs::read_to_string(file).ok()?, key)?.to_owned());
        Self {
            cpu: field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, |n| n.get() as u32),
            memory_bytes: field("/proc/meminfo", "MemTotal").and_then(|v| kilobytes(&v)).unwrap_or(0),
            isa: isa().to_owned(),
        }
    }
}

/// The most memory that this process has held, in bytes, where the system tells.
pub fn peak_rss_bytes() -> Option<u64> {
    kilobytes(line(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM")?)
}

fn line<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    fields
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

fn kilobytes(value: &str) -> Option<u64> {
    value.strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(target_arch = "x86_64")]
fn isa() -> &'static str {
    if std::arch::is_x86_feature_detected!("avx512f") {
        "AVX-512"
    } else if std::arch::is_x86_feature_detected!("avx2") {
        "AVX2"
    } else {
        "SSE2"
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn isa() -> &'static str {
    std::env::consts::ARCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_process_files_are_found() {
        assert_eq!(
            line("processor : 0\nmodel name\t: A CPU @ 2 GHz: fast\n", "model name"),
            Some("A CPU @ 2 GHz: fast")
        );
        assert_eq!(kilobytes("12 kB"), Some(12288));
    }
}

//! `synfire run config.json`
use crate::arguments::Run as Arguments;
/// Runs.
pub fn run(_: &Arguments) -> Result<u8, u8> { Err(1) }

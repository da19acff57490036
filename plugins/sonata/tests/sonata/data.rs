//! Where the shared data lie: the one place that knows.

use std::path::{Path, PathBuf};

/// A file of the SONATA examples; `None`, with a notice, where there is no shared data folder.
///
/// The folder is `$SYNFIRE_DATA`, or else `../shared/data` beside the workspace.
pub fn example(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("SYNFIRE_DATA").map_or_else(beside, PathBuf::from);
    if !data.is_dir() {
        println!("skipped: no shared data folder");
        return None;
    }
    let path = data.join("sonata_examples").join(path);
    assert!(path.exists(), "the shared data folder lacks `{}`", path.display());
    Some(path)
}

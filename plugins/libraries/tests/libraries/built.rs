//! Libraries compiled from C, where there is a compiler.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of one test, removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("libraries-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A library compiled from C; `None` where there is no compiler.
    pub fn compile(&self, source: &Path, name: &str, defines: &[&str]) -> Option<PathBuf> {
        let path = self.0.join(format!("{name}.so"));
        let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi");
        let mut compile = Command::new("cc");
        compile.args([
            "-std=c99",
            "-pedantic",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-O2",
            "-fPIC",
            "-shared",
            "-I",
        ]);
        compile.arg(header).args(defines.iter().map(|define| format!("-D{define}")));
        let Ok(compiled) = compile.arg(source).arg("-o").arg(&path).arg("-lm").output() else {
            println!("skipped: no C compiler");
            return None;
        };
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        Some(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

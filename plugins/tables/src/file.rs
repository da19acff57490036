//! Files that appear whole or not at all.

use crate::TableError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file under a temporary name, which takes its own name on [`Pending::commit`] and vanishes when dropped before.
#[derive(Debug)]
pub struct Pending {
    path: PathBuf,
    temporary: PathBuf,
    file: Option<File>,
}

impl Pending {
    /// Opens `<path>.part` for writing and reading back.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn create(path: &Path) -> Result<Self, TableError> {
        let temporary = beside(path, "part");
        let mut options = File::options();
        let options = options.read(true).write(true).create(true).truncate(true);
        let file = options.open(&temporary).map_err(TableError::io(path, "create the file"))?;
        Ok(Self { path: path.to_path_buf(), temporary, file: Some(file) })
    }

    /// The name that the file will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A second handle to the open file.
    ///
    /// # Errors
    /// The system has no handle left.
    pub fn handle(&self) -> Result<File, TableError> {
        self.file().try_clone().map_err(TableError::io(&self.path, "open the file twice"))
    }

    /// Makes the content durable and gives it its name.
    ///
    /// # Errors
    /// The content cannot be synced (a full disk may show only here) or renamed; the temporary file is then removed.
    pub fn commit(mut self) -> Result<(), TableError> {
        self.file().sync_all().map_err(TableError::io(&self.path, "write the file to the disk"))?;
        fs::rename(&self.temporary, &self.path)
            .map_err(TableError::io(&self.path, "rename the finished file"))?;
        self.file = None;
        sync_folder(&self.path).map_err(TableError::io(&self.path, "write the folder to the disk"))
    }

    fn file(&self) -> &File {
        self.file.as_ref().expect("the file is open until `commit` takes the value")
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Nothing can be done where this fails: an error is already on its way to the caller.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Replaces the content of a file at once.
///
/// # Errors
/// The content cannot be written; a file of that name is then as it was.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), TableError> {
    let mut pending = Pending::create(path)?;
    pending.write_all(content).map_err(TableError::io(path, "write the file"))?;
    pending.commit()
}

/// `path` with one more extension.
pub(crate) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_committed_leaves_the_old_one_as_it_was() {
        let path = std::env::temp_dir().join(format!("pending_{}.txt", std::process::id()));
        replace(&path, b"old").unwrap();
        let mut pending = Pending::create(&path).unwrap();
        pending.write_all(b"new").unwrap();
        drop(pending);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert!(!beside(&path, "part").exists());
        fs::remove_file(&path).unwrap();
    }
}

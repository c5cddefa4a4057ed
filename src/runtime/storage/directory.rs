//! Bundles in a directory.

use std::fs::{self, DirEntry, File};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use tokio_util::sync::CancellationToken;

use crate::runtime::send_error::{SendError, SendErrorKind};
use crate::runtime::storage::content::Stored;
use crate::runtime::storage::names::Names;
use crate::runtime::storage::retention;
use crate::value::send_to::DirectorySettings;

/// The end of the name of a file that is not whole yet.
const UNFINISHED: &str = ".tmp";

/// A directory into which bundles are written, each in a file that is whole when it appears.
pub(crate) struct Directory {
    settings: DirectorySettings,
    names: Arc<Names>,
}

impl Directory {
    pub(crate) fn new(settings: DirectorySettings, names: Arc<Names>) -> Self {
        Self { settings, names }
    }

    /// Writes a bundle; blocks.
    pub(crate) fn write(&self, stored: &Stored) -> Result<(), SendError> {
        let (file, unfinished, path) = self
            .begin()
            .map_err(|error| failure(&self.settings.path, &error))?;
        let written = fill(file, stored).and_then(|()| self.finish(&unfinished, &path));
        if let Err(error) = written {
            // What cannot be removed either is old one day.
            let _ = fs::remove_file(&unfinished);
            return Err(failure(&path, &error));
        }
        tracing::info!(file = %path.display(), "stored a bundle");
        Ok(())
    }

    /// Gives a file its name, on the disk itself where a directory can be asked for that.
    fn finish(&self, unfinished: &Path, path: &Path) -> io::Result<()> {
        fs::rename(unfinished, path)?;
        if cfg!(unix) {
            File::open(&self.settings.path)?.sync_all()?;
        }
        Ok(())
    }

    /// A file for a bundle, its path, and the path that it will have in the end.
    fn begin(&self) -> io::Result<(File, PathBuf, PathBuf)> {
        loop {
            let name = self.names.next();
            let path = self.settings.path.join(&name);
            let unfinished = self.settings.path.join(name + UNFINISHED);
            // A replica may have chosen the same name. It is taken by who has the unfinished file,
            // and before that there was no other.
            match File::create_new(&unfinished) {
                Ok(_) if path.exists() => fs::remove_file(&unfinished)?,
                Ok(file) => return Ok((file, unfinished, path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Removes files of the connector that are older than the retention, also unfinished ones, which
    /// killed processes leave. Blocks, and stops at the next file when cancelled.
    pub(super) fn prune(&self, cancelled: &CancellationToken) {
        let days = retention(self.settings.retention_days);
        let Some(oldest) = days.and_then(|days| SystemTime::now().checked_sub(days)) else {
            return;
        };
        let path = &self.settings.path;
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries.flatten(),
            Err(error) => {
                tracing::warn!(directory = %path.display(), %error, "cannot remove old bundles");
                return;
            }
        };
        let entries = entries.take_while(|_| !cancelled.is_cancelled());
        for entry in entries.filter(|entry| self.is_expired(entry, oldest)) {
            let file = entry.path();
            match fs::remove_file(&file) {
                Ok(()) => tracing::debug!(file = %file.display(), "removed an old bundle"),
                // By a replica.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    tracing::warn!(file = %file.display(), %error, "cannot remove an old bundle");
                }
            }
        }
    }

    fn is_expired(&self, entry: &DirEntry, oldest: SystemTime) -> bool {
        let name = entry.file_name();
        let is_own = name.to_str().is_some_and(|name| {
            self.names
                .is_own(name.strip_suffix(UNFINISHED).unwrap_or(name))
        });
        let is_old = || {
            let metadata = entry.metadata()?;
            Ok::<_, io::Error>(metadata.is_file() && metadata.modified()? < oldest)
        };
        is_own && is_old().unwrap_or(false)
    }
}

/// Writes a bundle, to the disk itself.
fn fill(file: File, stored: &Stored) -> io::Result<()> {
    let mut writer = BufWriter::new(file);
    serde_json::to_writer(&mut writer, stored)?;
    writer.flush()?;
    writer.get_ref().sync_all()
}

fn failure(path: &Path, error: &io::Error) -> SendError {
    let advice = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            "make the directory, or correct CONNECTOR_SEND_TO_DIRECTORY_PATH"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let the connector's user write there"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "make room there"
        }
        _ => "look at CONNECTOR_SEND_TO_DIRECTORY_PATH",
    };
    let message = format!(
        "the bundle cannot be written to {}: {error}; {advice}",
        path.display()
    );
    SendError::new(SendErrorKind::Storage, message)
}

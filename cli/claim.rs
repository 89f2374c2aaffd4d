//! What a command may write to: a folder in which it works alone, and files that are its own.

use anyhow::Result;
use durable::{Error, FolderLock};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Takes a folder for a command that pins its settings there in the file `pin`. Where there is none, no
/// earlier run of the command was here, and whatever has one of the `names` that it writes is the
/// user's.
///
/// # Errors
/// [`Error::Busy`] if another process works there, [`Error::Taken`] if something is in the way.
pub fn folder<N: AsRef<Path>>(out: &Path, pin: &str, names: &[N]) -> Result<FolderLock> {
    let lock = FolderLock::take(out)?;
    if !is_there(&out.join(pin)) {
        free(names.iter().map(|name| out.join(name)))?;
    }
    Ok(lock)
}

/// Whether a page and the files beside it, which are written after it, may be: they are not there, or the
/// page is one of ours.
///
/// # Errors
/// [`Error::Taken`] if something is in the way.
pub fn page(page: &Path, beside: &[PathBuf]) -> Result<()> {
    if !is_there(page) {
        return free(beside.iter().cloned());
    }
    match studio::is_page(page) {
        true => Ok(()),
        false => Err(Error::Taken { path: page.to_owned() }.into()),
    }
}

/// Whether a table may be written: it is not there, or has this line on top.
///
/// # Errors
/// [`Error::Taken`] if something is in the way.
pub fn table(file: &Path, head: &str) -> Result<()> {
    let mut start = vec![0; head.len()];
    let mut is_ours = || File::open(file)?.read_exact(&mut start);
    if !is_there(file) || (file.is_file() && is_ours().is_ok() && start == head.as_bytes()) {
        return Ok(());
    }
    Err(Error::Taken { path: file.to_owned() }.into())
}

fn free(files: impl IntoIterator<Item = PathBuf>) -> Result<()> {
    match files.into_iter().find(|file| is_there(file)) {
        Some(path) => Err(Error::Taken { path }.into()),
        None => Ok(()),
    }
}

/// Whether there is something, if only a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_of_an_earlier_run_is_taken_and_a_file_of_the_users_stays() {
        let temp = tempfile::tempdir().unwrap();
        let out = temp.path();
        fs::write(out.join("notes.txt"), "mine").unwrap();
        drop(folder(out, "it.toml", &["it.json"]).unwrap());
        fs::write(out.join("it.json"), "mine").unwrap();
        let error = folder(out, "it.toml", &["it.json"]).unwrap_err().to_string();
        assert!(error.contains("it.json") && error.contains("choose another --out"), "{error}");
        fs::write(out.join("it.toml"), "").unwrap();
        let lock = folder(out, "it.toml", &["it.json"]).unwrap();
        let error = folder(out, "it.toml", &["it.json"]).unwrap_err().to_string();
        assert!(error.contains("another process"), "{error}");
        drop(lock);
        assert_eq!(fs::read_dir(out).unwrap().count(), 3);
    }

    #[test]
    fn pages_and_tables_are_told_from_files_of_the_users() {
        let temp = tempfile::tempdir().unwrap();
        let (html, json) = (temp.path().join("a.html"), temp.path().join("a.json"));
        let both = || page(&html, std::slice::from_ref(&json));
        both().unwrap();
        fs::write(&json, "mine").unwrap();
        assert!(both().unwrap_err().to_string().contains("a.json"));
        studio::Page::new("a", "").write(&html).unwrap();
        both().unwrap();
        fs::write(&html, "mine").unwrap();
        assert!(both().unwrap_err().to_string().contains("a.html"));

        let csv = temp.path().join("a.csv");
        table(&csv, "id,x\n").unwrap();
        fs::write(&csv, "id,x\n1,2\n").unwrap();
        table(&csv, "id,x\n").unwrap();
        fs::write(&csv, "id").unwrap();
        assert!(table(&csv, "id,x\n").is_err());
    }
}

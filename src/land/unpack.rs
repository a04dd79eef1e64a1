//! The bytes of an export file, gzip taken off and counted.

use crate::error::{Error, Result};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The first sign that is no white space, unpacked; a file that does not unpack has none.
pub fn first_sign(path: &Path, key: &str) -> Result<Option<u8>> {
    let (mut text, _) = unpacked(path, key)?;
    let mut head = [0u8; 64];
    let mut got = 0;
    while got < head.len() {
        match text.read(&mut head[got..]) {
            Ok(0) | Err(_) => break,
            Ok(count) => got += count,
        }
    }
    let head = head[..got].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head[..got]);
    Ok(head.iter().find(|byte| !byte.is_ascii_whitespace()).copied())
}

/// The bytes of a file, gzip taken off, and how many of the file's have been read.
pub fn unpacked(path: &Path, key: &str) -> Result<(Box<dyn BufRead + Send>, Arc<AtomicU64>)> {
    let mut file = File::open(path).map_err(|error| unreadable(key, &error))?;
    let mut magic = [0u8; 2];
    let got = read_up_to(&mut file, &mut magic).map_err(|error| unreadable(key, &error))?;
    let file = File::open(path).map_err(|error| unreadable(key, &error))?;
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: BufReader::with_capacity(1 << 18, file), read: Arc::clone(&read) };
    if magic[..got] == [0x1f, 0x8b] {
        return Ok((Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(counted))), read));
    }
    Ok((Box::new(BufReader::with_capacity(1 << 18, counted)), read))
}

pub fn unreadable(key: &str, error: &std::io::Error) -> Error {
    let remedy = if error.kind() == std::io::ErrorKind::NotFound {
        "the manifest or the config names it: deliver it, or take it off the list"
    } else {
        "check the file's permissions"
    };
    Error::source(key, format!("cannot be opened: {error}"), remedy)
}

pub fn read_up_to(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match file.read(&mut buffer[got..])? {
            0 => break,
            count => got += count,
        }
    }
    Ok(got)
}

/// Counts bytes for the progress bar.
pub struct Counted<R> {
    pub inner: R,
    pub read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

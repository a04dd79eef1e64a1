//! What makes a delivery recognisable: the bytes of its files, not their names or dates.

use super::Announced;
use crate::error::{Error, Result};
use crate::focus::{Delivery, ExportFile};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;

/// The delivery of files whose hashes are known, with its content id.
pub fn delivery(announced: &Announced, hashes: Vec<String>) -> Delivery {
    let Announced { source, format, kind, months, range, files, origin } = announced.clone();
    // Files of two datasets that change places are another delivery.
    let of_dataset = |(file, hash): (&ExportFile, &String)| match file.dataset.as_str() {
        "" => hash.clone(),
        dataset => format!("{hash} {dataset}"),
    };
    let mut sorted: Vec<String> = files.iter().zip(&hashes).map(of_dataset).collect();
    sorted.sort_unstable();
    let mut all = Sha256::new();
    for hash in &sorted {
        all.update(hash.as_bytes());
        all.update(b"\n");
    }
    let id: String = hex(&all.finalize()).chars().take(16).collect();
    // The same bytes as the complete state of a range of export times are another delivery: other rows of other
    // dumps do not count beside it.
    let id = match range {
        None => id,
        Some(of) => hex(&Sha256::digest(format!("{id} {} {}", of.from, of.to))).chars().take(16).collect(),
    };
    Delivery { id, source, format, kind, months, range, files, hashes, origin }
}

pub fn sha256(file: &ExportFile) -> Result<String> {
    let unreadable = |error: std::io::Error| {
        Error::source(&file.key, format!("cannot be read: {error}"), "check the file's permissions")
    };
    let mut input = File::open(&file.path).map_err(unreadable)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        match input.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

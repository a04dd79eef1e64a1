//! What makes a delivery recognisable: the bytes of its files, not their names or dates.

use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Delivery, DeliveryKind, ExportFile, ExportRange};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;

/// A delivery of files in the order given, with its content id.
pub fn delivery(
    source: &str,
    format: &'static str,
    kind: DeliveryKind,
    months: Vec<BillingMonth>,
    files: Vec<ExportFile>,
    origin: String,
) -> Result<Delivery> {
    let hashes: Vec<String> = files.iter().map(sha256).collect::<Result<_>>()?;
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
    Ok(Delivery { id, source: source.into(), format, kind, months, range: None, files, hashes, origin })
}

/// The same bytes as the complete state of a range of export times are another delivery: other rows of other
/// dumps do not count beside it.
pub fn of_range(delivery: Delivery, range: Option<ExportRange>) -> Delivery {
    let Some(of) = range else { return delivery };
    let hash = Sha256::digest(format!("{} {} {}", delivery.id, of.from, of.to));
    Delivery { id: hex(&hash).chars().take(16).collect(), range, ..delivery }
}

fn sha256(file: &ExportFile) -> Result<String> {
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

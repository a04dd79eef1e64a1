//! The extract stage alone: fetches and hashes what lies below a URL, and ends. `benches/run extract` measures it.
//!
//! `extract URL FOLDER`: endpoint and credentials as the provider's environment says.

use costmill::error::{Error, Result};
use costmill::extract::{DeclaredSet, Exports, Location, Read};
use costmill::focus::{StoreAddress, StoreKind};
use costmill::format;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

fn main() -> std::process::ExitCode {
    costmill::tls::install_provider();
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let (Some(url), Some(folder)) = (words.next(), words.next()) else {
        tell("extract URL FOLDER\n");
        return 2.into();
    };
    match extract(&url, Path::new(&folder)) {
        Ok(bytes) => {
            tell(&format!("{bytes} bytes\n"));
            0.into()
        }
        Err(error) => {
            tell(&format!("{error}\n"));
            1.into()
        }
    }
}

/// Reads every file of the location as one delivery; the bytes that arrived.
fn extract(url: &str, folder: &Path) -> Result<u64> {
    let wrong = |what: &str| Error::settings(url, what, "name a bucket and a path: s3://bucket/path");
    let (bucket, prefix) =
        url.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).ok_or_else(|| wrong("no"))?;
    let address = StoreAddress {
        kind: StoreKind::S3,
        bucket: bucket.into(),
        prefix: prefix.into(),
        account: None,
        endpoint: None,
        region: None,
        profile: None,
        role: None,
        credential_file: None,
        allow_http: true,
        parallel_fetches: 4,
    };
    let set = DeclaredSet {
        months: vec!["2026-10".parse().map_err(|_| wrong("no month"))?],
        range: None,
        dataset: None,
        files: vec!["*.parquet".into()],
    };
    let location = Location {
        source: "bench".into(),
        folder: PathBuf::from(url),
        store: Some(address),
        dataset: None,
        file_sets: vec![set],
    };
    let format = format::find("focus").ok_or_else(|| wrong("there is no format `focus`"))?;
    let mut exports = Exports::open(location, format, folder)?;
    let found = exports.find(None)?;
    let arrived = AtomicU64::new(0);
    for announced in &found.announced {
        match exports.read(announced, &|bytes| _ = arrived.fetch_add(bytes, Ordering::Relaxed))? {
            Read::Delivery(_) => {}
            Read::Waits((_, error)) | Read::Refused((_, error)) => return Err(error),
        }
    }
    Ok(arrived.into_inner())
}

fn tell(text: &str) {
    use std::io::Write;
    _ = std::io::stderr().write_all(text.as_bytes());
}

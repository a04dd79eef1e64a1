//! Where an object store is, and how it is reached: what settings say and extract connects to.

use std::fmt;
use std::path::{Path, PathBuf};

/// Whose interface a store speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// Amazon S3, and what speaks like it.
    S3,
    /// Azure Blob Storage, flat or with hierarchical namespace.
    Blob,
    /// Google Cloud Storage.
    Gcs,
}

/// A bucket or container, the path in it, and how to get there. It holds no secret, so it may be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreAddress {
    pub kind: StoreKind,
    /// The bucket, or the container.
    pub bucket: String,
    /// The path in it, without `/` at either end; empty for all of it.
    pub prefix: String,
    /// The storage account of a container, where the location names it.
    pub account: Option<String>,
    /// Instead of the provider's own.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    /// The profile of the provider's shared configuration files.
    pub profile: Option<String>,
    /// A role to take on with the credentials that are found, by its ARN.
    pub role: Option<String>,
    /// A file with the credential, instead of the provider's chain.
    pub credential_file: Option<PathBuf>,
    /// Speak HTTP without TLS to an endpoint on this machine.
    pub allow_http: bool,
    /// Files fetched at the same time.
    pub parallel_fetches: usize,
}

/// Where a lake is: a folder, or an object store with a folder of this machine as its cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LakeLocation {
    /// The lake; of one in a store, the cache.
    pub folder: PathBuf,
    pub store: Option<StoreAddress>,
}

impl From<&Path> for LakeLocation {
    fn from(folder: &Path) -> Self {
        Self { folder: folder.into(), store: None }
    }
}

impl From<&PathBuf> for LakeLocation {
    fn from(folder: &PathBuf) -> Self {
        folder.as_path().into()
    }
}

impl From<&str> for LakeLocation {
    fn from(folder: &str) -> Self {
        Path::new(folder).into()
    }
}

impl From<&LakeLocation> for LakeLocation {
    fn from(location: &LakeLocation) -> Self {
        location.clone()
    }
}

/// The folder or the URL, as a reader of messages knows it.
impl fmt::Display for LakeLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.store {
            Some(store) => store.fmt(f),
            None => self.folder.display().fmt(f),
        }
    }
}

/// Is it `localhost`, `127.0.0.0/8` or `[::1]`? `authority` is what follows `://` in a URL, a port and a path included.
pub fn is_loopback(authority: &str) -> bool {
    let authority = authority.split('/').next().unwrap_or(authority);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let v4 = host.strip_prefix("127.").map(|rest| rest.split('.').map(str::parse::<u8>).collect::<Vec<_>>());
    host == "localhost" || host == "[::1]" || v4.is_some_and(|rest| rest.len() == 3 && rest.iter().all(Result::is_ok))
}

/// As a URL, with account or bucket and path: what stands in messages and in front of file names.
impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, bucket, prefix, account, endpoint, .. } = self;
        match (kind, account.as_ref().filter(|_| endpoint.is_none())) {
            (StoreKind::S3, _) => write!(f, "s3://{bucket}")?,
            (StoreKind::Gcs, _) => write!(f, "gs://{bucket}")?,
            (StoreKind::Blob, Some(account)) => write!(f, "https://{account}.blob.core.windows.net/{bucket}")?,
            (StoreKind::Blob, None) => write!(f, "az://{bucket}")?,
        }
        if prefix.is_empty() { Ok(()) } else { write!(f, "/{prefix}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_and_no_other() {
        for host in ["localhost", "localhost:80", "127.0.0.1:1/x", "127.9.9.9", "[::1]:80", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example.com",
            "10.0.0.1",
            "example.com:80",
            "[::2]",
            "128.0.0.1",
            "127.0.0.1.example.com",
            "127.x",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}

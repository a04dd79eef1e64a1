//! Where nothing may be delivered: the places that a run reads, and those that it keeps for itself.

use super::Source;
use crate::focus::{LakeLocation, StoreAddress};
use std::path::{Path, PathBuf};

/// A place that is taken.
pub(super) struct Taken {
    what: String,
    at: PathBuf,
    store: Option<StoreAddress>,
    /// Folders below it are free.
    below: bool,
}

/// The lake, the output, the configuration's folder and the locations of the sources.
pub(super) fn taken(lake: &LakeLocation, output: &Path, folder: &Path, sources: &[Source]) -> Vec<Taken> {
    let of = |what: &str, at: &Path| Taken { what: what.into(), at: at.into(), store: None, below: false };
    let mut all = vec![of("the output", output)];
    all.push(Taken { below: true, ..of("the configuration's folder", folder) });
    let name = if lake.store.is_some() { "the lake's cache" } else { "the lake" };
    all.push(of(name, &lake.folder));
    all.extend(lake.store.clone().map(|store| Taken { store: Some(store), ..of("the lake", Path::new("")) }));
    all.extend(sources.iter().map(|source| Taken {
        store: source.store.clone(),
        ..of(&format!("the location of source {}", source.id), &source.location)
    }));
    all
}

/// What a delivery there would get in the way of.
pub(super) fn in_the_way<'a>(to: &Path, store: Option<&StoreAddress>, taken: &'a [Taken]) -> Option<&'a str> {
    let meets = |taken: &&Taken| match (store, &taken.store) {
        (None, None) => {
            let (to, at) = (whole(to), whole(&taken.at));
            at.starts_with(&to) || (!taken.below && to.starts_with(&at))
        }
        (Some(store), Some(other)) => {
            let (to, at) = (Path::new(&store.prefix), Path::new(&other.prefix));
            let one_bucket = (store.kind, &store.bucket, &store.account, &store.endpoint)
                == (other.kind, &other.bucket, &other.account, &other.endpoint);
            one_bucket && (to.starts_with(at) || at.starts_with(to))
        }
        _ => false,
    };
    taken.iter().find(meets).map(|taken| taken.what.as_str())
}

/// As the file system knows it, as far as it is there.
fn whole(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let there = absolute.ancestors().find_map(|above| {
        let rest = absolute.strip_prefix(above).ok()?;
        Some(above.canonicalize().ok()?.join(rest))
    });
    there.unwrap_or(absolute)
}

//! Several files at once, and what is learned of them.

use super::Store;
use super::transfer::{GONE, Trouble, changed, transfer};
use crate::error::{Error, Result};
use crate::extract::tree::Advance;
use futures_util::StreamExt;
use std::collections::BTreeMap;

impl Store {
    /// Fetches files, several at once; the SHA-256 of each. The first trouble, in their order, is the error; after one
    /// that another look at the location does not end, no further file is begun. After one of the whole store, nothing
    /// is asked for any more.
    pub(super) fn transfers(&self, keys: &[&str], advance: Advance<'_>) -> Result<BTreeMap<String, String>> {
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        if let Some(down) = &*self.down.borrow() {
            return Err(down.clone());
        }
        let mut jobs = Vec::new();
        for key in keys {
            // Listed when it was found, and not when the location was looked at again.
            let Some(listed) = self.files.get(*key) else {
                return Err(self.has_changed(key, changed(&self.place(key), GONE)));
            };
            jobs.push((*key, self.place(key), self.wanted(key, listed)));
        }
        let (door, patience) = (&self.door, &self.patience);
        let work = futures_util::stream::iter(jobs)
            .map(|(key, place, wanted)| async move {
                let outcome = transfer(door, &place, &wanted, patience, advance).await;
                let learned = outcome.map(|fetched| {
                    let what = (fetched.hash.as_str(), fetched.is_proven);
                    self.index.borrow_mut().learn(key, wanted.tag.as_deref(), wanted.size, what);
                    fetched.hash
                });
                (key, learned)
            })
            .buffered(self.address.parallel_fetches);
        let mut work = std::pin::pin!(work);
        let (mut hashes, mut first) = (BTreeMap::new(), None);
        self.runtime.block_on(async {
            while let Some((key, outcome)) = work.next().await {
                match outcome {
                    Ok(hash) => {
                        hashes.insert(key.to_string(), hash);
                    }
                    Err(trouble) => {
                        let is_hopeless = !matches!(trouble, Trouble::Changed(_));
                        first = first.take().or(Some((key, trouble)));
                        if is_hopeless {
                            break;
                        }
                    }
                }
            }
        });
        // What did arrive is not asked for again, whatever became of the rest.
        self.index.borrow_mut().write()?;
        match first {
            None => Ok(hashes),
            Some((_, Trouble::Failed(error))) => Err(error),
            Some((_, Trouble::Down(error))) => {
                *self.down.borrow_mut() = Some(error.clone());
                Err(error)
            }
            Some((key, Trouble::Changed(error))) => Err(self.has_changed(key, error)),
        }
    }

    fn has_changed(&self, key: &str, error: Error) -> Error {
        self.index.borrow_mut().forget(key);
        *self.changed.borrow_mut() = Some(error.clone());
        error
    }
}

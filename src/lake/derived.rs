//! The derived tables on disk: `derived/<billing month>/<table>.parquet`, the newest state.
//!
//! They can be made again from what is published, so nothing names them by their hash: a run
//! replaces the folder of a billing period as one, after its commit. A run that dies before that
//! leaves the old folder, and the next run replaces it. In a store: [`super::derived_store`].

use super::folder::put_in_place;
use super::root::Lake;
use super::{disk, scan, write};
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::BillingMonth;
use polars::prelude::{DataFrame, LazyFrame, Schema};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

impl Lake {
    /// The rows of a derived table of a billing period; `None` where none was written.
    ///
    /// # Errors
    /// [`Error::Lake`] for a file with another schema, as another version of costmill writes it.
    pub fn derived(&self, month: BillingMonth, table: &str, schema: &Schema) -> Result<Option<LazyFrame>> {
        let path = match self.objects() {
            Some(objects) => match self.derived_file(objects, month, table)? {
                Some(path) => path,
                None => return Ok(None),
            },
            None => self.derived_folder(month).join(format!("{table}.parquet")),
        };
        if !path.exists() {
            return Ok(None);
        }
        if *scan::schema_of(&path)? != *schema {
            let what = "this table was written by another version of costmill";
            return Err(Error::lake(path.display().to_string(), what, "run `costmill run`: it is made again"));
        }
        scan::scan_parquet(&[path]).map(Some)
    }

    /// Replaces the derived tables of a billing period, all in one step; those that are the same
    /// already stay untouched. They were made of the lake's `version`: in a store, those of a newer one stay.
    pub fn put_derived(&self, month: BillingMonth, version: Option<i64>, tables: &[(&str, DataFrame)]) -> Result<()> {
        let fresh = self.temp()?.join(format!("derived-{month}"));
        disk::create_folder(&fresh)?;
        disk::empty_folder(&fresh)?;
        for (table, rows) in tables {
            let path = fresh.join(format!("{table}.parquet"));
            write::write_parquet(&mut rows.clone(), &path)?;
            disk::sync_file(&path)?;
        }
        if let Some(objects) = self.objects() {
            return self.share_derived(objects, (month, version), &fresh);
        }
        let target = self.derived_folder(month);
        if same_files(&fresh, &target)? {
            return disk::empty_folder(&fresh);
        }
        disk::sync_folder(&fresh)?;
        let parent = self.root().join("derived");
        disk::create_folder(&parent)?;
        fault::point("lake.before_derived");
        put_in_place(&fresh, &target)
            .map_err(|error| disk::io_error(&target, "the derived tables cannot be replaced", &error))?;
        disk::sync_folder(&parent)?;
        if fresh.exists() {
            fs::remove_dir_all(&fresh)
                .map_err(|error| disk::io_error(&fresh, "the old derived tables cannot be deleted", &error))?;
        }
        Ok(())
    }

    pub(super) fn derived_folder(&self, month: BillingMonth) -> PathBuf {
        self.root().join("derived").join(month.to_string())
    }
}

/// Do two folders hold the same files, byte for byte?
fn same_files(fresh: &Path, target: &Path) -> Result<bool> {
    let names = |folder: &Path| -> Result<BTreeSet<OsString>> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
            entries => entries.map_err(|error| disk::io_error(folder, "this folder cannot be read", &error))?,
        };
        Ok(entries.flatten().map(|entry| entry.file_name()).collect())
    };
    let found = names(fresh)?;
    if found != names(target)? {
        return Ok(false);
    }
    for name in found {
        if disk::hash_file(&fresh.join(&name))? != disk::hash_file(&target.join(&name))? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{Column, NamedFrom, Series};

    fn rows(values: &[i64]) -> DataFrame {
        DataFrame::new(values.len(), vec![Column::from(Series::new("x".into(), values))]).unwrap()
    }

    #[test]
    fn a_month_is_replaced_whole_and_left_alone_when_nothing_changed() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(&folder.path().join("lake")).unwrap();
        let month: BillingMonth = "2026-10".parse().unwrap();
        let read = |table: &str| {
            let frame = lake.derived(month, table, rows(&[]).schema()).unwrap();
            frame.map(|frame| scan::collect(frame).unwrap())
        };
        assert_eq!(read("a"), None);
        lake.put_derived(month, None, &[("a", rows(&[1, 2])), ("b", rows(&[3]))]).unwrap();
        assert_eq!((read("a"), read("b")), (Some(rows(&[1, 2])), Some(rows(&[3]))));
        let path = lake.derived_folder(month).join("a.parquet");
        let written = || fs::metadata(&path).unwrap().modified().unwrap();
        let before = written();
        lake.put_derived(month, None, &[("a", rows(&[1, 2])), ("b", rows(&[3]))]).unwrap();
        assert_eq!(written(), before);
        lake.put_derived(month, None, &[("a", rows(&[1, 5]))]).unwrap();
        assert_eq!((read("a"), read("b")), (Some(rows(&[1, 5])), None));
    }

    #[test]
    fn a_table_of_another_schema_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(&folder.path().join("lake")).unwrap();
        let month: BillingMonth = "2026-10".parse().unwrap();
        lake.put_derived(month, None, &[("a", rows(&[1]))]).unwrap();
        let error = lake.derived(month, "a", &Schema::default()).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("written by another version of costmill"), "{error}");
    }
}

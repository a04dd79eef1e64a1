//! The derived tables on disk: `derived/<billing month>/<table>.parquet`, the newest state.
//!
//! They can be made again from what is published, so nothing names them by their hash: a run
//! replaces the folder of a billing period as one, after its commit. A run that dies before that
//! leaves the old folder, and the next run replaces it.

use super::folder::put_in_place;
use super::root::Lake;
use super::{scan, store, write};
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::BillingMonth;
use polars::prelude::{DataFrame, LazyFrame, Schema};
use std::fs;
use std::path::PathBuf;

impl Lake {
    /// The rows of a derived table of a billing period; `None` where none was written.
    ///
    /// # Errors
    /// [`Error::Lake`] for a file with another schema, as another version of costmill writes it.
    pub fn derived(&self, month: BillingMonth, table: &str, schema: &Schema) -> Result<Option<LazyFrame>> {
        let path = self.derived_folder(month).join(format!("{table}.parquet"));
        if !path.exists() {
            return Ok(None);
        }
        if *scan::schema_of(&path)? != *schema {
            let what = "this table was written by another version of costmill";
            return Err(Error::lake(path.display().to_string(), what, "run `costmill run`: it is made again"));
        }
        scan::scan_parquet(&[path]).map(Some)
    }

    /// Replaces the derived tables of a billing period, all in one step.
    pub fn put_derived(&self, month: BillingMonth, tables: &[(&str, DataFrame)]) -> Result<()> {
        let fresh = self.temp()?.join(format!("derived-{month}"));
        store::create_folder(&fresh)?;
        store::empty_folder(&fresh)?;
        for (table, rows) in tables {
            let path = fresh.join(format!("{table}.parquet"));
            write::write_parquet(&mut rows.clone(), &path)?;
            store::sync_file(&path)?;
        }
        store::sync_folder(&fresh)?;
        let target = self.derived_folder(month);
        let parent = self.root().join("derived");
        store::create_folder(&parent)?;
        fault::point("lake.before_derived");
        put_in_place(&fresh, &target)
            .map_err(|error| store::io_error(&target, "the derived tables cannot be replaced", &error))?;
        store::sync_folder(&parent)?;
        if fresh.exists() {
            fs::remove_dir_all(&fresh)
                .map_err(|error| store::io_error(&fresh, "the old derived tables cannot be deleted", &error))?;
        }
        Ok(())
    }

    fn derived_folder(&self, month: BillingMonth) -> PathBuf {
        self.root().join("derived").join(month.to_string())
    }
}

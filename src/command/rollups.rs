//! The roll-up files of one slot, written frame by frame as the roll-ups hand them on.

use super::sabotage;
use super::tables::rollup_schema;
use crate::error::{Error, Result};
use crate::lake::{self, Lake, LakeFile, ParquetFile, StagedKind};
use crate::transform::rollup::Rollup;
use polars::prelude::{DataFrame, IntoLazy};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One file per roll-up, none of them staged yet.
pub struct RollupFiles {
    files: BTreeMap<Rollup, (PathBuf, ParquetFile)>,
}

impl RollupFiles {
    pub fn create(folder: &Path, dimensions: &[String]) -> Result<Self> {
        let file = |table: Rollup| {
            let path = folder.join(format!("{}.parquet", table.name()));
            let file = ParquetFile::create(&path, &rollup_schema(table, dimensions), true)?;
            Ok((table, (path, file)))
        };
        Ok(Self { files: Rollup::ALL.into_iter().map(file).collect::<Result<_>>()? })
    }

    pub fn append(&mut self, table: Rollup, rows: DataFrame) -> Result<()> {
        // The roll-ups that hold every charge share a stage; the others have one of their own.
        let stage = if table.is_whole() { "rollup" } else { table.name() };
        let mut rows = lake::collect(sabotage::rows(stage, rows.lazy()))?;
        let (_, file) = self.files.get_mut(&table).ok_or_else(|| Error::bug(table.name(), "has no file"))?;
        file.append(&mut rows)
    }

    /// Finishes and stages every file.
    pub fn stage(self, lake: &Lake) -> Result<BTreeMap<String, LakeFile>> {
        let stage = |(table, (path, file)): (Rollup, (PathBuf, ParquetFile))| {
            let rows = file.finish()?;
            Ok((table.name().to_string(), lake.stage(StagedKind::Rollup(table.name()), &path, rows)?))
        };
        self.files.into_iter().map(stage).collect()
    }
}

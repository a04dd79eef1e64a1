//! From files to frames, and the one place where a frame becomes rows.

use super::deep::on_deep_stack;
use super::disk;
use super::record::{LakeFile, SlotRecord};
use super::root::Lake;
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::focus::{Slot, frame};
use polars::prelude::{
    DataFrame, DataType, Engine, Expr, HiveOptions, IntoLazy, LazyFrame, NULL, PlRefPath, PlSmallStr, PolarsError,
    PolarsResult, ScanArgsParquet, Schema, SchemaRef, UnionArgs, col, concat, lit,
};
use std::path::{Path, PathBuf};

/// The rows of these files, in this order. All have one schema, that of the first.
pub fn scan_parquet(paths: &[PathBuf]) -> Result<LazyFrame> {
    if paths.is_empty() {
        return Err(Error::bug("scan", "no file to read: an empty table needs its schema"));
    }
    let scanned = paths.iter().map(|path| PlRefPath::try_from_path(path)).collect::<PolarsResult<Vec<_>>>();
    let args = ScanArgsParquet {
        // A path is a path: `*` and `[` in a folder's name are no pattern, `x_SourceId=` is in the file already.
        glob: false,
        hive_options: HiveOptions::new_disabled(),
        rechunk: false,
        ..ScanArgsParquet::default()
    };
    let scanned = scanned.and_then(|paths| LazyFrame::scan_parquet_files(paths.into_iter().collect(), args));
    scanned.map_err(|e| polars_error(&paths[0], &e))
}

/// Runs a frame on the streaming engine. The only collect of the project.
///
/// # Errors
/// [`Error::Lake`] when a file cannot be read, [`Error::Bug`] for a plan that cannot run. Decimal
/// sums past 38 digits wrap silently in this engine: bound Σ|x| where money is published.
pub fn collect(frame: LazyFrame) -> Result<DataFrame> {
    on_deep_stack(|| {
        let result =
            frame.collect_with_engine(Engine::Streaming).map_err(|e| polars_error(Path::new("collect"), &e))?;
        // Several results come from `collect_all` alone; one frame has one.
        Ok(result.unwrap_single())
    })
}

impl Snapshot {
    /// All rows of `cost`: slots in order, files in the order of their record.
    pub fn cost(&self, lake: &Lake) -> Result<LazyFrame> {
        let files = self.slots.values().flat_map(|record| record.cost.iter().map(move |file| (record, file)));
        scan_as(lake, "cost", files, &frame::schema())
    }

    /// The rows of one slot of `cost`.
    pub fn cost_of(&self, lake: &Lake, slot: &Slot) -> Result<LazyFrame> {
        let record = self.slots.get(slot).into_iter();
        scan_as(
            lake,
            "cost",
            record.flat_map(|record| record.cost.iter().map(move |file| (record, file))),
            &frame::schema(),
        )
    }

    /// All rows of a roll-up, slots in order. `wanted` is its schema. A slot that was closed with other columns has
    /// null in those that it does not know, and goes without those that nobody asks for any more.
    pub fn rollup(&self, lake: &Lake, table: &str, wanted: &Schema) -> Result<LazyFrame> {
        let files = self.slots.values().filter_map(|record| Some((record, record.rollups.get(table)?)));
        scan_as(lake, table, files, wanted)
    }
}

/// Files of a table in their order, each with the columns of `wanted`.
fn scan_as<'a>(
    lake: &Lake,
    table: &str,
    files: impl Iterator<Item = (&'a SlotRecord, &'a LakeFile)>,
    wanted: &Schema,
) -> Result<LazyFrame> {
    let files: Vec<(&SlotRecord, &LakeFile)> = files.collect();
    lake.files(files.iter().map(|(_, file)| *file))?;
    // Neighbours with the same columns are one scan.
    let mut runs: Vec<(&[String], Vec<PathBuf>)> = Vec::new();
    for (record, file) in files {
        let columns = record.columns.get(table).map(Vec::as_slice).unwrap_or_default();
        let own = columns.iter().map(String::as_str).ne(wanted.iter_names().map(PlSmallStr::as_str));
        let columns = if own { columns } else { &[] };
        match runs.last_mut() {
            Some((of, paths)) if *of == columns => paths.push(lake.here(&file.path)),
            _ => runs.push((columns, vec![lake.here(&file.path)])),
        }
    }
    let mut frames = Vec::new();
    for (columns, paths) in runs {
        let scanned = scan_parquet(&paths)?;
        frames.push(if columns.is_empty() { scanned } else { scanned.select(adapted(columns, wanted)) });
    }
    match frames.len() {
        0 => Ok(DataFrame::empty_with_schema(wanted).lazy()),
        1 => Ok(frames.remove(0)),
        _ => concat(frames, UnionArgs { rechunk: false, parallel: true, ..UnionArgs::default() })
            .map_err(|e| polars_error(lake.root(), &e)),
    }
}

/// The columns of `wanted`, a typed null for each that is not there.
fn adapted(columns: &[String], wanted: &Schema) -> Vec<Expr> {
    let column = |(name, kind): (&PlSmallStr, &DataType)| match columns.iter().any(|known| known == name.as_str()) {
        true => col(name.clone()),
        false => lit(NULL).cast(kind.clone()).alias(name.clone()),
    };
    wanted.iter().map(column).collect()
}

/// The columns of a Parquet file, from its footer.
pub(super) fn schema_of(path: &Path) -> Result<SchemaRef> {
    scan_parquet(&[path.to_path_buf()])?.collect_schema().map_err(|e| polars_error(path, &e))
}

/// The disk's errors are the operator's, all others are ours.
pub(super) fn polars_error(place: &Path, error: &PolarsError) -> Error {
    match error {
        PolarsError::IO { error: cause, .. } => {
            Error::lake(place.display().to_string(), error.to_string(), disk::remedy(cause.kind()))
        }
        PolarsError::Context { error: inner, .. } if matches!(**inner, PolarsError::IO { .. }) => {
            polars_error(place, inner)
        }
        _ => Error::bug(place.display().to_string(), error.to_string()),
    }
}

//! From files to frames, and the one place where a frame becomes rows.

use super::deep::on_deep_stack;
use super::root::Lake;
use super::snapshot::Snapshot;
use super::store;
use crate::error::{Error, Result};
use crate::focus::{Slot, frame};
use polars::prelude::{
    DataFrame, Engine, HiveOptions, IntoLazy, LazyFrame, PlRefPath, PolarsError, PolarsResult, ScanArgsParquet, Schema,
    SchemaRef,
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
        let files = self.slots.values().flat_map(|record| &record.cost);
        scan_or_empty(files.map(|file| lake.path(file)).collect(), &frame::schema())
    }

    /// The rows of one slot of `cost`.
    pub fn cost_of(&self, lake: &Lake, slot: &Slot) -> Result<LazyFrame> {
        let files = self.slots.get(slot).into_iter().flat_map(|record| &record.cost);
        scan_or_empty(files.map(|file| lake.path(file)).collect(), &frame::schema())
    }

    /// All rows of a roll-up, slots in order. `empty` is its schema, for when there is none.
    pub fn rollup(&self, lake: &Lake, table: &str, empty: &Schema) -> Result<LazyFrame> {
        let files = self.slots.values().filter_map(|record| record.rollups.get(table));
        scan_or_empty(files.map(|file| lake.path(file)).collect(), empty)
    }
}

fn scan_or_empty(paths: Vec<PathBuf>, schema: &Schema) -> Result<LazyFrame> {
    if paths.is_empty() { Ok(DataFrame::empty_with_schema(schema).lazy()) } else { scan_parquet(&paths) }
}

/// The columns of a Parquet file, from its footer.
pub(super) fn schema_of(path: &Path) -> Result<SchemaRef> {
    scan_parquet(&[path.to_path_buf()])?.collect_schema().map_err(|e| polars_error(path, &e))
}

/// The disk's errors are the operator's, all others are ours.
pub(super) fn polars_error(place: &Path, error: &PolarsError) -> Error {
    match error {
        PolarsError::IO { error: cause, .. } => {
            Error::lake(place.display().to_string(), error.to_string(), store::remedy(cause.kind()))
        }
        PolarsError::Context { error: inner, .. } if matches!(**inner, PolarsError::IO { .. }) => {
            polars_error(place, inner)
        }
        _ => Error::bug(place.display().to_string(), error.to_string()),
    }
}

//! The table's first commit: its protocol, its columns, its settings.

use super::PARTITION_COLUMNS;
use crate::error::{Error, Result};
use crate::focus::{Kind, column};
use deltalake_core::kernel::{Action, DataType, Protocol, StructField, StructType, new_metadata};

/// Commits between checkpoints: readers replay at most so many log entries.
pub const CHECKPOINT_INTERVAL: u64 = 10;

/// What every writer of this table must keep to, ours or not. History is the audit trail: "what
/// did we believe on the 3rd" must stay answerable, so nothing expires by itself.
fn settings() -> [(&'static str, String); 5] {
    [
        ("delta.enableExpiredLogCleanup", "false".into()),
        ("delta.logRetentionDuration", "interval 3650 days".into()),
        ("delta.deletedFileRetentionDuration", "interval 3650 days".into()),
        ("delta.checkpointInterval", CHECKPOINT_INTERVAL.to_string()),
        // Readers use the ranges of every column that has them, not of the first 32.
        ("delta.dataSkippingNumIndexedCols", "-1".into()),
    ]
}

/// The actions that make the table: protocol and metadata.
pub fn creation() -> Result<Vec<Action>> {
    let bug = |e: String| Error::bug("the table `cost`", e);
    // The oldest protocol that holds our types: every Delta reader reads it.
    let protocol = serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 });
    let protocol: Protocol = serde_json::from_value(protocol).map_err(|e| bug(e.to_string()))?;
    let fields = column::all().map(|column| {
        // Nullable throughout: the proof and the conformance tests say what may be empty, the
        // files mark every column as optional, and readers differ on a mismatch.
        Ok(StructField::nullable(column.name, data_type(column.kind)?))
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    let schema = StructType::try_new(fields).map_err(|e| bug(e.to_string()))?;
    let metadata = new_metadata(&schema, PARTITION_COLUMNS, settings()).map_err(|e| bug(e.to_string()))?;
    Ok(vec![Action::Protocol(protocol), Action::Metadata(metadata)])
}

/// The one canonical Delta type per kind; beside `focus::frame::data_type`.
fn data_type(kind: Kind) -> Result<DataType> {
    let decimal = |scale| DataType::decimal(38, scale).map_err(|e| Error::bug("the table `cost`", e.to_string()));
    Ok(match kind {
        Kind::Text | Kind::Json => DataType::STRING,
        Kind::Time => DataType::TIMESTAMP,
        Kind::Date => DataType::DATE,
        Kind::Cost | Kind::Price => decimal(18)?,
        Kind::Quantity => decimal(10)?,
        Kind::Integer => DataType::LONG,
    })
}

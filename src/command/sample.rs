//! `costmill sample`: the synthetic estate.

use super::console::Console;
use crate::cli::{Sample, SampleExport};
use crate::error::Result;
use crate::sample::{Export, SampleOptions, generate};

/// Parts per delivery, as a real report of some size has.
const PARTS: u32 = 3;

pub fn run(sample: &Sample, console: Console) -> Result<u8> {
    let options = SampleOptions {
        rows: sample.rows,
        months: sample.months,
        seed: sample.seed,
        first_month: sample.first_month,
        parts: PARTS,
        teams: sample.teams,
        exports: sample.exports.iter().copied().map(export).collect(),
    };
    let summary = generate(&options, &sample.out)?;
    console.say(&format!(
        "{} rows in {} files, {} bytes, in {}",
        summary.rows,
        summary.files,
        summary.bytes,
        sample.out.display()
    ));
    Ok(0)
}

fn export(typed: SampleExport) -> Export {
    match typed {
        SampleExport::AwsCurLegacy => Export::CurLegacy,
        SampleExport::AwsCur2Parquet => Export::Cur2Parquet,
        SampleExport::AwsCur2Csv => Export::Cur2Csv,
        SampleExport::AwsFocus => Export::Focus,
        SampleExport::AwsFocusCsv => Export::FocusCsv,
        SampleExport::AzureCostDetails => Export::AzureCostDetails,
        SampleExport::AzureFocus => Export::AzureFocus,
        SampleExport::GcpDetailedUsage => Export::GcpDetailedUsage,
        SampleExport::GcpStandardUsage => Export::GcpStandardUsage,
        SampleExport::GcpFocus => Export::GcpFocus,
    }
}

//! The export formats of the sample, each a [`Sink`] of the same rows.

mod csv_part;
mod cur2;
mod cur2_columns;
mod data_export;
mod discount;
mod figure;
mod focus;
mod focus_charge;
mod focus_columns;
mod legacy;
mod line;
mod parquet_part;

use std::path::Path;

use crate::error::{Error, Result};
use crate::sample::sink::Sink;
use cur2::{Cur2, DiscountForm};
use data_export::{DataExport, FileKind, Overwrite};
use focus::Focus;

/// An export that the sample can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Export {
    /// The legacy Cost and Usage Report, gzip CSV.
    CurLegacy,
    /// CUR 2.0 of Data Exports, Parquet with map columns.
    Cur2Parquet,
    /// CUR 2.0 of Data Exports, gzip CSV with maps as JSON.
    Cur2Csv,
    /// FOCUS 1.2 of Data Exports, Parquet with map columns.
    Focus,
    /// The same, gzip CSV.
    FocusCsv,
    /// Azure cost details, actual and amortised, gzip CSV.
    AzureCostDetails,
    /// Microsoft's FOCUS 1.2 export of the same charges, gzip CSV.
    AzureFocus,
    /// Google Cloud's detailed usage cost table, dumps as Parquet and JSON lines.
    GcpDetailedUsage,
    /// Its standard one, of the same charges.
    GcpStandardUsage,
    /// Its FOCUS table, of the same charges.
    GcpFocus,
}

/// Whose bill it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cloud {
    Aws,
    Azure,
    Gcp,
}

impl Cloud {
    pub fn word(self) -> &'static str {
        match self {
            Cloud::Aws => "aws",
            Cloud::Azure => "azure",
            Cloud::Gcp => "gcp",
        }
    }
}

impl Export {
    /// Those of the AWS bill, which have the same rows.
    #[cfg(test)]
    pub const OF_AWS: [Export; 5] =
        [Export::CurLegacy, Export::Cur2Parquet, Export::Cur2Csv, Export::Focus, Export::FocusCsv];

    pub fn cloud(self) -> Cloud {
        match self {
            Export::AzureCostDetails | Export::AzureFocus => Cloud::Azure,
            Export::GcpDetailedUsage | Export::GcpStandardUsage | Export::GcpFocus => Cloud::Gcp,
            _ => Cloud::Aws,
        }
    }

    /// The word on the command line, and the folder under the sample that stands for the bucket.
    pub fn word(self) -> &'static str {
        match self {
            Export::CurLegacy => "aws-cur-legacy",
            Export::Cur2Parquet => "aws-cur2-parquet",
            Export::Cur2Csv => "aws-cur2-csv",
            Export::Focus => "aws-focus",
            Export::FocusCsv => "aws-focus-csv",
            Export::AzureCostDetails => "azure-cost-details",
            Export::AzureFocus => "azure-focus",
            Export::GcpDetailedUsage => "gcp-detailed-usage",
            Export::GcpStandardUsage => "gcp-standard-usage",
            Export::GcpFocus => "gcp-focus",
        }
    }

    /// The format of the source in `costmill.toml`, and where under the folder its export begins.
    pub fn source(self) -> (&'static str, &'static str) {
        match self {
            Export::CurLegacy => ("aws-cur-legacy", "exports/nightly"),
            Export::Cur2Parquet | Export::Cur2Csv => ("aws-cur2", "exports/nightly"),
            Export::Focus | Export::FocusCsv => ("aws-focus", "exports/nightly"),
            Export::AzureCostDetails => ("azure-cost-details", "cost-exports"),
            Export::AzureFocus => ("azure-focus", "cost-exports"),
            Export::GcpDetailedUsage => ("gcp-detailed-usage", "billing"),
            Export::GcpStandardUsage => ("gcp-standard-usage", "billing"),
            Export::GcpFocus => ("gcp-focus", "billing"),
        }
    }

    /// The writer of one of the AWS bill. `folder` is the sample's; the export goes to the folder of its [`word`](Self::word).
    /// Small samples are packed tightly (`small`), large ones quickly.
    ///
    /// # Errors
    /// `Settings` for an export that has no writer.
    pub fn open(self, folder: &Path, small: bool) -> Result<Box<dyn Sink>> {
        let root = folder.join(self.word());
        match self {
            Export::CurLegacy => Ok(Box::new(legacy::DeliveryWriter::new(&root, small))),
            Export::Cur2Parquet => {
                let table = Cur2::new(DiscountForm::Map);
                Ok(Box::new(DataExport::new(&root, table, FileKind::Parquet, Overwrite::Replace, small)))
            }
            Export::Cur2Csv => {
                let table = Cur2::new(DiscountForm::Lines);
                Ok(Box::new(DataExport::new(&root, table, FileKind::CsvGz, Overwrite::CreateNew, small)))
            }
            Export::Focus => {
                Ok(Box::new(DataExport::new(&root, Focus::default(), FileKind::Parquet, Overwrite::Replace, small)))
            }
            Export::FocusCsv => {
                Ok(Box::new(DataExport::new(&root, Focus::default(), FileKind::CsvGz, Overwrite::CreateNew, small)))
            }
            _ => Err(Error::bug("the sample", format!("{} has no writer of AWS rows", self.word()))),
        }
    }
}

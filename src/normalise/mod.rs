//! LandedDelivery → FocusFrame, by reading a format's mapping. Nothing is collected here.

mod arm;
mod blocks;
mod explain;
mod expression;
mod kernel;
mod lists;
mod residual;

pub use explain::explain;
pub use residual::{ResidualRow, residual_frame};

use crate::error::{Error, Result};
use crate::focus::column::all;
use crate::focus::{FocusFrame, LandedDelivery, LandedPart, MoneyBasis};
use crate::format::{Format, Header};
use expression::Builder;
use polars::prelude::*;

/// The FOCUS rows of one landed part, in source order.
///
/// Reads only the columns the mapping names. Errors: a frame that cannot be planned is a bug.
pub fn normalise(landed: &LandedDelivery, part: &LandedPart, format: &Format) -> Result<FocusFrame> {
    let path = landed.folder.join(&part.name);
    let broken = |error: PolarsError| {
        Error::lake(path.display().to_string(), error.to_string(), "delete the landed delivery and run again")
    };
    let file = PlRefPath::new(path.to_string_lossy().as_ref());
    let mut scan = LazyFrame::scan_parquet(file, ScanArgsParquet::default()).map_err(broken)?;
    // The part's own columns: files of one delivery may differ in the optional ones.
    let columns = scan.collect_schema().map_err(broken)?;
    let header = Header::new(format.header, columns.iter_names().map(ToString::to_string).collect());
    if let Some(union) = format.union {
        scan = scan.filter(builder(landed, format, &header).condition(&union.keep));
    }
    let rows = scan.select(expressions(landed, part, format, &header)?);
    Ok(FocusFrame::from_normalise(with_charge_day(rows)))
}

/// Adds the column that follows from another one, and puts all in the order of `cost`.
fn with_charge_day(rows: LazyFrame) -> LazyFrame {
    let column = |name: &'static str| match name {
        "x_ChargeDay" => col("ChargePeriodStart").dt().date().alias("x_ChargeDay"),
        name => col(name),
    };
    rows.select(all().map(|focus| column(focus.name)).collect::<Vec<_>>())
}

/// One expression per column of `cost`, in its order.
fn expressions(landed: &LandedDelivery, part: &LandedPart, format: &Format, header: &Header) -> Result<Vec<Expr>> {
    let builder = builder(landed, format, header);
    all()
        .filter(|column| column.name != "x_ChargeDay")
        .map(|column| {
            let expr = match column.name {
                "x_SourceId" => lit(landed.source.clone()),
                "x_SourceFile" => lit(part.file.clone()),
                "x_SourceRow" => col("x_SourceRow").cast(DataType::Int64),
                "x_BillingMonth" => lit(part.month.to_string()),
                name => builder.column(&given(format, name)?, Some(column))?,
            };
            Ok(expr.alias(column.name))
        })
        .collect()
}

fn builder<'h>(landed: &LandedDelivery, format: &Format, header: &'h Header) -> Builder<'h> {
    let net = landed.basis == MoneyBasis::Net;
    Builder { header, net, null_text: format.null_text, dates: format.dates }
}

fn given(format: &Format, name: &str) -> Result<crate::format::From> {
    let found = format.mapping.iter().find(|(column, _)| *column == name);
    found.map(|(_, from)| *from).ok_or_else(|| Error::bug(format.id, format!("no mapping for {name}")))
}

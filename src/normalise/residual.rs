//! What is left of two line types that should cancel out, as charges of their own.

use super::expression::Builder;
use crate::error::{Error, Result};
use crate::focus::column::all;
use crate::focus::frame::data_type;
use crate::focus::{BillingMonth, FocusFrame, Kind, Money, MoneyBasis};
use crate::format::{Format, Header};
use polars::prelude::*;

/// One residual: the key values in the order of the format's offset, and the money that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidualRow {
    pub key: Vec<String>,
    pub amount: Money,
}

/// The residuals of a slot as charges: category and names by the format's mapping of its offset
/// line type, BilledCost and EffectiveCost the residual, the charge period the whole billing period.
pub fn residual_frame(
    format: &Format,
    source: &str,
    month: BillingMonth,
    basis: MoneyBasis,
    residuals: &[ResidualRow],
) -> Result<FocusFrame> {
    let Some(offset) = format.native.offset else {
        return Err(Error::bug(format.id, "residuals without an offset"));
    };
    let rows = residuals.len();
    let mut columns: Vec<(String, Vec<String>)> = Vec::new();
    for (at, name) in offset.key.iter().enumerate() {
        columns.push(((*name).into(), residuals.iter().map(|r| r.key.get(at).cloned().unwrap_or_default()).collect()));
    }
    let mut constant = |name: &str, value: String| columns.push((name.into(), vec![value; rows]));
    constant(format.native.line_type, offset.line_type.into());
    for name in format.native.times {
        let day = if name.contains("End") { month.end() } else { month.start() };
        constant(name, format!("{day}T00:00:00Z"));
    }
    for (name, value) in offset.given {
        constant(name, (*value).into());
    }
    let header = Header::new(format.header, columns.iter().map(|(name, _)| name.clone()).collect());
    let mut series: Vec<Column> =
        columns.into_iter().map(|(name, values)| Column::new(name.as_str().into(), values)).collect();
    series.push(Column::new("x_Residual".into(), residuals.iter().map(|r| r.amount.to_string()).collect::<Vec<_>>()));
    series.push(Column::new("x_SourceRow".into(), (1..=rows as i64).collect::<Vec<_>>()));
    let frame = DataFrame::new(rows, series).map_err(|e| Error::bug("residual", e.to_string()))?;

    let builder = Builder { header: &header, net: basis == MoneyBasis::Net, null_text: None, dates: format.dates };
    let money = || col("x_Residual").strict_cast(data_type(Kind::Cost));
    let expressions: Result<Vec<Expr>> = all()
        .map(|column| {
            let expr = match column.name {
                "BilledCost" | "EffectiveCost" => money(),
                "ListCost" | "ContractedCost" => lit(0i64).cast(data_type(Kind::Cost)),
                "x_SourceId" => lit(source.to_string()),
                "x_SourceFile" => lit(format!("({} residual)", offset.line_type)),
                "x_SourceRow" => col("x_SourceRow"),
                "x_BillingMonth" => lit(month.to_string()),
                "x_ChargeDay" => lit(month.start()).cast(DataType::Date),
                "x_LineItemType" => lit(format!("{}/residual", offset.line_type)),
                name => builder.column(&super::given(format, name)?, Some(column))?,
            };
            Ok(expr.alias(column.name))
        })
        .collect();
    Ok(FocusFrame::from_normalise(frame.lazy().select(expressions?)))
}

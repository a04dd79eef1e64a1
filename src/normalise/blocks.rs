//! Prices and quantities that are told in blocks of units.

use super::kernel::text_map;
use crate::focus::money::{COST_SCALE, QUANTITY_SCALE, mul_div, parse_decimal};
use crate::format::lookup::measure;
use polars::prelude::*;

/// The unit of a unit of measure; `priced` with its block.
pub fn unit(measures: Expr, priced: bool) -> Expr {
    text_map(measures, move |text| {
        let measure = measure(text);
        Some(if priced { measure.priced() } else { measure.unit })
    })
}

/// Blocks of a unit of measure as units, Decimal(38,10).
pub fn in_units(quantities: Expr, measures: Expr) -> Expr {
    decimals(vec![quantities, measures], QUANTITY_SCALE, |texts| {
        let (Some(quantity), measure_text) = (texts[0], texts[1].unwrap_or_default()) else { return Ok(None) };
        let quantity = number(quantity, QUANTITY_SCALE)?;
        let block = i128::from(measure(measure_text).block);
        quantity.checked_mul(block).map(Some).ok_or_else(|| polars_err!(ComputeError: "a quantity beyond 38 digits"))
    })
}

/// `price × quantity × rate`, Decimal(38,18), half-even after each product; null where the price is blank or
/// 0, or a quantity asked for is blank. A blank rate is 1.
pub fn priced(price: Expr, quantity: Option<Expr>, rate: Expr) -> Expr {
    let counted = quantity.is_some();
    let columns = vec![price, quantity.unwrap_or_else(|| lit(NULL).cast(DataType::String)), rate];
    decimals(columns, COST_SCALE, move |texts| {
        let Some(price) = texts[0].map(|text| number(text, COST_SCALE)).transpose()?.filter(|price| *price != 0) else {
            return Ok(None);
        };
        if counted && texts[1].is_none() {
            return Ok(None);
        }
        texts[1..]
            .iter()
            .flatten()
            .try_fold(price, |product, text| {
                let factor = number(text, COST_SCALE)?;
                mul_div(product, factor, 10i128.pow(COST_SCALE))
                    .ok_or_else(|| polars_err!(ComputeError: "a product beyond 38 digits"))
            })
            .map(Some)
    })
}

fn number(text: &str, scale: u32) -> PolarsResult<i128> {
    let parsed = parse_decimal(text.as_bytes(), scale);
    parsed.map(|parsed| parsed.value).map_err(|_| polars_err!(ComputeError: "`{text}` is not a decimal number"))
}

/// A decimal of each row's texts; a literal counts for every row.
fn decimals(
    texts: Vec<Expr>,
    scale: u32,
    value: impl Fn(&[Option<&str>]) -> PolarsResult<Option<i128>> + Send + Sync + 'static,
) -> Expr {
    let Some((first, rest)) = texts.split_first() else {
        return lit(NULL).cast(DataType::Decimal(38, scale as usize));
    };
    first.clone().map_many(
        move |columns| {
            let name = columns[0].name().clone();
            let texts = columns.iter().map(|column| column.str().cloned()).collect::<PolarsResult<Vec<_>>>()?;
            let rows = texts.iter().map(StringChunked::len).max().unwrap_or(0);
            let mut out = PrimitiveChunkedBuilder::<Int128Type>::new(name, rows);
            let mut row_texts = vec![None; texts.len()];
            for row in 0..rows {
                for (text, column) in row_texts.iter_mut().zip(&texts) {
                    *text = column.get(if column.len() == 1 { 0 } else { row });
                }
                out.append_option(value(&row_texts)?);
            }
            Ok(out.finish().into_decimal(38, scale as usize)?.into_series().into_column())
        },
        rest,
        move |_, fields| Ok(Field::new(fields[0].name().clone(), DataType::Decimal(38, scale as usize))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(texts: &[&str]) -> LazyFrame {
        let columns = texts.iter().enumerate().map(|(at, text)| {
            let value = (!text.is_empty()).then(|| (*text).to_string());
            Column::new(format!("c{at}").as_str().into(), vec![value])
        });
        DataFrame::new(1, columns.collect()).unwrap().lazy()
    }

    fn shown(frame: LazyFrame) -> String {
        let frame = crate::lake::collect(frame).unwrap();
        let text = frame.columns()[0].get(0).unwrap().to_string();
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
    }

    /// Rows of the toolkit's sample: 0.0004 of `10K` are 4; 8 hours at 0.146 are 1.168.
    #[test]
    fn blocks_and_products() {
        let units =
            |quantity: &str, measure: &str| shown(row(&[quantity, measure]).select([in_units(col("c0"), col("c1"))]));
        assert_eq!((units("0.0004", "10K"), units("5E-1", "1 Hour")), ("4".into(), "0.5".into()));
        assert_eq!(units("", "10K"), "null");
        let cost = |price: &str, quantity: &str, rate: &str| {
            shown(row(&[price, quantity, rate]).select([priced(col("c0"), Some(col("c1")), col("c2"))]))
        };
        assert_eq!(cost("0.146", "8", ""), "1.168");
        assert_eq!(cost("0.146", "8", "0.5"), "0.584");
        assert_eq!(
            (cost("0", "8", ""), cost("", "8", ""), cost("1", "", "")),
            ("null".into(), "null".into(), "null".into())
        );
    }
}

//! The table `COST_AND_USAGE_REPORT` of Data Exports: the lines of the legacy report with a fixed
//! schema, tags and product attributes in maps, and discounts either way.

use super::cur2_columns::{COLUMNS, Source, snake};
use super::data_export::Table;
use super::discount::{Discount, is_discount_line};
use crate::sample::columns::Col;
use crate::sample::sink::{Head, Row};

use super::line::{Column, Line};
use crate::error::Result;

/// How negotiated and bundled discounts are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountForm {
    /// As lines of their own (`INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY`), as the legacy report has them.
    Lines,
    /// In the `discount` map of the line that they lower, beside its net costs.
    Map,
}

/// The rows of a CUR 2.0 export.
pub struct Cur2 {
    form: DiscountForm,
    columns: Vec<Column>,
    sources: Vec<Source>,
    /// Keys of the maps, with the cells that they come from.
    tags: Vec<(String, Col)>,
    categories: Vec<(String, Col)>,
    product: Vec<(String, Col)>,
    /// Of the billing period, in microseconds since 1970.
    period: (i64, i64),
}

impl Cur2 {
    pub fn new(form: DiscountForm) -> Self {
        let there = |source: &Source| match source {
            Source::Discounts | Source::TotalDiscount => form == DiscountForm::Map,
            _ => true,
        };
        let (columns, sources) = COLUMNS.iter().filter(|(_, source)| there(source)).copied().unzip();
        let (tags, categories, product) = (Vec::new(), Vec::new(), Vec::new());
        Cur2 { form, columns, sources, tags, categories, product, period: (0, 0) }
    }
}

impl Table for Cur2 {
    const PARTITION: &str = "BILLING_PERIOD";

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn begin(&mut self, head: &Head) {
        let instant = |date: chrono::NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
        self.period = (instant(head.month.start()), instant(head.month.end()));
        let keys = |category: &str, columns: &mut dyn Iterator<Item = Col>| {
            let name = |col: Col| Some((snake(col.name().strip_prefix(category)?.strip_prefix('/')?), col));
            columns.filter_map(name).collect::<Vec<_>>()
        };
        // A tag key that is not activated is in no export of the month.
        self.tags = keys("resourceTags", &mut head.columns.iter().copied());
        self.categories = keys("costCategory", &mut head.columns.iter().copied());
        // The schema is the same in all months: an attribute is there whenever a line has it.
        let attributes = keys("product", &mut Col::all());
        let own = |key: &str| COLUMNS.iter().any(|(column, _)| column.name.strip_prefix("product_") == Some(key));
        self.product = attributes.into_iter().filter(|(key, _)| !own(key)).collect();
    }

    fn write(&mut self, row: &Row, out: &mut dyn Line) -> Result<()> {
        let net = match self.form {
            DiscountForm::Map if is_discount_line(row) => return Ok(()),
            DiscountForm::Map => Some(Discount::of(row)?),
            DiscountForm::Lines => None,
        };
        let (start, end) = row.period();
        for (column, source) in self.columns.iter().zip(&self.sources) {
            match source {
                Source::Cell(col) if column.kind == super::line::Kind::Number => out.number(row.get(*col)),
                Source::Cell(col) => out.text(row.get(*col)),
                Source::Empty => out.text(""),
                Source::PeriodStart => out.instant(self.period.0),
                Source::PeriodEnd => out.instant(self.period.1),
                Source::UsageStart => out.instant(start),
                Source::UsageEnd => out.instant(end),
                Source::CostCategories => texts(&self.categories, row, out),
                Source::Product => texts(&self.product, row, out),
                Source::ResourceTags => texts(&self.tags, row, out),
                Source::Discounts => {
                    let edp = net.as_ref().and_then(|net| net.edp).map(|edp| ("edp_discount", edp));
                    out.numbers(edp.as_slice());
                }
                Source::Bundled => out.money(net.as_ref().and_then(|net| net.bundled)),
                Source::TotalDiscount => out.money(net.as_ref().map(Discount::total)),
                Source::NetCost => out.money(net.as_ref().map(|net| net.cost)),
                Source::NetRate => out.text(net.as_ref().map_or("", |net| &net.rate)),
                Source::Net(col) => out.number(if net.is_some() { row.get(*col) } else { "" }),
            }
        }
        out.end()
    }
}

/// The cells that hold something, by their keys; of two cells under one key the first.
fn texts(keys: &[(String, Col)], row: &Row, out: &mut dyn Line) {
    let mut pairs: Vec<(&str, &str)> = Vec::with_capacity(keys.len());
    for (key, col) in keys {
        let text = row.get(*col);
        if !text.is_empty() && !pairs.iter().any(|(known, _)| known == key) {
            pairs.push((key, text));
        }
    }
    out.texts(&pairs);
}

//! What one row says of commitments.

use super::super::input::Input;
use super::super::items::{self, field};
use super::cells::{FeeKey, Group, Kind, UseKey};
use super::pool::unit_of;
use crate::focus::money::{COST_SCALE, QUANTITY_SCALE, mul_div, parse_decimal};
use crate::focus::time::parse_timestamp;
use crate::format::{Commitments, Header};

const ONE: i128 = 10i128.pow(COST_SCALE);
const DAY: i64 = 86_400_000_000;

/// What a row is.
pub enum Read {
    Other,
    /// A fee that a credit is taken off as it is used.
    Offset {
        sku: String,
    },
    Fee {
        key: Box<FeeKey>,
        cost: i128,
        capacity: i128,
    },
    /// What of it is covered, by the kind of commitment.
    Covered(Vec<(UseKey, i128)>),
}

/// The columns of a file by position.
pub struct Words {
    columns: [Option<usize>; 17],
}

impl Words {
    pub fn new(words: &Commitments, header: &Header) -> Self {
        let names = [
            words.billing_account,
            words.currency,
            words.sub_account,
            words.start,
            words.cost,
            words.credits,
            words.labels,
            words.sku,
            words.description,
            words.region,
            words.unit,
            words.quantity,
            words.priced_quantity,
            words.conversion_rate,
            words.subscription,
            words.service,
            words.line_type,
        ];
        Self { columns: names.map(|name| header.position(name)) }
    }
}

#[derive(Clone, Copy)]
enum Column {
    BillingAccount,
    Currency,
    SubAccount,
    Start,
    Cost,
    Credits,
    Labels,
    Sku,
    Description,
    Region,
    Unit,
    Quantity,
    PricedQuantity,
    ConversionRate,
    Subscription,
    Service,
    LineType,
}

/// The credits of a row that commitments give.
#[derive(Default)]
struct Credits {
    all: i128,
    spend: i128,
    quantity: i128,
    offset: bool,
    /// The name of the credit for an amount of money.
    name: String,
}

/// Reads a row; the error is the text that is no number or list.
pub fn read<'i>(words: &Commitments, columns: &Words, input: &'i Input) -> Result<Read, &'i [u8]> {
    let row = Row { columns, input };
    let description = row.text(Column::Description);
    let is_fee = description.starts_with(words.fee);
    if row.cell(Column::LineType) != words.regular.as_bytes() || (!is_fee && row.cell(Column::Credits).is_empty()) {
        return Ok(Read::Other);
    }
    let credits = row.credits(words)?;
    if credits.offset {
        return Ok(Read::Offset { sku: row.text(Column::Sku) });
    }
    if is_fee {
        let kind = if description.starts_with(words.spend_fee) { Kind::Spend } else { Kind::Quantity };
        return row.fee(words, kind, &description, &credits);
    }
    let mut uses = Vec::new();
    if credits.spend != 0 {
        let rate = row.number(Column::ConversionRate, COST_SCALE)?;
        let dollars = if rate == 0 { credits.spend } else { mul_div(credits.spend, ONE, rate).unwrap_or(0) };
        uses.push((row.use_key(Kind::Spend, product(&credits.name, " commitments")), -dollars));
    }
    if credits.quantity != 0 {
        // What a credit covers: as much of the quantity as of the cost.
        let (quantity, cost) = (row.number(Column::Quantity, QUANTITY_SCALE)?, row.number(Column::Cost, COST_SCALE)?);
        let covered = if cost == 0 { 0 } else { mul_div(quantity, -credits.quantity, cost).unwrap_or(0) };
        uses.push((row.use_key(Kind::Quantity, row.series(&description)), covered));
    }
    Ok(if uses.is_empty() { Read::Other } else { Read::Covered(uses) })
}

struct Row<'i, 'c> {
    columns: &'c Words,
    input: &'i Input,
}

impl<'i> Row<'i, '_> {
    fn cell(&self, column: Column) -> &'i [u8] {
        self.columns.columns[column as usize].map_or(&[][..], |at| self.input.cell(at))
    }

    fn text(&self, column: Column) -> String {
        String::from_utf8_lossy(self.cell(column)).into_owned()
    }

    /// 0 where blank.
    fn number(&self, column: Column, scale: u32) -> Result<i128, &'i [u8]> {
        let text = self.cell(column);
        if text.is_empty() {
            return Ok(0);
        }
        parse_decimal(text, scale).map(|parsed| parsed.value).map_err(|_| text)
    }

    fn credits(&self, words: &Commitments) -> Result<Credits, &'i [u8]> {
        let text = self.cell(Column::Credits);
        let mut credits = Credits::default();
        let read = items::each(text, |item| {
            let amount = field(item, "amount").map_or(Ok(0), |amount| {
                parse_decimal(amount, COST_SCALE).map(|parsed| parsed.value).map_err(|_| items::NotAList)
            })?;
            credits.all += amount;
            let kind = field(item, "type").unwrap_or_default();
            if kind == words.offset_credit.as_bytes() {
                credits.offset = true;
            } else if kind == words.spend_credit.as_bytes() {
                credits.spend += amount;
                let name =
                    ["full_name", "name"].iter().find_map(|name| field(item, name).filter(|name| !name.is_empty()));
                credits.name = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
            } else if kind == words.quantity_credit.as_bytes() {
                credits.quantity += amount;
            }
            Ok(())
        });
        read.map(|()| credits).map_err(|_| text)
    }

    fn fee(&self, words: &Commitments, kind: Kind, description: &str, credits: &Credits) -> Result<Read, &'i [u8]> {
        // A fee for money is priced per 0.01 USD an hour.
        let (scope, capacity) = match kind {
            Kind::Spend => (product(description, ""), self.number(Column::PricedQuantity, COST_SCALE)? / 100),
            Kind::Quantity => (self.series(description), self.number(Column::Quantity, QUANTITY_SCALE)?),
        };
        let subscription = self.text(Column::Subscription);
        let sku = self.text(Column::Sku);
        let key = FeeKey {
            group: self.group(kind),
            sub_account: self.text(Column::SubAccount),
            used_by: self.label(words.originating_sku)?,
            scope,
            unit: unit_of(kind, &self.text(Column::Unit)),
            id: if subscription.is_empty() { sku.clone() } else { subscription },
            sku,
        };
        Ok(Read::Fee { key: Box::new(key), cost: self.number(Column::Cost, COST_SCALE)? + credits.all, capacity })
    }

    fn use_key(&self, kind: Kind, scope: String) -> UseKey {
        UseKey {
            group: self.group(kind),
            sub_account: self.text(Column::SubAccount),
            sku: self.text(Column::Sku),
            scope,
            unit: unit_of(kind, &self.text(Column::Unit)),
        }
    }

    fn group(&self, kind: Kind) -> Group {
        let start = std::str::from_utf8(self.cell(Column::Start)).ok().and_then(parse_timestamp);
        Group {
            billing_account: self.text(Column::BillingAccount),
            currency: self.text(Column::Currency),
            kind,
            day: start.unwrap_or_default().div_euclid(DAY),
        }
    }

    fn label(&self, wanted: &str) -> Result<String, &'i [u8]> {
        let text = self.cell(Column::Labels);
        let mut found = String::new();
        let read = items::each(text, |item| {
            if field(item, "key") == Some(wanted.as_bytes()) {
                found = String::from_utf8_lossy(field(item, "value").unwrap_or_default()).into_owned();
            }
            Ok(())
        });
        read.map(|()| found).map_err(|_| text)
    }

    /// The region, and the machine series that a description names: `N2 Instance Core running in Americas`.
    fn series(&self, description: &str) -> String {
        let service = self.text(Column::Service);
        format!("{service} {} {}", self.text(Column::Region), series(description))
    }
}

/// What stands after the first `: ` of a fee's or a credit's name, without `for 1 year` and `Commitments`:
/// `Commitment - dollar based v1: GCE for 1 year`, `Committed use discount - dollar based: GCE Commitments`.
fn product(name: &str, ending: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let rest = lower.split_once(": ").map_or(lower.as_str(), |(_, rest)| rest);
    let rest = rest.rsplit_once(" for ").filter(|(_, term)| term.contains("year")).map_or(rest, |(rest, _)| rest);
    rest.strip_suffix(ending).unwrap_or(rest).trim().to_string()
}

/// A machine series is a letter, digits and perhaps a letter. The first series had words, or no name at all.
fn series(description: &str) -> String {
    let is_series = |word: &&str| {
        let inner = word.trim_start_matches(|sign: char| sign.is_ascii_uppercase());
        let digits = inner.trim_end_matches(|sign: char| sign.is_ascii_uppercase());
        word.len() - inner.len() == 1
            && inner.len() - digits.len() <= 1
            && !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let words = description.split(|sign: char| !sign.is_ascii_alphanumeric()).find(is_series);
    let lower = description.to_ascii_lowercase();
    match words {
        Some(series) => series.into(),
        None if lower.contains("compute optimized") => "C2".into(),
        None if lower.contains("memory optimized") || lower.contains("memory-optimized") => "M1".into(),
        None => "N1".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_and_its_credit_name_one_product() {
        assert_eq!(product("Commitment - dollar based v1: GCE for 1 year", ""), "gce");
        assert_eq!(product("Committed use discount - dollar based: GCE Commitments", " commitments"), "gce");
        assert_eq!(
            product("Commitment - dollar based v1: Cloud SQL database us-east1 for 3 years", ""),
            "cloud sql database us-east1"
        );
    }

    #[test]
    fn a_fee_and_its_usage_name_one_series() {
        for (fee, usage, named) in [
            ("Commitment v1: N2 Cpu in Americas for 1 Year", "N2 Instance Core running in Americas", "N2"),
            ("Commitment v1: N2D AMD Ram in Americas for 3 Year", "N2D AMD Instance Ram running in Americas", "N2D"),
            ("Commitment v1: Cpu in Americas for 1 Year", "N1 Predefined Instance Core running in Americas", "N1"),
            (
                "Commitment: Compute optimized Core running in Iowa for 1 Year",
                "Compute optimized Core running in Iowa",
                "C2",
            ),
        ] {
            assert_eq!([series(fee), series(usage)], [named, named]);
        }
    }
}

//! The proof of shared-out fees, by other means: what was written is read again.

use super::super::input::open_part;
use super::super::items::{self, field};
use crate::error::{Error, Result};
use crate::focus::money::{COST_SCALE, parse_decimal};
use crate::focus::time::parse_timestamp;
use crate::focus::{BillingMonth, LandedDelivery};
use crate::format::slices::COMMITMENT_COST;
use crate::format::{Commitments, Header};
use chrono::DateTime;
use std::collections::BTreeMap;

/// In microseconds.
const DAY: i64 = 86_400_000_000;

/// What the rows carry of fees adds up to 0 per billing account, currency and UTC day; only a fee gives, and no more
/// than it costs; only usage with a commitment's credit gets.
///
/// Errors: `Tie`, naming file and row, or the billing account.
pub fn check(
    words: &Commitments,
    landed: &LandedDelivery,
    header: crate::format::HeaderStyle,
    month: BillingMonth,
) -> Result<()> {
    let read = read(words);
    let mut sums: BTreeMap<([String; 2], i64), i128> = BTreeMap::new();
    for part in landed.parts.iter().filter(|part| part.month == month) {
        let mut input = open_part(&landed.folder.join(&part.name), |name| read.contains(&name))?;
        let columns = read.map(|name| Header::new(header, input.header().to_vec()).position(name));
        let mut row = 0;
        while input.advance(row + 1)? {
            row += 1;
            let [account, currency, start, cost, credits, description, share] =
                columns.map(|column| column.map_or(&[][..], |at| input.cell(at)));
            if share.is_empty() {
                continue;
            }
            let wrong = |what: String| {
                let place = format!("{} {month}, row {row} of {}", landed.source, part.name);
                Error::tie(place, what, "report it; the period is not published")
            };
            let money = |text: &[u8]| parse_decimal(text, COST_SCALE).map(|parsed| parsed.value);
            let share = money(share).map_err(|_| wrong(format!("{COMMITMENT_COST} is no amount")))?;
            let is_fee = description.starts_with(words.fee.as_bytes());
            let (net, covered) = net(words, money(cost).unwrap_or_default(), credits);
            // A correction takes a fee back, and what it gave.
            let (least, most) = if net < 0 { (0, -net) } else { (-net, 0) };
            if is_fee && !(least - 1..=most + 1).contains(&share) {
                return Err(wrong(format!("a fee of {net} × 10^-18 gives {share}")));
            }
            if !is_fee && !covered {
                return Err(wrong("no commitment covers it, and it carries a fee".into()));
            }
            let key = [account, currency].map(|text| String::from_utf8_lossy(text).into_owned());
            let start = std::str::from_utf8(start).ok().and_then(parse_timestamp);
            let start = start.ok_or_else(|| wrong(format!("{} is no time", words.start)))?;
            *sums.entry((key, start.div_euclid(DAY))).or_default() += share;
        }
    }
    match sums.into_iter().find(|(_, sum)| *sum != 0) {
        None => Ok(()),
        Some((([account, currency], day), sum)) => Err(Error::tie(
            format!("{} {month}, billing account {account}, {currency}, {}", landed.source, date(day)),
            format!("fees of commitments are shared out with {sum} × 10^-18 too much"),
            "report it; the period is not published",
        )),
    }
}

fn read(words: &Commitments) -> [&'static str; 7] {
    let Commitments { billing_account, currency, start, cost, credits, description, .. } = words;
    [billing_account, currency, start, cost, credits, description, COMMITMENT_COST]
}

/// A day of those since 1970, for people.
fn date(day: i64) -> String {
    DateTime::from_timestamp_micros(day * DAY).unwrap_or_default().format("%Y-%m-%d").to_string()
}

/// Cost and credits of a row, and whether a commitment covers it.
fn net(words: &Commitments, cost: i128, credits: &[u8]) -> (i128, bool) {
    let (mut net, mut covered) = (cost, false);
    let _ = items::each(credits, |item| {
        let amount = field(item, "amount").and_then(|text| parse_decimal(text, COST_SCALE).ok());
        net += amount.map_or(0, |amount| amount.value);
        let kind = field(item, "type").unwrap_or_default();
        covered |= kind == words.spend_credit.as_bytes() || kind == words.quantity_credit.as_bytes();
        Ok(())
    });
    (net, covered)
}

#[cfg(test)]
mod tests {
    use super::super::super::write::PartWriter;
    use super::*;
    use crate::focus::{DeliveryKind, MoneyBasis};
    use crate::format::{HeaderStyle, find};
    use std::collections::BTreeMap;

    const CREDIT: &str = r#"[{"amount":"-4","type":"COMMITTED_USAGE_DISCOUNT"}]"#;

    /// Rows of a time, cost, credits, description and share, as a landed period that is checked.
    fn checked_at(rows: &[[&str; 5]]) -> std::result::Result<(), String> {
        let format = find("gcp-detailed-usage").unwrap();
        let words = format.slices().unwrap().commitments.unwrap();
        let names = read(words);
        let folder = tempfile::tempdir().unwrap();
        let month: BillingMonth = "2026-10".parse().unwrap();
        let mut writer = PartWriter::new(0, month, "part.json", names.map(str::to_string).to_vec());
        for (at, row) in rows.iter().enumerate() {
            let cells = ["b-1", "USD"].iter().chain(row).map(|text| text.as_bytes());
            writer.push_cells(cells, at as i64 + 1);
        }
        let landed = LandedDelivery {
            id: "d".into(),
            source: "gcp".into(),
            format: format.id.into(),
            kind: DeliveryKind::ExportSlice,
            months: vec![month],
            range: None,
            exported: None,
            origin: "d".into(),
            basis: MoneyBasis::Gross,
            kinds: BTreeMap::new(),
            columns: Vec::new(),
            files: Vec::new(),
            parts: vec![writer.finish(folder.path()).unwrap()],
            native: BTreeMap::new(),
            residuals: BTreeMap::new(),
            strays: BTreeMap::new(),
            drift: Vec::new(),
            folder: folder.path().to_path_buf(),
        };
        check(words, &landed, HeaderStyle::Exact, month).map_err(|error| error.to_string())
    }

    /// Rows of one day.
    fn checked(rows: &[[&str; 4]]) -> std::result::Result<(), String> {
        let rows: Vec<_> = rows.iter().map(|row| ["2026-10-05T10:00:00Z", row[0], row[1], row[2], row[3]]).collect();
        checked_at(&rows)
    }

    /// Together they added up to nothing.
    #[test]
    fn fees_of_a_day_pay_for_no_other() {
        let rows = |day: &'static str| {
            [[day, "3", "", "Commitment v1: Cpu", "-3"], ["2026-10-05T10:00:00Z", "5", CREDIT, "Core", "3"]]
        };
        assert_eq!(checked_at(&rows("2026-10-05T23:00:00Z")), Ok(()));
        let error = checked_at(&rows("2026-10-06T00:00:00Z")).unwrap_err();
        assert!(error.contains("USD, 2026-10-05: fees of commitments"), "{error}");
    }

    #[test]
    fn shares_that_are_wrong_are_named() {
        let (fee, covered) = (["3", "", "Commitment v1: Cpu"], ["5", CREDIT, "Core"]);
        let with = |row: [&'static str; 3], share: &'static str| [row[0], row[1], row[2], share];
        let plain = ["5", "", "Core"];
        assert_eq!(checked(&[with(fee, "-3"), with(covered, "3"), with(plain, "")]), Ok(()));
        for (rows, words) in [
            // More than was taken, less, to no one, more than the fee, the wrong way, to usage that nothing covers.
            (vec![with(fee, "-3"), with(covered, "3.000000000000000001")], "1 × 10^-18 too much"),
            (vec![with(fee, "-3"), with(covered, "2")], "-1000000000000000000 × 10^-18 too much"),
            (vec![with(fee, "-3")], "too much"),
            (vec![with(fee, "-4"), with(covered, "4")], "row 1 of"),
            (vec![with(fee, "1"), with(covered, "-1")], "row 1 of"),
            (vec![with(fee, "-3"), with(plain, "3")], "no commitment covers it"),
        ] {
            let error = checked(&rows).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}

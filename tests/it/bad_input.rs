//! Bad input: one clear error with file, place and remedy; what was published stays.

use super::bucket::{Bill, PERIOD, deliver, gz, manifest, part, published, write_manifest};
use super::place::Night;
use std::fs;
use std::sync::OnceLock;

/// A delivery that must be refused: how it is broken, and what the error must say.
struct Broken {
    name: &'static str,
    how: fn(&Night),
    /// The error's place, what is wrong there, and its remedy, as they must be told.
    says: [&'static str; 3],
}

/// A lake with a good publication, made once and copied for every case.
fn good() -> Night {
    static GOOD: OnceLock<Night> = OnceLock::new();
    GOOD.get_or_init(published).copy()
}

fn refused(cases: &[Broken]) {
    let good = good();
    let before = good.standing();
    for Broken { name, how, says } in cases {
        let night = good.copy();
        how(&night);
        let outcome = night.run();
        let outcome = outcome.exits(1);
        let (error, rest) = outcome.stderr.split_once("\n  remedy: ").unwrap_or_else(|| panic!("{name}: no remedy"));
        let (remedy, rest) = rest.split_once('\n').unwrap();
        let [place, what, wanted] = says;
        assert!(error.starts_with(&format!("error: source: {place}")), "{name}: place\n{}", outcome.stderr);
        assert!(error.contains(what), "{name}: reason\n{}", outcome.stderr);
        assert!(remedy.contains(wanted) && !wanted.is_empty(), "{name}: remedy\n{}", outcome.stderr);
        assert!(!rest.contains("error: "), "{name}: one error is enough\n{}", outcome.stderr);
        assert!(rest.contains("nothing new was published; published before and unchanged: aws 2026-09"), "{name}");
        night.still_stands(&before, name);
    }
}

fn broken(name: &'static str, how: fn(&Night), says: [&'static str; 3]) -> Broken {
    Broken { name, how, says }
}

const FIRST: &str = "nightly/20260901-20261001/a0b1/nightly-00001.csv.gz";
const MANIFEST: &str = "nightly/20260901-20261001/nightly-Manifest.json";
const SECOND: &str = "nightly/20260901-20261001/a0b1/nightly-00002.csv.gz";

/// Delivers the bill with its second part replaced by other bytes.
fn second_part(night: &Night, bytes: &[u8]) {
    Bill::hand_worked().deliver(night);
    night.write(&part(PERIOD, 2), bytes);
}

#[test]
fn parts_that_are_damaged_missing_or_doubled() {
    refused(&[
        broken(
            "truncated gzip",
            |night| {
                let whole = fs::read(night.path(&part(PERIOD, 2))).unwrap();
                night.write(&part(PERIOD, 2), &whole[..whole.len() * 2 / 3]);
            },
            [SECOND, "the gzip stream ends early: the file is truncated", "deliver the file again"],
        ),
        broken(
            "gzip cut inside its header",
            |night| second_part(night, &gz(b"x", 6)[..5]),
            [SECOND, "the file is truncated", "deliver the file again"],
        ),
        broken(
            "gzip with a flipped bit",
            |night| {
                let mut bytes = fs::read(night.path(&part(PERIOD, 2))).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0x10;
                night.write(&part(PERIOD, 2), bytes);
            },
            [SECOND, "", "deliver"],
        ),
        broken(
            "missing part",
            |night| fs::remove_file(night.path(&part(PERIOD, 2))).unwrap(),
            ["", "nightly-00002.csv.gz is not there", "copy the missing part"],
        ),
        broken(
            "part named twice in the manifest",
            |night| {
                let keys = [1, 2, 2, 3].map(|number| part(PERIOD, number));
                write_manifest(night, PERIOD, &keys);
            },
            ["", "names exports/nightly/20260901-20261001/a0b1/nightly-00002.csv.gz twice", "would count twice"],
        ),
        broken(
            "part doubled under another name",
            |night| {
                fs::copy(night.path(&part(PERIOD, 2)), night.path(&part(PERIOD, 4))).unwrap();
                write_manifest(night, PERIOD, &[1, 2, 3, 4].map(|number| part(PERIOD, number)));
            },
            ["nightly/20260901-20261001/a0b1/nightly-00004.csv.gz", "holds the same rows as", "take one of the two"],
        ),
        broken(
            "the same rows at another compression level under another name",
            |night| {
                let rows = &Bill::hand_worked().parts()[1];
                night.write(&part(PERIOD, 4), gz(rows, 1));
                write_manifest(night, PERIOD, &[1, 2, 3, 4].map(|number| part(PERIOD, number)));
            },
            ["nightly/20260901-20261001/a0b1/nightly-00004.csv.gz", "holds the same rows as", "take one of the two"],
        ),
        broken(
            "a part inside a bigger one",
            |night| {
                let bill = Bill::hand_worked();
                let bigger = Bill { rows: bill.rows[10..].to_vec(), ..bill.clone() };
                let parts = [bill.parts(), vec![bigger.csv()]].concat();
                deliver(night, PERIOD, &parts.iter().map(|part| gz(part, 6)).collect::<Vec<_>>());
            },
            [MANIFEST, "holds charges twice: 35 of", "deliver the period again"],
        ),
        broken(
            "one charge twice in one part",
            |night| {
                let mut bill = Bill::hand_worked();
                bill.rows.push(bill.rows[44].clone());
                bill.deliver(night);
            },
            [MANIFEST, "holds charges twice: 1 of", "deliver the period again"],
        ),
        broken(
            "header-only parts",
            |night| {
                let bill = Bill { rows: Vec::new(), ..Bill::hand_worked() };
                deliver(night, PERIOD, &[gz(&bill.csv(), 6)]);
            },
            [MANIFEST, "holds no charges: every file ends after its header", "replace the period"],
        ),
        broken(
            "zero-byte part",
            |night| second_part(night, b""),
            [SECOND, "is empty: not even a header", "deliver the file again"],
        ),
        broken(
            "empty text in gzip",
            |night| second_part(night, &gz(b"", 6)),
            [SECOND, "is empty: not even a header", "deliver the file again"],
        ),
        broken(
            "manifest cut off",
            |night| {
                let text = night.read(&manifest(PERIOD));
                night.write(&manifest(PERIOD), &text[..text.len() / 2]);
            },
            ["", "is no report manifest", "deliver the manifest again"],
        ),
        broken(
            "manifest without parts",
            |night| write_manifest(night, PERIOD, &[]),
            ["", "names no report files", "deliver again"],
        ),
    ]);
}

#[test]
fn files_that_are_no_export() {
    refused(&[
        broken(
            "text",
            |night| second_part(night, b"Lorem ipsum dolor sit amet,\nconsectetur adipiscing elit,\n"),
            [SECOND, "is no aws-cur-legacy export: it lacks", "check the export's columns against https://"],
        ),
        broken(
            "a picture",
            |night| {
                second_part(night, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89")
            },
            [SECOND, "is no CSV in UTF-8", "name an export file"],
        ),
        broken(
            "zeros",
            |night| second_part(night, &[0; 4096]),
            [SECOND, "is no aws-cur-legacy export", "check the export's columns"],
        ),
        broken(
            "JSON",
            |night| second_part(night, b"{\"rows\": []}"),
            [SECOND, "is JSON, no billing export of this format", "CSV"],
        ),
        broken(
            "JSON in gzip",
            |night| second_part(night, &gz(b"{\"rows\": []}", 6)),
            [SECOND, "is no aws-cur-legacy export", "check the export's columns"],
        ),
        broken("ZIP", |night| second_part(night, b"PK\x03\x04\x14\0\0\0\x08\0"), [SECOND, "is a ZIP archive", "GZIP"]),
        broken(
            "a web page",
            |night| second_part(night, b"<!DOCTYPE html><html><body>403 Forbidden</body></html>"),
            [SECOND, "is no aws-cur-legacy export", "check the export's columns"],
        ),
        broken(
            "a Parquet file that is none",
            |night| second_part(night, b"PAR1 and then nothing PAR1"),
            [SECOND, "is no readable Parquet file", "deliver it again"],
        ),
        broken(
            "another provider's export",
            |night| second_part(night, b"BilledCost,BillingCurrency,ChargeCategory\n1,USD,Usage\n"),
            [SECOND, "is no aws-cur-legacy export", "check the export's columns"],
        ),
    ]);
}

/// A value that must stop the run, in row 2 of part 1 of the bill.
fn cell(night: &Night, column: &str, text: &str) {
    Bill::hand_worked().set(2, column, text).deliver(night);
}

#[test]
fn values_that_do_not_parse() {
    const ROW: &str = "nightly/20260901-20261001/a0b1/nightly-00001.csv.gz, row 2, column ";
    const REMEDY: &str = "correct the export or deliver the file again";
    fn at(column: &str) -> &'static str {
        format!("{ROW}{column}").leak()
    }
    refused(&[
        broken(
            "unknown line-item type",
            |night| cell(night, "lineItem/LineItemType", "CarbonOffset"),
            [at("lineItem/LineItemType"), "`CarbonOffset` is not a line type this format knows", REMEDY],
        ),
        broken(
            // It decides about money: nothing is guessed.
            "line-item type in another case",
            |night| cell(night, "lineItem/LineItemType", "rifee"),
            [at("lineItem/LineItemType"), "`rifee` is not a line type this format knows", REMEDY],
        ),
        broken(
            "blank line-item type",
            |night| cell(night, "lineItem/LineItemType", ""),
            [at("lineItem/LineItemType"), "is blank: every charge needs it", "deliver the period again"],
        ),
        broken(
            "money with a comma",
            |night| cell(night, "lineItem/UnblendedCost", "1,234.56"),
            [at("lineItem/UnblendedCost"), "`1,234.56` is not an amount of money", REMEDY],
        ),
        broken(
            "money that is not a number",
            |night| cell(night, "lineItem/UnblendedCost", "NaN"),
            [at("lineItem/UnblendedCost"), "`NaN` is not an amount of money", REMEDY],
        ),
        broken(
            "money without end",
            |night| cell(night, "lineItem/UnblendedCost", "1e400"),
            [at("lineItem/UnblendedCost"), "`1e400` is not an amount of money", REMEDY],
        ),
        broken(
            "money with a currency sign",
            |night| cell(night, "reservation/UnusedRecurringFee", "$0.03"),
            [at("reservation/UnusedRecurringFee"), "`$0.03` is not an amount of money", REMEDY],
        ),
        broken(
            "blank money",
            |night| cell(night, "lineItem/UnblendedCost", ""),
            [at("lineItem/UnblendedCost"), "is blank: every charge needs it", "deliver the period again"],
        ),
        broken(
            "quantity in words",
            |night| cell(night, "lineItem/UsageAmount", "four"),
            [at("lineItem/UsageAmount"), "`four` is not a decimal number", REMEDY],
        ),
        broken(
            "a day that is none",
            |night| cell(night, "lineItem/UsageStartDate", "2026-02-30T00:00:00Z"),
            [at("lineItem/UsageStartDate"), "`2026-02-30T00:00:00Z` is not a date and time", REMEDY],
        ),
        broken(
            "a day the American way",
            |night| cell(night, "lineItem/UsageEndDate", "9/30/2026"),
            [at("lineItem/UsageEndDate"), "`9/30/2026` is not a date and time", REMEDY],
        ),
        broken(
            "blank day",
            |night| cell(night, "lineItem/UsageStartDate", ""),
            [at("lineItem/UsageStartDate"), "is blank: every charge needs it", "deliver the period again"],
        ),
        broken(
            "blank billing account",
            |night| cell(night, "bill/PayerAccountId", ""),
            [at("bill/PayerAccountId"), "is blank", "deliver the period again"],
        ),
        broken(
            "blank currency",
            |night| cell(night, "lineItem/CurrencyCode", ""),
            [at("lineItem/CurrencyCode"), "is blank", "deliver the period again"],
        ),
        broken(
            "a price in words",
            |night| cell(night, "lineItem/UnblendedRate", "free"),
            [at("lineItem/UnblendedRate"), "`free` is not a decimal number", REMEDY],
        ),
        broken(
            "not UTF-8",
            |night| {
                let bill = Bill::hand_worked().set(2, "resourceTags/user:team", "caf\u{e9}");
                let latin = bill.parts().iter().map(|part| gz(&latin1(part), 6)).collect::<Vec<_>>();
                deliver(night, PERIOD, &latin);
            },
            [at("resourceTags/user:team"), "is not UTF-8", "UTF-8"],
        ),
        broken(
            "ragged row",
            |night| {
                let mut parts = Bill::hand_worked().parts();
                let end = parts[0].iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(2).unwrap().0;
                parts[0].splice(end..end, *b",more");
                deliver(night, PERIOD, &parts.iter().map(|part| gz(part, 6)).collect::<Vec<_>>());
            },
            [
                "nightly/20260901-20261001/a0b1/nightly-00001.csv.gz, row 2",
                "has 82 fields where the header has 81",
                "deliver it again",
            ],
        ),
        broken(
            "cut off in a row",
            |night| {
                let mut parts = Bill::hand_worked().parts();
                let cut = parts[0].len() - 200;
                parts[0].truncate(cut);
                deliver(night, PERIOD, &parts.iter().map(|part| gz(part, 6)).collect::<Vec<_>>());
            },
            [
                "nightly/20260901-20261001/a0b1/nightly-00001.csv.gz, row 15",
                "fields where the header has 81",
                "cut off there",
            ],
        ),
    ]);
}

/// UTF-8 as the bytes of Latin-1.
fn latin1(text: &[u8]) -> Vec<u8> {
    std::str::from_utf8(text).unwrap().chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

#[test]
fn columns_that_are_missing_or_doubled() {
    refused(&[
        broken(
            "money column",
            |night| Bill::hand_worked().without("lineItem/UnblendedCost").deliver(night),
            [FIRST, "lacks the column lineItem/UnblendedCost", "check the export's columns against https://"],
        ),
        broken(
            "account column",
            |night| Bill::hand_worked().without("bill/PayerAccountId").deliver(night),
            [FIRST, "lacks the column bill/PayerAccountId", "check the export's columns"],
        ),
        broken(
            "sub account column",
            |night| Bill::hand_worked().without("lineItem/UsageAccountId").deliver(night),
            [FIRST, "lacks the column lineItem/UsageAccountId", "check the export's columns"],
        ),
        broken(
            "period column",
            |night| Bill::hand_worked().without("bill/BillingPeriodStartDate").deliver(night),
            [FIRST, "lacks the column bill/BillingPeriodStartDate", "check the export's columns"],
        ),
        broken(
            "currency column",
            |night| Bill::hand_worked().without("lineItem/CurrencyCode").deliver(night),
            [FIRST, "lacks the column lineItem/CurrencyCode", "check the export's columns"],
        ),
        broken(
            "money column of commitments, in one part",
            |night| {
                let bill = Bill::hand_worked();
                let mut parts = bill.parts();
                parts[1] = Bill { rows: bill.rows[15..30].to_vec(), ..bill }
                    .without("savingsPlan/SavingsPlanEffectiveCost")
                    .csv();
                deliver(night, PERIOD, &parts.iter().map(|part| gz(part, 6)).collect::<Vec<_>>());
            },
            [
                SECOND,
                "column savingsPlan/SavingsPlanEffectiveCost: is blank on a SavingsPlanCoveredUsage charge",
                "export the column",
            ],
        ),
        broken(
            "the same column twice",
            |night| Bill::hand_worked().with("lineItem/UnblendedCost", "0").deliver(night),
            [FIRST, "has the column lineItem/UnblendedCost twice", "deliver the file again"],
        ),
        broken(
            "the same column in both spellings",
            |night| Bill::hand_worked().with("line_item_unblended_cost", "0").deliver(night),
            [
                FIRST,
                "has one column in two spellings: lineItem/UnblendedCost and line_item_unblended_cost",
                "leave one of them out",
            ],
        ),
        broken(
            "a column of ours",
            |night| Bill::hand_worked().with("x_SourceRow", "7").deliver(night),
            [FIRST, "has a column x_SourceRow", "rename it"],
        ),
        broken(
            "half of the net columns",
            |night| Bill::hand_worked().with("lineItem/NetUnblendedCost", "1").deliver(night),
            [FIRST, "has net costs but lacks reservation/NetEffectiveCost", "money_basis = \"gross\""],
        ),
    ]);
}

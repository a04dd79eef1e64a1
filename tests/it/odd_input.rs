//! Input that is odd and right: it must work, and tie to the same totals.

use super::bucket::{Bill, CONFIG, PERIOD, deliver, focus, focus_source, gz};
use super::place::Night;
use serde_json::Value;

/// BilledCost and EffectiveCost by currency, and rows, of the one published slot.
fn totals(night: &Night) -> (Value, Value, Value) {
    let status = night.status();
    let slots = status["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 1, "{status}");
    (slots[0]["rows"].clone(), slots[0]["BilledCost"].clone(), slots[0]["EffectiveCost"].clone())
}

/// The hand-worked bill: its arithmetic stands in `hand_worked.rs`.
fn expected() -> (Value, Value, Value) {
    let plain = Night::new(CONFIG);
    Bill::hand_worked().deliver(&plain);
    plain.run().exits(0);
    let totals = totals(&plain);
    assert_eq!(totals.0, 45);
    totals
}

const FILE_SET: &str = "catalogue = \"small\"\n\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"exports\"\n\n\
                        [[source.file_set]]\nbilling_periods = [\"2026-09\"]\n";

#[test]
fn byte_order_mark_line_ends_and_quotes_change_nothing() {
    let expected = expected();
    let text = String::from_utf8(Bill::hand_worked().csv()).unwrap();
    let quoted: Vec<u8> = {
        let bill = Bill::hand_worked();
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        writer.write_record(&bill.header).unwrap();
        bill.rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.into_inner().unwrap()
    };
    let with_mark = |bytes: &[u8]| [b"\xef\xbb\xbf".as_slice(), bytes].concat();
    for (name, bytes) in [
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("byte order mark", with_mark(text.as_bytes())),
        ("byte order mark and quotes", with_mark(&quoted)),
        ("byte order mark and CRLF", with_mark(text.replace('\n', "\r\n").as_bytes())),
        ("no line end at the end", text.trim_end().as_bytes().to_vec()),
        ("empty lines at the end", format!("{text}\n\n\r\n").into_bytes()),
    ] {
        let night = Night::new(&format!("{FILE_SET}files = [\"bill.csv\"]\n"));
        night.write("exports/bill.csv", bytes);
        night.run().exits(0);
        assert_eq!(totals(&night), expected, "{name}");
    }
}

#[test]
fn gzip_in_members_columns_in_another_order_and_both_spellings_tie() {
    let expected = expected();
    let bill = Bill::hand_worked();

    let night = Night::new(CONFIG);
    let parts: Vec<_> = bill.parts().iter().map(|part| gz_members(part)).collect();
    deliver(&night, PERIOD, &parts);
    night.run().exits(0);
    assert_eq!(totals(&night), expected, "several gzip members in one part");

    let mut reversed = bill.clone();
    reversed.header.reverse();
    reversed.rows.iter_mut().for_each(|row| row.reverse());
    let night = Night::new(CONFIG);
    reversed.deliver(&night);
    night.run().exits(0);
    assert_eq!(totals(&night), expected, "columns in another order");

    let night = Night::new(CONFIG);
    athena(bill).deliver(&night);
    night.run().exits(0);
    assert_eq!(totals(&night), expected, "the other spelling of the column names");
}

/// Two gzip streams end to end are one file, as `cat a.gz b.gz` makes it.
fn gz_members(bytes: &[u8]) -> Vec<u8> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    [gz(first, 6), gz(second, 9)].concat()
}

/// `lineItem/UnblendedCost` as `line_item_unblended_cost`.
fn athena(mut bill: Bill) -> Bill {
    for name in &mut bill.header {
        let mut spelled = String::new();
        for letter in name.chars() {
            match letter {
                '/' | ':' => spelled.push('_'),
                letter if letter.is_ascii_uppercase() => {
                    let after_small = spelled.chars().last().is_some_and(|last| last.is_ascii_lowercase());
                    spelled.push_str(if after_small { "_" } else { "" });
                    spelled.push(letter.to_ascii_lowercase());
                }
                letter => spelled.push(letter),
            }
        }
        *name = spelled;
    }
    bill
}

#[test]
fn a_header_only_part_among_others_and_parts_with_other_columns_tie() {
    let expected = expected();
    let bill = Bill::hand_worked();
    let (header, rows) = (bill.header.clone(), bill.rows.clone());
    let piece = |from: usize, to: usize| Bill { header: header.clone(), rows: rows[from..to].to_vec() };

    let night = Night::new(CONFIG);
    deliver(&night, PERIOD, &[piece(0, 20), piece(0, 0), piece(20, 45)].map(|piece| gz(&piece.csv(), 6)));
    night.run().exits(0);
    assert_eq!(totals(&night), expected, "a header-only part");

    // The tag is in use from the second part on, the third has a column that nobody knows.
    let night = Night::new(CONFIG);
    let pieces = [piece(0, 20).without("resourceTags/user:team"), piece(20, 30), piece(30, 45).with("new/Thing", "1")];
    deliver(&night, PERIOD, &pieces.map(|piece| gz(&piece.csv(), 6)));
    night.run().exits(0);
    assert_eq!(totals(&night), expected, "parts with other columns");
    let tagged = night.query("SELECT COUNT(*) AS n FROM cost WHERE Tags LIKE '%team%' AND x_SourceFile LIKE '%00001%'");
    assert_eq!(tagged[0]["n"], "0", "a part without the column has no value of it");
    let tagged = night.query("SELECT COUNT(*) AS n FROM cost WHERE Tags LIKE '%team%'");
    assert_ne!(tagged[0]["n"], "0", "the other parts keep theirs");
    assert!(night.read("out/2026-09/review.html").contains("new&#x2f;Thing"), "drift is told");
}

#[test]
fn charges_of_another_period_stay_in_the_delivery_that_brought_them() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().set(20, "bill/BillingPeriodStartDate", "2026-08-01T00:00:00.000Z").deliver(&night);
    night.run().exits(0);
    assert_eq!(totals(&night), expected());
    let page = night.read("out/2026-09/review.html");
    assert!(page.contains("1 charges name the billing period 2026-08"), "strays are told");
}

/// More decimals than a cost has: rounded half to even, told, and still tied.
#[test]
fn money_finer_than_eighteen_decimals_ties() {
    let night = Night::new(CONFIG);
    let bill = Bill::hand_worked().set(20, "lineItem/UnblendedCost", "0.1234567890123456785");
    let bill = bill.set(21, "lineItem/UnblendedCost", "-1.5E-18").set(22, "lineItem/UnblendedCost", "+25e-19");
    bill.set(20, "lineItem/UnblendedRate", "0.00000000000000000001")
        .set(20, "lineItem/UsageAmount", "3.00000000005")
        .deliver(&night);
    night.run().exits(0);
    let sql = "SELECT x_SourceRow, BilledCost FROM cost WHERE x_SourceFile LIKE '%00002%' AND x_SourceRow BETWEEN 5 AND 7 \
               ORDER BY x_SourceRow";
    let costs: Vec<_> = night.query(sql).iter().map(|row| row["BilledCost"].clone()).collect();
    assert_eq!(costs, ["0.123456789012345678", "-0.000000000000000002", "0.000000000000000002"]);
    let page = night.read("out/2026-09/review.html");
    // 0.5 + 0.5 + 0.5 of the 18th decimal: up to even twice, down to even once.
    assert!(page.contains("rounding lineItem&#x2f;UnblendedCost to 18 decimals took"), "rounding is told");
}

/// FOCUS has one spelling, real files have others; the text NULL is nothing.
#[test]
fn charge_categories_in_another_case_are_focus_all_the_same() {
    let night = Night::new(&focus_source("loose", &[("[\"2026-09\"]", "[\"a.csv\"]")]));
    let text = focus("s-1", "2026-09").replace(",Usage,", ",usage,").replace(",0.25\n", ",NULL\n");
    night.write("exports/a.csv", text);
    night.run().exits(0);
    let found = night.query("SELECT ChargeCategory, BilledCost, ContractedCost FROM cost ORDER BY BilledCost");
    assert_eq!(found[0]["ChargeCategory"], "Usage");
    assert_eq!((found[0]["BilledCost"].as_str(), found[0]["ContractedCost"].as_str()), ("0.25", ""));
}

#[test]
fn hostile_texts_travel_unharmed() {
    let name = "=cmd|' /C calc'!A0 <script>alert(1)</script> \"quoted\", línea\nsegunda \u{202e}";
    let night = Night::new(CONFIG);
    Bill::hand_worked().set(20, "product/ProductName", name).set(20, "lineItem/ResourceId", name).deliver(&night);
    night.run().exits(0);
    assert_eq!(totals(&night), expected());
    let found = night.query("SELECT ResourceId FROM cost WHERE x_SourceRow = 5 AND x_SourceFile LIKE '%00002%'");
    assert_eq!(found[0]["ResourceId"], name);
    let page = night.read("out/2026-09/review.html");
    assert!(!page.contains("<script>alert(1)"), "a text of an export runs in the page");
}

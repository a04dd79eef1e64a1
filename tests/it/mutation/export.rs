//! What may be wrong with an export before it is read.

use super::super::bucket::Bill;
use super::super::place::{Night, files};
use super::super::support::Outcome;
use super::estate::{Estate, Part};
use std::fs;

/// Runs an export that one mutation has been made to; `None` where the format has nothing to make it to.
pub fn run(estate: &Estate, mutation: &str) -> Option<(Night, Outcome)> {
    let columns = &estate.columns;
    let mut parts = estate.parts.clone();
    // The last part: of the cost details, the amortised ones. Its first row with a cost and an account.
    let last = parts.len() - 1;
    let bill = &mut parts[last].bill;
    let cost = bill.at(columns.cost);
    let account = bill.at(columns.account);
    let charge = |row: &Vec<String>| {
        row[cost].starts_with(|c: char| c.is_ascii_digit())
            && row[cost].contains(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    };
    let row = bill.rows.iter().position(|row| charge(row) && !row[account].is_empty()).expect("a charge");
    let mut set = |column: &str, text: &str| {
        let at = bill.at(column);
        bill.rows[row][at] = text.into();
    };
    match mutation {
        "row deleted" | "row deleted, counted anew" => drop(bill.rows.remove(row)),
        "row doubled, counted anew" => {
            let twice = bill.rows[row].clone();
            bill.rows.push(twice);
        }
        "cost changed" => set(columns.cost, "123.456"),
        "sign flipped" => {
            let negative = format!("-{}", bill.rows[row][cost]);
            bill.rows[row][cost] = negative;
        }
        "cost blank" => set(columns.cost, ""),
        "cost no number" => set(columns.cost, "much"),
        "currency changed" => set(columns.currency, "CHF"),
        "account changed" => set(columns.account, "other-account"),
        "period of another month" => set(columns.period, columns.august),
        "line type unknown" => set(columns.line_type, "Tribute"),
        "money column gone" => *bill = bill.clone().without(columns.cost),
        "money columns swapped" => {
            let other = bill.at(columns.other);
            for part in &mut parts {
                if part.bill.header == estate.parts[last].bill.header {
                    part.bill.rows.iter_mut().for_each(|row| row.swap(cost, other));
                }
            }
        }
        "credit deleted, counted anew" => lose_credit(&mut parts, estate),
        "part doubled" => {
            let twice = parts[last].clone();
            parts.push(twice);
        }
        "part not listed" if estate.format == "gcp-detailed-usage" || estate.format == "focus" => return None,
        "part not listed" => drop(parts.remove(last)),
        "part missing" => {
            let night = Night::new(&estate.config());
            let paths = (estate.deliver)(&night, &parts);
            fs::remove_file(night.path(paths.last().expect("a part"))).expect("there");
            let outcome = night.run();
            return Some((night, outcome));
        }
        "file cut short" => {
            let night = Night::new(&estate.config());
            let paths = (estate.deliver)(&night, &parts);
            let path = night.path(paths.last().expect("a part"));
            let bytes = fs::read(&path).expect("a part");
            fs::write(&path, &bytes[..bytes.len() - 30]).expect("the part");
            let outcome = night.run();
            return Some((night, outcome));
        }
        "dataset doubled" | "datasets swapped" if estate.format != "azure-cost-details" => return None,
        "dataset doubled" => {
            let twin = parts.iter().filter(|part| part.dataset == 1).cloned().map(|part| Part { dataset: 0, ..part });
            parts = twin.chain(parts.iter().filter(|part| part.dataset == 1).cloned()).collect();
        }
        "datasets swapped" => parts.iter_mut().for_each(|part| part.dataset = 1 - part.dataset),
        "second primary source" => return Some(two_sources(estate)),
        "dumps overlap" if estate.format != "gcp-detailed-usage" => return None,
        "dumps overlap" => return Some(overlapping(estate)),
        other => panic!("{other}: no such mutation"),
    }
    if mutation.ends_with("counted anew") {
        parts.iter_mut().for_each(|part| part.counted = part.bill.rows.len());
    }
    let night = estate.night(&parts);
    let outcome = night.run();
    Some((night, outcome))
}

/// A row that is a credit; of Google Cloud, a credit out of the row that it stands in.
fn lose_credit(parts: &mut [Part], estate: &Estate) {
    let mut left = 1;
    for Part { bill: Bill { header, rows }, .. } in parts.iter_mut().rev() {
        if estate.columns.credit.is_empty() {
            let at = header.iter().position(|name| name == "credits").expect("credits");
            rows.iter_mut().filter(|row| !row[at].is_empty()).take(left).for_each(|row| {
                left = 0;
                row[at] = r#"[{"name":"s","type":"SUSTAINED_USAGE_DISCOUNT","amount":-1.5}]"#.into();
            });
            continue;
        }
        let at = header.iter().position(|name| name == estate.columns.line_type).expect("line types");
        if let Some(row) = rows.iter().position(|row| row[at] == estate.columns.credit).filter(|_| left == 1) {
            rows.remove(row);
            left = 0;
        }
    }
    assert_eq!(left, 0, "{}: no credit", estate.format);
}

/// The export of a payer, and the one of a sub account of it, both as the bill.
fn two_sources(estate: &Estate) -> (Night, Outcome) {
    let night = Night::new(&format!("{}\n{}", estate.config(), estate.source("linked", "linked")));
    let last = &estate.parts.last().expect("a part").bill;
    let wanted = &last.rows[0][last.at(estate.columns.account)];
    let linked = estate.parts.iter().map(|part| {
        let mut part = part.clone();
        let account = part.bill.at(estate.columns.account);
        part.bill.rows.retain(|row| &row[account] == wanted);
        Part { counted: part.bill.rows.len(), ..part }
    });
    let linked: Vec<Part> = linked.filter(|part| part.counted > 0).collect();
    (estate.deliver)(&night, &linked);
    for (name, bytes) in files(night.path("exports")) {
        // Paths of a manifest begin so; an Azure export's own id has the word in the middle.
        let moved = |text: String| text.replace("\"exports/", "\"linked/").replace("bucket/exports/", "bucket/linked/");
        let text = String::from_utf8(bytes.clone()).map(|text| moved(text).into_bytes());
        night.write(&format!("linked/{name}"), text.unwrap_or(bytes));
    }
    fs::remove_dir_all(night.path("exports")).expect("the folder");
    (estate.deliver)(&night, &estate.parts);
    let outcome = night.run();
    (night, outcome)
}

/// Dumps of Google Cloud's table that overlap, in each of their orders: the last night's outcome, when all have
/// the same charges.
fn overlapping(estate: &Estate) -> (Night, Outcome) {
    let (header, rows) = (&estate.parts[0].bill.header, estate.parts.iter().flat_map(|part| part.bill.rows.clone()));
    let rows: Vec<_> = rows.collect();
    let dump = |from: usize, to: usize| Part {
        dataset: 0,
        bill: Bill { header: header.clone(), rows: rows[from..to].to_vec() },
        counted: to - from,
    };
    let dumps = [dump(0, 4), dump(2, 9), dump(1, 6)];
    let mut seen = None;
    let mut told = None;
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let night = Night::new(&estate.config());
        for (place, number) in order.into_iter().enumerate() {
            (estate.deliver)(&night, &dumps[number..=number]);
            fs::rename(night.path("exports/dump"), night.path(&format!("exports/{place}"))).expect("a dump");
        }
        let outcome = night.run();
        let sums = night.query("SELECT SubAccountId, COUNT(*) AS n, SUM(BilledCost) AS b, BillingCurrency FROM cost GROUP BY SubAccountId, BillingCurrency ORDER BY SubAccountId");
        assert_eq!(seen.get_or_insert_with(|| sums.clone()), &sums, "{order:?}");
        told = Some((night, outcome));
    }
    told.expect("a night")
}

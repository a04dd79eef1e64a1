//! What `diff` and `history` say of the month, beside what the delivered files add up to.

use super::super::place::Night;
use super::{Cell, Cells, MONTH, less, units};
use std::collections::{BTreeMap, BTreeSet};

/// The levels of `diff`, and which part of a key each cuts by.
const LEVELS: [(&str, Option<usize>); 5] =
    [("total", None), ("charge category", Some(0)), ("service", Some(1)), ("sub account", Some(2)), ("team", Some(3))];
const UNCHANGED: &str = "(unchanged)";

/// By part and currency.
type Parts = BTreeMap<(String, String), Cell>;
type Row = BTreeMap<String, String>;

fn parts(cells: &Cells, cut: Option<usize>) -> Parts {
    let mut parts = Parts::new();
    for (key, cell) in cells {
        let name = cut.map_or("all", |at| key[at].as_str());
        let name = if name.is_empty() { "(none)" } else { name };
        let sums = parts.entry((name.to_string(), key[4].clone())).or_default();
        sums.iter_mut().zip(cell).for_each(|(sum, cost)| *sum += cost);
    }
    parts
}

fn ask(night: &Night, call: &[&str], format: &str) -> String {
    night.costmill(&[call, &["--period", MONTH, "--format", format]].concat()).exits(0).stdout
}

fn csv_rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
}

/// A row's EffectiveCost, BilledCost and charges, of the one side.
fn cell(row: &Row, side: &str) -> Cell {
    let money = |name: &str| units(&row[&format!("{name}{side}")]);
    [money("x_EffectiveCost"), money("x_BilledCost"), row[&format!("x_Rows{side}")].parse().expect("a count")]
}

/// Every row of a `diff` is what the files of both sides say, and the rows of each level add up to the total.
pub fn hold(night: &Night, call: &[&str], from: &Cells, to: &Cells) {
    let csv = ask(night, call, "csv");
    let rows = csv_rows(&csv);
    let levels: BTreeSet<&str> = rows.iter().map(|row| row["x_Level"].as_str()).collect();
    assert_eq!(levels.len(), LEVELS.len(), "{call:?}\n{csv}");
    let currencies: BTreeSet<&String> = from.keys().chain(to.keys()).map(|key| &key[4]).collect();
    for (level, cut) in LEVELS {
        let (before, after) = (parts(from, cut), parts(to, cut));
        let of = |parts: &Parts, key: &(String, String)| parts.get(key).copied().unwrap_or_default();
        for currency in &currencies {
            let of_level = |row: &&Row| row["x_Level"] == level && row["BillingCurrency"] == **currency;
            let mut sums = [Cell::default(); 2];
            let mut named = BTreeSet::new();
            let mut rest = None;
            for row in rows.iter().filter(of_level) {
                let (earlier, later) = (cell(row, "From"), cell(row, "To"));
                let change: Cell = std::array::from_fn(|at| later[at] - earlier[at]);
                assert_eq!(cell(row, "Change"), change, "{call:?} {row:?}");
                for (sum, side) in sums.iter_mut().zip([earlier, later]) {
                    sum.iter_mut().zip(side).for_each(|(sum, cost)| *sum += cost);
                }
                if row["x_Name"] == UNCHANGED {
                    assert_eq!(earlier, later, "{call:?} {level}");
                    assert!(rest.replace(earlier).is_none(), "{call:?} {level}: two rows of what did not move");
                    continue;
                }
                let key = (row["x_Name"].trim_start_matches('\'').to_string(), (*currency).clone());
                assert_eq!([earlier, later], [of(&before, &key), of(&after, &key)], "{call:?} {level} {key:?}\n{csv}");
                assert!(named.insert(key), "{call:?} {level}: twice {row:?}");
            }
            let whole = |cells: &Cells| of(&parts(cells, None), &("all".into(), (*currency).clone()));
            assert_eq!(sums, [whole(from), whole(to)], "{call:?} {level} {currency} is not the total\n{csv}");
            // What no row names did not move, and is the rest.
            let silent = before.keys().chain(after.keys()).filter(|key| key.1 == **currency && !named.contains(*key));
            let silent: BTreeSet<_> = silent.collect();
            let mut left = Cell::default();
            for key in &silent {
                assert_eq!(
                    of(&before, key),
                    of(&after, key),
                    "{call:?} {level}: no row says that {key:?} moved\n{csv}"
                );
                left.iter_mut().zip(of(&before, key)).for_each(|(sum, cost)| *sum += cost);
            }
            assert_eq!(rest.is_some(), !silent.is_empty(), "{call:?} {level} {silent:?}\n{csv}");
            assert_eq!(rest.unwrap_or_default(), left, "{call:?} {level}: what did not move\n{csv}");
        }
    }
    let json: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(&ask(night, call, "json")).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), String::from);
    let json: Vec<Row> = json.iter().map(|row| row.iter().map(|(k, v)| (k.clone(), text(v))).collect()).collect();
    assert_eq!(json, rows, "{call:?}: JSON and CSV");
}

/// `diff` between each two of the versions, in both directions, and from nothing.
pub fn differences(night: &Night, versions: &[(i64, Cells)]) {
    for (from, earlier) in versions {
        for (to, later) in versions.iter().filter(|(to, _)| to != from) {
            hold(night, &["diff", "--from", &from.to_string(), "--to", &to.to_string()], earlier, later);
        }
    }
    if let [.., (_, before), (_, newest)] = versions {
        hold(night, &["diff"], before, newest);
        let days = ["diff", "--from-date", "2020-01-01", "--to-date", "2999-01-01"];
        hold(night, &days, &Cells::new(), newest);
    }
}

/// `diff` between what was closed and what was delivered last.
pub fn since_closing(night: &Night, closed: &Cells, latest: &Cells) {
    hold(night, &["diff", "--since-closing"], closed, latest);
}

/// `history`: each publication has its totals, its changes lead from one to the next, and those of the adjustments add
/// up to `carried`.
pub fn history(night: &Night, versions: &[(i64, Cells)], carried: &Cells) {
    let rows = csv_rows(&ask(night, &["history"], "csv"));
    let publications: Vec<&Row> =
        rows.iter().filter(|row| ["first published", "another delivery"].contains(&row["x_Event"].as_str())).collect();
    let numbers: BTreeSet<i64> = publications.iter().map(|row| row["x_Version"].parse().expect("a number")).collect();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), versions.iter().map(|of| of.0).collect::<Vec<_>>());
    let mut before = Parts::new();
    for (number, cells) in versions {
        let now = parts(cells, None);
        let all: BTreeSet<&(String, String)> = now.keys().chain(before.keys()).collect();
        for key in all {
            let of = |parts: &Parts| parts.get(key).copied().unwrap_or_default();
            let one = |row: &&&Row| row["x_Version"] == number.to_string() && row["BillingCurrency"] == key.1;
            let row = publications.iter().find(one).unwrap_or_else(|| panic!("no row of {number} {key:?}: {rows:?}"));
            let (sums, moved) = (of(&now), less_parts(&of(&now), &of(&before)));
            let told = ["EffectiveCost", "BilledCost"].map(|name| units(&row[name]));
            assert_eq!(told, [sums[0], sums[1]], "{row:?}");
            let first = before.is_empty();
            let told: Vec<i128> = csv_change(row).unwrap_or_default();
            assert_eq!(told, if first { vec![] } else { vec![moved[0], moved[1]] }, "{row:?}");
        }
        before = now;
    }
    let mut sums = BTreeMap::<String, [i128; 2]>::new();
    for row in rows.iter().filter(|row| row["x_Event"] == "adjustment" && !row["BillingCurrency"].is_empty()) {
        let told = csv_change(row).expect("what moved");
        let sum = sums.entry(row["BillingCurrency"].clone()).or_default();
        (sum[0], sum[1]) = (sum[0] + told[0], sum[1] + told[1]);
    }
    sums.retain(|_, sum| *sum != [0, 0]);
    let wanted = parts(&less(carried, &Cells::new()), None).into_iter();
    let wanted: BTreeMap<String, [i128; 2]> = wanted.map(|((_, currency), sum)| (currency, [sum[0], sum[1]])).collect();
    assert_eq!(sums, wanted.into_iter().filter(|(_, sum)| *sum != [0, 0]).collect(), "{rows:?}");
}

fn less_parts(later: &Cell, earlier: &Cell) -> Cell {
    std::array::from_fn(|at| later[at] - earlier[at])
}

/// What a row of the history says that EffectiveCost and BilledCost moved by.
fn csv_change(row: &Row) -> Option<Vec<i128>> {
    let texts = ["x_EffectiveCostChange", "x_BilledCostChange"].map(|name| row[name].as_str());
    texts.iter().all(|text| !text.is_empty()).then(|| texts.map(units).to_vec())
}

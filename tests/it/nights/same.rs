//! Two lakes that must hold the same, but for their history.

use super::super::place::{Night, files};
use super::super::three_deliveries::units;
use super::world::{Month, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The tables that readers ask, and what of each is history and may differ: where the same bytes lay when they came first;
/// since when a finding is there, and for how many nights; what moved from one publication to the next.
const TABLES: [(&str, &str, &str); 7] = [
    ("cost", "* EXCLUDE (x_SourceFile)", ""),
    ("cost_daily", "*", ""),
    ("resource_month", "*", ""),
    ("resource_day", "*", ""),
    ("reporting_rate", "*", ""),
    ("finding", "* EXCLUDE (x_FirstSeen, x_Nights)", ""),
    ("period_change", "*", "WHERE x_Change = 'adjustment'"),
];

/// Keys of `costmill status --format json` that are history: how often was published, and what each run did.
const HISTORY_OF_STATUS: [&str; 2] = ["version", "runs"];

#[track_caller]
fn lines(night: &Night, (table, columns, rows): (&str, &str, &str)) -> Vec<String> {
    let sql = format!("SELECT {columns} FROM {table} {rows}");
    let csv = night.costmill(&["query", &sql, "--format", "csv"]).exits(0).stdout;
    let mut lines: Vec<String> = csv.lines().map(str::to_string).collect();
    lines[1..].sort_unstable();
    lines
}

fn without_history(value: &mut Value) {
    match value {
        Value::Object(map) => {
            HISTORY_OF_STATUS.iter().for_each(|key| drop(map.remove(*key)));
            map.values_mut().for_each(without_history);
        }
        Value::Array(values) => values.iter_mut().for_each(without_history),
        _ => {}
    }
}

#[track_caller]
pub fn hold(one: &Night, other: &Night, what: &str) {
    for (table, columns, rows) in TABLES {
        let [long, short] = [one, other].map(|night| lines(night, (table, columns, rows)));
        let of = |lines: &[String]| lines.iter().cloned().collect::<BTreeSet<_>>();
        let gone: Vec<_> = of(&short).difference(&of(&long)).take(5).cloned().collect();
        let more: Vec<_> = of(&long).difference(&of(&short)).take(5).cloned().collect();
        assert!(
            long == short,
            "{what}, {table} ({} and {} rows)\n{}\nnot in the lake of many nights: {gone:#?}\nonly there: {more:#?}",
            long.len(),
            short.len(),
            long[0]
        );
        assert!(long.len() > 1 || !rows.is_empty(), "{what}: {table} is empty");
    }
    let [mut long, mut short] = [one, other].map(Night::status);
    [&mut long, &mut short].into_iter().for_each(without_history);
    assert_eq!(long, short, "{what}: status");
    artifacts(one, other, what);
}

fn artifacts(one: &Night, other: &Night, what: &str) {
    let [long, short] = [one, other].map(|night| files(night.path("out")));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&long), names(&short), "{what}: artifacts");
    let differs: Vec<String> = long
        .iter()
        .filter(|(name, bytes)| short[*name] != **bytes)
        .map(|(name, bytes)| format!("{name}: {}", first_difference(bytes, &short[name])))
        .collect();
    assert!(differs.is_empty(), "{what}: artifacts\n{}", differs.join("\n"));
}

/// The lines where two texts part.
fn first_difference(one: &[u8], other: &[u8]) -> String {
    let [one, other] = [one, other].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let parted = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    let (one, other) = parted.unwrap_or(("", "of another length"));
    let from = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count().saturating_sub(60);
    let shown = |text: &str| text.chars().skip(from).take(200).collect::<String>();
    format!("\n  {}\n  {}", shown(one), shown(other))
}

/// What each month of each source adds up to is what happened; of a closed one, what had happened when it was closed, and
/// what is delivered now beside it.
#[track_caller]
pub fn add_up(night: &Night, world: &World, closed: &[(Month, &World)], what: &str) {
    let sql = "SELECT x_SourceId, x_BillingMonth, SUM(EffectiveCost) AS x_Cost, SUM(x_Rows) AS x_Charges FROM cost_daily \
               GROUP BY x_SourceId, x_BillingMonth";
    let published: BTreeMap<(String, String), (i128, usize)> = night
        .query(sql)
        .into_iter()
        .map(|row| {
            let sums = (units(&row["x_Cost"]), row["x_Charges"].parse().unwrap());
            ((row["x_SourceId"].clone(), row["x_BillingMonth"].clone()), sums)
        })
        .collect();
    let exact = |(cost, charges): (i64, usize)| (i128::from(cost) * 10i128.pow(12), charges);
    let mut wanted: BTreeMap<_, _> = world.sums().into_iter().map(|(key, sums)| (key, exact(sums))).collect();
    for (month, then) in closed {
        let month = month.to_string();
        wanted.retain(|(_, of), _| *of != month);
        wanted
            .extend(then.sums().into_iter().filter(|((_, of), _)| *of == month).map(|(key, sums)| (key, exact(sums))));
        let told = night.costmill(&["diff", "--period", &month, "--since-closing", "--format", "csv"]).exits(0).stdout;
        for (source, currencies) in [(["aws", "gcp"], "USD"), (["azure", "azure"], "EUR")] {
            let of = |world: &World| -> i64 {
                let sums = world.sums();
                let sources: BTreeSet<&str> = source.into_iter().collect();
                sources
                    .into_iter()
                    .filter_map(|source| sums.get(&(source.to_string(), month.clone())))
                    .map(|sum| sum.0)
                    .sum()
            };
            let total = told.lines().find(|line| line.starts_with(&format!("total,all,{currencies},")));
            let cells: Vec<&str> = total.unwrap_or_else(|| panic!("{what}: {told}")).split(',').collect();
            let (frozen, latest) = (units(cells[3]), units(cells[4]));
            assert_eq!((frozen, latest), (exact((of(then), 0)).0, exact((of(world), 0)).0), "{what}, {month}: {told}");
        }
        night.costmill(&["reconcile", "--period", &month]).exits(0);
    }
    assert_eq!(published, wanted, "{what}");
}

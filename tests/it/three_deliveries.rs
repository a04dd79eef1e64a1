//! Deliveries of one month on each cloud: first, restated, closed, late, later, and opened again.
//!
//! What each delivery adds up to is read off its files, by rules of the tests' own in integers. What costmill says of
//! it must be that, at every level: the publications, the differences between any two of them, the history, what is
//! frozen, and what the first open month carries.

mod aws;
mod azure;
mod focus;
mod gcp;
mod moved;
mod together;

use super::charges::{catalogue, rows};
use super::closing::{POLICY, STATEMENT, adjustments, bytes_of, close};
use super::place::{Night, files};
use moved::{differences, history, since_closing};
use std::collections::{BTreeMap, BTreeSet};

/// The month that is delivered again, and the one after it, which carries what comes too late.
pub const MONTH: &str = "2026-09";
pub const CARRIER: &str = "2026-10";

/// Charge category, service, sub account, team and currency.
pub type Key = [String; 5];

/// EffectiveCost and BilledCost in units of the 18th decimal, and charges.
pub type Cell = [i128; 3];

/// What a delivery of the month adds up to.
pub type Cells = BTreeMap<Key, Cell>;

/// The states of the month that are delivered, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    First,
    /// Other amounts, a sub account that is new and one that is gone, another service, another team.
    Restated,
    /// After the closing.
    Late,
    Later,
}

/// An amount as an export writes it, in units of the 18th decimal; blank is nothing.
pub fn units(text: &str) -> i128 {
    let (mantissa, exponent) = text.split_once(['E', 'e']).unwrap_or((text, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let power = 18 + exponent.parse::<i32>().expect("an exponent") - part.len() as i32;
    let digits = format!("{whole}{part}");
    let digits: i128 = if digits.is_empty() { 0 } else { digits.parse().unwrap_or_else(|_| panic!("`{text}`")) };
    match u32::try_from(power) {
        Ok(power) => digits * 10i128.pow(power),
        Err(_) => {
            let over = 10i128.pow(power.unsigned_abs());
            assert_eq!(digits % over, 0, "{text} has more than 18 decimals");
            digits / over
        }
    }
}

/// Adds a charge, or a part of one.
pub fn add(cells: &mut Cells, key: [&str; 5], [effective, billed, charges]: Cell) {
    let sums = cells.entry(key.map(String::from)).or_default();
    (sums[0], sums[1], sums[2]) = (sums[0] + effective, sums[1] + billed, sums[2] + charges);
}

/// Later less earlier; cells that come to nothing are left out.
pub fn less(later: &Cells, earlier: &Cells) -> Cells {
    let keys: BTreeSet<&Key> = later.keys().chain(earlier.keys()).collect();
    let of = |cells: &Cells, key: &Key, at: usize| cells.get(key).map_or(0, |cell| cell[at]);
    let cell = |key: &Key| std::array::from_fn(|at| of(later, key, at) - of(earlier, key, at));
    keys.into_iter().map(|key| (key.clone(), cell(key))).filter(|(_, cell)| *cell != [0; 3]).collect()
}

/// A column of what a period carries, as the derived table has it.
const CARRIED: &str = r#"--- title = "Carried"
--- question = "What does the period carry?"
--- reads = ["period_change"]
--- [columns]
--- ChargeCategory = "FOCUS"
--- ServiceName = "FOCUS"
--- SubAccountId = "FOCUS"
--- x_Team = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Effective = { type = "money", meaning = "What EffectiveCost moved by" }
--- x_Billed = { type = "money", meaning = "What BilledCost moved by" }
--- x_Charges = { type = "integer", meaning = "Charges more" }
SELECT ChargeCategory, ServiceName, SubAccountId, x_Team, BillingCurrency,
  SUM(x_EffectiveCostChange) AS x_Effective, SUM(x_BilledCostChange) AS x_Billed, SUM(x_RowsChange) AS x_Charges
FROM period_change
WHERE x_Change = 'adjustment' AND x_ChangedMonth = '2026-09'
GROUP BY ChargeCategory, ServiceName, SubAccountId, x_Team, BillingCurrency
ORDER BY ChargeCategory, ServiceName, SubAccountId, x_Team, BillingCurrency
"#;

/// A night of one source, with a statement per team.
fn night(source: &str) -> Night {
    let night = Night::new(&format!("catalogue = \"catalogue\"\nthreads = 1\n{source}{POLICY}"));
    catalogue(&night, &["metric/showback_", "metric/adjustments_", "metric/earlier_months"]);
    night.write("catalogue/reports/statement.toml", STATEMENT);
    night.write("catalogue/queries/metric/carried.sql", CARRIED);
    night
}

/// What a table of the lake has of a month.
fn published(night: &Night, month: &str) -> Cells {
    let keys = "ChargeCategory, ServiceName, SubAccountId, x_Team, BillingCurrency";
    let sql = format!(
        "SELECT {keys}, SUM(EffectiveCost) AS x_Effective, SUM(BilledCost) AS x_Billed, SUM(x_Rows) AS x_Charges \
         FROM cost_daily WHERE x_BillingMonth = '{month}' GROUP BY {keys}"
    );
    let text = |row: &BTreeMap<String, String>, name: &str| row[name].trim_start_matches('\'').to_string();
    let cell = |row: BTreeMap<String, String>| {
        let key = ["ChargeCategory", "ServiceName", "SubAccountId", "x_Team", "BillingCurrency"];
        let sums = [units(&row["x_Effective"]), units(&row["x_Billed"]), row["x_Charges"].parse().expect("a count")];
        (key.map(|name| text(&row, name)), sums)
    };
    night.query(&sql).into_iter().map(cell).collect()
}

/// What a month carries of [`MONTH`].
fn carried(night: &Night, month: &str) -> Cells {
    let columns = [
        "ChargeCategory",
        "ServiceName",
        "SubAccountId",
        "x_Team",
        "BillingCurrency",
        "x_Effective",
        "x_Billed",
        "x_Charges",
    ];
    let cell = |row: String| {
        let cells: Vec<&str> = row.split('|').collect();
        let key = std::array::from_fn(|at| cells[at].to_string());
        (key, [units(cells[5]), units(cells[6]), cells[7].parse().expect("a count")])
    };
    // A cell of which only ListCost or ContractedCost moved says nothing here.
    let moved = |(_, cell): &(Key, Cell)| *cell != [0; 3];
    rows(night, "metric/carried", month, &columns).into_iter().map(cell).filter(moved).collect()
}

/// The sums of a CSV's money column by team and currency.
fn by_team(cells: &Cells) -> BTreeMap<(String, String), i128> {
    let mut sums = BTreeMap::new();
    for ([_, _, _, team, currency], cell) in cells {
        *sums.entry((team.clone(), currency.clone())).or_default() += cell[0];
    }
    sums
}

/// The statements of the carrier: each team's adjustments, and its figure with them.
#[track_caller]
fn in_statements(night: &Night, difference: &Cells) {
    let (moved, own) = (by_team(difference), by_team(&published(night, CARRIER)));
    let teams: BTreeSet<&String> = moved.keys().map(|(team, _)| team).collect();
    assert!(teams.len() > 1, "{teams:?}");
    for team in teams {
        let read = |section: &str| -> Vec<BTreeMap<String, String>> {
            let csv = night.read(&format!("out/{CARRIER}/team/{team}/statement/{section}.csv"));
            csv::Reader::from_reader(csv.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
        };
        let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
        for row in read("adjustments") {
            assert_eq!((&row["x_Team"], row["x_ChangedMonth"].as_str()), (team, MONTH));
            *sums.entry((team.clone(), row["BillingCurrency"].clone())).or_default() += units(&row["x_Adjustment"]);
        }
        sums.retain(|_, sum| *sum != 0);
        let wanted: BTreeMap<_, _> =
            moved.iter().filter(|((of, _), sum)| of == team && **sum != 0).map(|(k, v)| (k.clone(), *v)).collect();
        assert_eq!(sums, wanted, "the statement of {team}");
        for row in read("together") {
            let key = (team.clone(), row["BillingCurrency"].clone());
            let (figure, adjustment) = (own.get(&key).copied().unwrap_or(0), moved.get(&key).copied().unwrap_or(0));
            let told = ["x_Cost", "x_Adjustment", "x_CostAndAdjustment"].map(|name| units(&row[name]));
            assert_eq!(told, [figure, adjustment, figure + adjustment], "{team} with adjustments");
        }
    }
}

/// All that a closed month must keep: its files, its rows, and the roll-ups of its day.
struct Kept {
    month: BTreeMap<String, Vec<u8>>,
    rollups: BTreeMap<String, Vec<u8>>,
}

impl Kept {
    fn of(night: &Night) -> Self {
        let mut month = bytes_of(night, MONTH);
        let rows = |table: &str| {
            let sql = format!("SELECT * FROM {table} WHERE x_BillingMonth = '{MONTH}'");
            let csv = night.costmill(&["query", &sql, "--format", "csv"]).exits(0).stdout;
            let mut lines: Vec<&str> = csv.lines().collect();
            assert!(lines.len() > 3, "{table}: {lines:?}");
            lines.sort_unstable();
            lines.join("\n").into_bytes()
        };
        month.extend(["cost", "cost_daily", "resource_month"].map(|table| (format!("rows of {table}"), rows(table))));
        Self { month, rollups: files(night.path("lake/rollup")) }
    }

    #[track_caller]
    fn stays(&self, night: &Night, what: &str) {
        let now = Self::of(night);
        assert_eq!(now.month.keys().collect::<Vec<_>>(), self.month.keys().collect::<Vec<_>>(), "{what}");
        for (name, bytes) in &self.month {
            assert!(now.month[name] == *bytes, "{what}: {name} is not what was closed");
        }
        for (name, bytes) in &self.rollups {
            assert!(now.rollups.get(name) == Some(bytes), "{what}: {name} is not what it was");
        }
    }
}

fn version(night: &Night) -> i64 {
    night.status()["version"].as_i64().expect("a version")
}

/// The whole way. `deliver` writes a state of the month, the first with the month after it, and says what the files
/// add up to.
fn walk(night: &Night, source: &str, deliver: &dyn Fn(&Night, State) -> Cells) {
    let run = || night.run().exits(0);
    // Version 0 is the first; the month stands in these.
    let mut versions: Vec<(i64, Cells)> = Vec::new();
    for state in [State::First, State::Restated] {
        let cells = deliver(night, state);
        run().says(&format!("{source} {MONTH}"));
        assert_eq!(published(night, MONTH), cells, "{state:?}");
        versions.push((version(night), cells));
    }
    let (first, restated) = (versions[0].1.clone(), versions[1].1.clone());
    a_real_restatement(&first, &restated);
    differences(night, &versions);
    history(night, &versions, &Cells::new());

    close(night, MONTH);
    let kept = Kept::of(night);
    let mut last = Cells::new();
    for state in [State::Late, State::Later, State::Restated, State::Later] {
        let what = format!("{source}, {state:?} after the closing");
        let latest = deliver(night, state);
        let difference = less(&latest, &restated);
        let told = run();
        kept.stays(night, &what);
        assert_eq!(carried(night, CARRIER), difference, "{what}");
        since_closing(night, &restated, &latest);
        if state == State::Restated {
            assert_eq!(difference, Cells::new(), "{what}");
            told.says(&format!("closed {source} {MONTH}: a later delivery changes nothing that {CARRIER} carries"));
            assert_eq!(adjustments(night, CARRIER), Vec::<String>::new(), "{what}");
        } else {
            told.says(&format!("closed {source} {MONTH}: adjustment of EffectiveCost "));
            in_statements(night, &difference);
        }
        // The same night again says nothing new, and carries it still.
        let again = run();
        assert!(!again.stdout.contains("adjustment of"), "{what}: {}", again.stdout);
        assert_eq!(carried(night, CARRIER), difference, "{what}, the night after");
        history(night, &versions, &difference);
        assert_ne!(latest, last, "{what}: a delivery that says nothing new");
        last = latest;
    }

    let reason = ["reopen", "--period", MONTH, "--reason", "the late credit is the month's", "--by", "Bo"];
    night.costmill(&[&reason[..], &["--as-of", "2026-11-06"]].concat()).exits(0);
    run().says(&format!("{source} {MONTH}"));
    assert_eq!(published(night, MONTH), last, "opened again");
    assert_eq!(carried(night, CARRIER), Cells::new(), "opened again");
    let teams = format!("out/{CARRIER}/team");
    let told = files(night.path(&teams)).into_keys().find(|name| name.ends_with("adjustments.csv"));
    assert_eq!(told, None, "a statement still has adjustments");
    let (late, moved) = (version(night), less(&last, &restated));
    versions.push((late, last));
    differences(night, &versions);
    history(night, &versions, &moved);
    night.costmill(&["reconcile", "--period", MONTH]).exits(0);
}

/// A restatement that moves every kind of part.
fn a_real_restatement(first: &Cells, restated: &Cells) {
    let parts = |cells: &Cells, at: usize| cells.keys().map(|key| key[at].clone()).collect::<BTreeSet<_>>();
    for (at, what) in [(1, "service"), (2, "sub account"), (3, "team")] {
        assert!(parts(restated, at).difference(&parts(first, at)).next().is_some(), "no {what} is new");
    }
    assert!(parts(first, 2).difference(&parts(restated, 2)).next().is_some(), "no sub account is gone");
    let amounts = restated.iter().filter(|(key, cell)| first.get(*key).is_some_and(|before| before[0] != cell[0]));
    assert!(amounts.count() > 0, "no amount of a part is another");
}

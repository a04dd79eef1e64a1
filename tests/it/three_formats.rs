//! One bill as AWS exports it in three formats, through the whole house: the same four costs by service,
//! sub account and charge category, or the difference is one of those in docs/formats/aws_three_exports.md.

use crate::support::Costmill;
use costmill::focus::Money;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

const COSTS: [&str; 4] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"];
const KEYS: &str = "x_BillingMonth, BillingCurrency, x_ServiceCode, SubAccountId, ChargeCategory";

/// The exports of the sample, with the format that reads each.
const EXPORTS: [(&str, &str); 5] = [
    ("aws-cur-legacy", "aws-cur-legacy"),
    ("aws-cur2-csv", "aws-cur2"),
    ("aws-cur2-parquet", "aws-cur2"),
    ("aws-focus-csv", "aws-focus"),
    ("aws-focus", "aws-focus"),
];

type Key = Vec<String>;
type Sums = BTreeMap<Key, [Money; 4]>;

/// What the lake holds of one export.
struct Published {
    sums: Sums,
    /// Costs of each row in source order, with its charge category and commitment status.
    rows: Vec<(String, String, [Money; 4])>,
    /// Service codes with the names they are shown under.
    names: BTreeMap<String, String>,
    /// List cost of usage by team and currency: what discounts and commitments do not move.
    teams: BTreeMap<Key, Money>,
    /// EffectiveCost of the unused part of commitments, by the keys of `sums`.
    unused: BTreeMap<Key, Money>,
    /// By tag key and currency: covered, taggable and all EffectiveCost.
    coverage: BTreeMap<Key, [Money; 3]>,
    /// By tag key: covered, taggable and all resources.
    resources: BTreeMap<Key, Key>,
}

/// Every export of one sample, run and asked once.
fn published() -> &'static BTreeMap<&'static str, Published> {
    static ALL: OnceLock<BTreeMap<&str, Published>> = OnceLock::new();
    ALL.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let formats = EXPORTS.map(|(export, _)| export).join(",");
        let sample = [
            "sample", "--rows", "2000", "--months", "1", "--teams", "5", "--seed", "11", "--format", &formats, "--out",
        ];
        Costmill::new().args(sample).args([folder.path()]).run().exits(0);
        catalogue(folder.path());
        EXPORTS.iter().map(|(export, format)| (*export, run(folder.path(), export, format))).collect()
    })
}

/// One question on one page: what is asked here is asked of the lake itself.
fn catalogue(folder: &Path) {
    let section = "[[section]]\nid = \"total\"\ntitle = \"Cost\"\nquery = \"metric/cost_total\"\nchart = \"table\"\n";
    let report = format!("title = \"Cost\"\naudience = \"nobody\"\n\n{section}");
    let queries = [
        ("queries/metric/cost_total.sql", include_str!("../../queries/metric/cost_total.sql")),
        ("queries/metric/tag_state_of_resources.sql", include_str!("../../queries/metric/tag_state_of_resources.sql")),
        ("queries/metric/tag_coverage_by_key.sql", include_str!("../../queries/metric/tag_coverage_by_key.sql")),
        (
            "queries/metric/tag_coverage_of_resources.sql",
            include_str!("../../queries/metric/tag_coverage_of_resources.sql"),
        ),
    ];
    for (path, text) in queries.into_iter().chain([("reports/cost.toml", report.as_str())]) {
        let path = folder.join("catalogue").join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the catalogue's folder");
        std::fs::write(path, text).expect("the catalogue");
    }
}

fn run(sample: &Path, export: &str, format: &str) -> Published {
    let config = sample.join(format!("{export}.toml"));
    let text = format!(
        "catalogue = \"catalogue\"\nlake = \"lake-{export}\"\noutput = \"out-{export}\"\n\n\
         [[source]]\nid = \"{export}\"\nformat = \"{format}\"\n\
         location = \"{export}/exports/nightly\"\n\n[tags]\ncoverage_key = \"team\"\n\n[tags.dimensions]\n\
         team = [\"team\", \"Team\"]\nenv = {{ keys = [\"env\", \"environment\"], required = true }}\n"
    );
    std::fs::write(&config, text).expect("the config");
    let night = ["run", "--quiet", "--as-of", "2026-12-01", "--config"];
    Costmill::new().args(night).args([&config]).run().exits(0);
    let costs = COSTS.join(", ");
    let sums = COSTS.map(|cost| format!("SUM({cost}) AS {cost}")).join(", ");
    let answer = |arguments: &[&str], columns: Option<&[&str]>| {
        let arguments = [&["query"], arguments, &["--format", "csv", "--config"]].concat();
        let outcome = Costmill::new().args(arguments).args([&config]).run().exits(0);
        let mut reader = csv::Reader::from_reader(outcome.stdout.as_bytes());
        let header: Key = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        let at = |name: &&str| header.iter().position(|column| column == name).unwrap_or_else(|| panic!("no {name}"));
        let at: Vec<usize> = columns.map_or((0..header.len()).collect(), |columns| columns.iter().map(at).collect());
        let rows = reader.records().map(|record| record.expect("a row"));
        rows.map(|row| at.iter().map(|at| row[*at].to_owned()).collect()).collect::<Vec<Key>>()
    };
    let ask = |sql: &str| answer(&[sql], None);
    fn money<const N: usize>(cells: &[String]) -> [Money; N] {
        std::array::from_fn(|at| cells[at].parse().unwrap_or_else(|_| panic!("{} is no cost", cells[at])))
    }
    let grouped = ask(&format!("SELECT {KEYS}, {sums} FROM cost GROUP BY {KEYS}"));
    let order = "ORDER BY x_SourceFile, x_SourceRow";
    let rows = ask(&format!("SELECT ChargeCategory, CommitmentDiscountStatus, {costs} FROM cost {order}"));
    let names = ask("SELECT DISTINCT x_ServiceCode, ServiceName FROM cost");
    let by_team = "x_Tag_team, BillingCurrency";
    let list = "SUM(ListCost) AS ListCost FROM cost_daily WHERE ChargeCategory = 'Usage'";
    let teams = ask(&format!("SELECT {by_team}, {list} GROUP BY {by_team}"));
    let effective = "SUM(EffectiveCost) AS EffectiveCost FROM cost WHERE CommitmentDiscountStatus = 'Unused'";
    let unused = ask(&format!("SELECT {KEYS}, {effective} GROUP BY {KEYS}"));
    let month = grouped.first().expect("a charge")[0].clone();
    let metric = |query: &str, columns: &[&str]| answer(&[query, "--period", &month], Some(columns));
    let costs = ["x_TagKey", "BillingCurrency", "x_CoveredCost", "x_TaggableCost", "x_AllCost"];
    let counts = ["x_TagKey", "x_CoveredResources", "x_TaggableResources", "x_AllResources"];
    let coverage = metric("metric/tag_coverage_by_key", &costs).into_iter();
    let resources = metric("metric/tag_coverage_of_resources", &counts).into_iter();
    Published {
        teams: teams.into_iter().map(|cells| (cells[..2].to_vec(), money::<1>(&cells[2..])[0])).collect(),
        unused: unused.into_iter().map(|cells| (cells[..5].to_vec(), money::<1>(&cells[5..])[0])).collect(),
        coverage: coverage.map(|cells| (cells[..2].to_vec(), money(&cells[2..]))).collect(),
        resources: resources.map(|cells| (cells[..1].to_vec(), cells[1..].to_vec())).collect(),
        sums: grouped.into_iter().map(|cells| (cells[..5].to_vec(), money(&cells[5..]))).collect(),
        rows: rows.into_iter().map(|cells| (cells[0].clone(), cells[1].clone(), money(&cells[2..]))).collect(),
        names: names.into_iter().map(|cells| (cells[0].clone(), cells[1].clone())).collect(),
    }
}

/// Where two exports differ: by key and cost, the one less the other.
fn differences(one: &Sums, other: &Sums) -> BTreeMap<(Key, &'static str), Money> {
    let zero = [Money::ZERO; 4];
    let mut found = BTreeMap::new();
    for key in one.keys().chain(other.keys()) {
        let (one, other) = (one.get(key).unwrap_or(&zero), other.get(key).unwrap_or(&zero));
        for (at, cost) in COSTS.into_iter().enumerate().filter(|(at, _)| one[*at] != other[*at]) {
            found.insert((key.clone(), cost), one[at] - other[at]);
        }
    }
    found
}

/// The double nearest to an amount, as its shortest decimal.
fn rounded(money: Money) -> Money {
    let double: f64 = money.to_string().parse().expect("a number");
    double.to_string().parse().expect("a decimal")
}

#[test]
fn cur2_as_csv_is_the_legacy_report_to_the_last_digit() {
    let all = published();
    let found = differences(&all["aws-cur2-csv"].sums, &all["aws-cur-legacy"].sums);
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(all["aws-cur2-csv"].rows, all["aws-cur-legacy"].rows);
    assert_eq!(all["aws-cur2-csv"].names, all["aws-cur-legacy"].names);
}

/// Discounts inside the net costs, or lines of their own: the same money. Doubles hold 15 to 17 digits, so
/// that the last of a cost with more of them are lost.
#[test]
fn cur2_with_a_discount_map_differs_by_the_digits_of_doubles() {
    let all = published();
    // Or the discounts would be lines here too.
    assert!(all["aws-cur2-parquet"].rows.len() < all["aws-cur-legacy"].rows.len());
    let found = differences(&all["aws-cur2-parquet"].sums, &all["aws-cur-legacy"].sums);
    for (key, difference) in &found {
        assert!(difference.to_f64().abs() < 1e-12, "{key:?} {difference}");
    }
}

/// FOCUS wants a row for the unused part of a commitment: usage, while its fee is a purchase without
/// effective cost. The native reports have one line for both, which is mapped to one purchase.
#[test]
fn focus_differs_in_where_unused_commitments_stand() {
    let all = published();
    let (focus, legacy) = (&all["aws-focus-csv"], &all["aws-cur-legacy"]);
    // By month, currency, service and sub account: what was unused, and what FOCUS has less of as a purchase
    // and more of as usage. Nothing moves from one service or account to another.
    let of_category = |unused: &BTreeMap<Key, Money>, category: &str| -> BTreeMap<Key, Money> {
        assert!(unused.keys().all(|key| key[4] == category), "{unused:#?}");
        let moved = unused.iter().filter(|(_, cost)| **cost != Money::ZERO);
        moved.map(|(key, cost)| (key[..4].to_vec(), *cost)).collect()
    };
    let moved = of_category(&legacy.unused, "Purchase");
    assert!(moved.len() > 1 && moved.values().all(|cost| *cost > Money::ZERO), "{moved:#?}");
    assert_eq!(of_category(&focus.unused, "Usage"), moved);
    let expected: BTreeMap<(Key, &str), Money> = moved
        .iter()
        .flat_map(|(key, cost)| [("Purchase", -*cost), ("Usage", *cost)].map(|of| (key, of)))
        .map(|(key, (category, cost))| (([key.as_slice(), &[category.to_string()]].concat(), "EffectiveCost"), cost))
        .collect();
    assert_eq!(differences(&focus.sums, &legacy.sums), expected);
}

/// The same resources are tagged, whatever exported the bill: FOCUS's row for the unused part of a commitment
/// is no resource without a tag. Of the money two exports with their discounts in one place say the same;
/// discounts that are lines of their own name no resource, and what is inside the costs of each usage is taken
/// off where the resource stands.
#[test]
fn tag_coverage_is_the_same_in_every_format() {
    let all = published();
    let (lines, inside) = (&all["aws-cur-legacy"], &all["aws-cur2-parquet"]);
    assert!(lines.coverage.values().any(|[covered, taggable, whole]| covered < taggable && taggable < whole));
    for (export, published) in all {
        assert_eq!(published.resources, lines.resources, "{export}");
        let expected = if export.starts_with("aws-focus") { inside } else { lines };
        for (key, costs) in &published.coverage {
            for (at, what) in ["covered", "taggable", "all"].into_iter().enumerate() {
                let difference = costs[at] - expected.coverage[key][at];
                match *export {
                    "aws-cur2-csv" => assert_eq!(difference, Money::ZERO, "{key:?} {what}"),
                    "aws-cur2-parquet" if what != "all" => {
                        assert!(difference.to_f64() <= 1e-12, "{key:?} {difference}")
                    }
                    // The digits of doubles.
                    _ => assert!(difference.to_f64().abs() < 1e-12, "{export} {key:?} {what}: {difference}"),
                }
            }
        }
        assert_eq!(published.coverage.len(), lines.coverage.len(), "{export}");
    }
    let discounts: Vec<Money> = lines.coverage.iter().map(|(key, costs)| inside.coverage[key][1] - costs[1]).collect();
    assert!(discounts.iter().any(|discount| *discount < Money::ZERO), "no discount: nothing is compared");
}

#[test]
fn focus_as_parquet_is_its_csv_in_doubles() {
    let all = published();
    let (parquet, csv) = (&all["aws-focus"].rows, &all["aws-focus-csv"].rows);
    assert_eq!(parquet.len(), csv.len());
    for (row, other) in parquet.iter().zip(csv) {
        assert_eq!((&row.0, &row.1, row.2), (&other.0, &other.1, other.2.map(rounded)));
    }
}

/// Tag keys are spelled in three ways, `user:Team`, `user_team` and `Team`: the team is the same.
#[test]
fn a_team_has_the_same_usage_in_every_format() {
    let all = published();
    let teams = &all["aws-cur-legacy"].teams;
    assert!(teams.len() > 4, "{teams:?}");
    for (export, published) in all {
        assert_eq!(published.teams.keys().collect::<Vec<_>>(), teams.keys().collect::<Vec<_>>(), "{export}");
        for (team, cost) in &published.teams {
            assert!((*cost - teams[team]).to_f64().abs() < 1e-12, "{export} {team:?}: {cost}, {}", teams[team]);
        }
    }
}

/// AWS names some services in FOCUS as in the product name of the bill, older than the name we show.
#[test]
fn services_that_focus_names_otherwise() {
    let all = published();
    let (focus, legacy) = (&all["aws-focus-csv"].names, &all["aws-cur-legacy"].names);
    let codes = focus.iter().filter(|(code, name)| legacy.get(*code) != Some(*name)).map(|(code, _)| code.as_str());
    assert_eq!(codes.collect::<Vec<_>>(), ["AmazonECR", "AmazonEKS", "CodeBuild"]);
}

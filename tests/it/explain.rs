//! From a figure of a report back to the lines of the export: what is told must sum to what is shown.

use super::seeds;
use super::support::{Costmill, Outcome};
use costmill::focus::Money;
use costmill::transform::CellKind;
use costmill::transform::catalogue::Catalogue;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Figures that are drawn.
const CELLS: usize = 100;

/// A published company with every report of the catalogue.
fn company() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let sample = ["sample", "--rows", "1500", "--months", "2", "--teams", "5", "--seed", "4", "--out"];
        Costmill::new().args(sample).args([folder.path()]).run().exits(0);
        let config = folder.path().join("costmill.toml");
        Costmill::new().args(["run", "-q", "--as-of", "2026-10-03", "--config"]).args([config]).run().exits(0);
        folder
    });
    folder.path()
}

fn explain(arguments: &[&str]) -> Outcome {
    let config = company().join("costmill.toml");
    Costmill::new().args([&["explain"], arguments, &["--config"]].concat()).args([config]).run()
}

/// One exact amount of money of a report's CSV.
#[derive(Debug, Clone)]
struct Cell {
    figure: String,
    of: Option<String>,
    row: usize,
    column: String,
    text: String,
}

/// Every cell of the newest period whose column the catalogue declares as money, and that is not empty.
fn cells() -> Vec<Cell> {
    let catalogue = Catalogue::embedded().expect("the catalogue");
    let mut money: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (report, text) in &catalogue.reports {
        let spec = costmill::report::parse(report, text).expect("a report");
        for section in &spec.sections {
            let Some(query) = catalogue.queries.get(&section.query) else { continue };
            let columns = query.columns.iter().filter(|column| column.kind == CellKind::Money);
            money.insert((report.clone(), section.id.clone()), columns.map(|column| column.name.clone()).collect());
        }
    }
    let mut found = Vec::new();
    let month = company().join("out/2026-09");
    for ((report, section), columns) in &money {
        for (of, file) in csv_files(&month, report, section) {
            let mut reader = csv::Reader::from_path(&file).expect("a CSV");
            let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
            for (at, record) in reader.records().enumerate() {
                let record = record.expect("a row");
                for (name, text) in
                    header.iter().zip(&record).filter(|(name, text)| columns.contains(name) && !text.is_empty())
                {
                    let figure = format!("{report}#{section}");
                    found.push(Cell { figure, of: of.clone(), row: at + 1, column: name.clone(), text: text.into() });
                }
            }
        }
    }
    found
}

/// The CSV of a section, and where it has pages of teams those of each that is a plain word.
fn csv_files(month: &Path, report: &str, section: &str) -> Vec<(Option<String>, PathBuf)> {
    let file = |folder: &Path| folder.join(report).join(format!("{section}.csv"));
    let teams = std::fs::read_dir(month.join("team")).expect("the teams").map(|team| team.expect("a team").path());
    let mut teams: Vec<PathBuf> = teams.filter(|team| file(team).is_file()).collect();
    teams.sort();
    let named = teams.into_iter().map(|team| {
        let name = team.file_name().expect("a name").to_string_lossy().into_owned();
        (Some(name), file(&team))
    });
    let whole = Some((None, file(month))).filter(|(_, file)| file.is_file());
    whole.into_iter().chain(named).collect()
}

#[test]
fn a_hundred_figures_are_the_sum_of_lines_of_the_export() {
    let cells = cells();
    let columns: std::collections::BTreeSet<_> = cells.iter().map(|cell| (&cell.figure, &cell.column)).collect();
    assert!(cells.len() > 1000 && columns.len() > 40, "{} cells, {} columns", cells.len(), columns.len());
    let seed = seeds::given().into_iter().chain(seeds::drawn(1)).next().expect("a seed");
    eprintln!("COSTMILL_SEEDS={seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let drawn: Vec<Cell> = (0..CELLS).map(|_| cells[random.next_u64() as usize % cells.len()].clone()).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(cell) = drawn.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    sums_to_its_lines(cell, seed);
                }
            });
        }
    });
}

/// The lines that are told, added up here, are the figure that the report shows; each is a line of a
/// file of the export.
fn sums_to_its_lines(cell: &Cell, seed: u64) {
    let row = cell.row.to_string();
    let mut arguments = vec!["figure", &cell.figure, &row, "--column", &cell.column, "--period", "2026-09"];
    arguments.extend(["--format", "csv"]);
    if let Some(of) = &cell.of {
        arguments.extend(["--of", of]);
    }
    let outcome = explain(&arguments);
    assert_eq!(outcome.status, 0, "seed {seed}: {cell:?}\n{}", outcome.stderr);
    let mut reader = csv::Reader::from_reader(outcome.stdout.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|column| column == name).expect("the column");
    let (amount, file) = (at("x_Amount"), at("x_SourceFile"));
    let mut sum = Money::ZERO;
    for record in reader.records() {
        let record = record.expect("a line");
        let line: Money = record[amount].parse().expect("an amount");
        sum = sum.checked_add(line).expect("a sum");
        let source = company().join("aws-cur-legacy/exports/nightly").join(&record[file]);
        assert!(source.is_file(), "seed {seed}: {cell:?}: {} is no file of the export", &record[file]);
    }
    assert_eq!(sum, cell.text.parse().expect("the figure"), "seed {seed}: {cell:?}");
}

#[test]
fn a_figure_is_told_with_its_query_its_deliveries_and_its_lines() {
    let told = explain(&["figure", "monthly_review#cost_by_service", "1", "--period", "2026-09"]).exits(0);
    let told =
        told.says("query    metric/cost_by_service").says(":billing_period = 2026-09").says("version  0 of the lake");
    let told = told.says("aws 2026-09: delivery ").says("sha256 ").says("line of the export");
    told.says("the charges sum to the figure: ");
}

#[test]
fn what_is_no_sum_is_said_to_be_none() {
    let figure = ["figure", "monthly_review#cost_by_service", "1", "--period", "2026-09"];
    let share = [&figure[..], &["--column", "x_EffectiveCostChangeShare"]].concat();
    explain(&share).exits(2).complains("is no sum of charges").complains("--column EffectiveCost");
    explain(&["figure", "monthly_review#waste_by_rule"]).exits(2).complains("has no exact amount of money");
    explain(&["figure", "data_quality#drift"]).exits(2).complains("comes from record/drift");
    explain(&["figure", "monthly_review"]).exits(2).complains("write REPORT#SECTION");
    explain(&["figure", "review#total"]).exits(2).complains("one of monthly_review, ");
    explain(&["figure", "monthly_review#cost"]).exits(2).complains("no section cost").complains("cost_total");
    explain(&["figure", "monthly_review#cost_total", "99"]).exits(2).complains("there is no row 99");
    explain(&["figure", "monthly_review#cost_total", "JPY"]).exits(2).complains("stands in no row");
    explain(&["figure", "monthly_review#cost_total", "--period", "2020-01"]).exits(2).complains("is not published");
    explain(&["figure", "monthly_review#cost_total", "--of", "maps"]).exits(2).complains("no pages of their own");
}

#[test]
fn a_resource_is_told_line_by_line() {
    let config = company().join("costmill.toml");
    let sql = "SELECT ResourceId, SUM(EffectiveCost) AS EffectiveCost FROM resource_month WHERE ResourceId <> '' \
               AND x_BillingMonth = '2026-09' GROUP BY ResourceId ORDER BY EffectiveCost DESC LIMIT 1";
    let asked = Costmill::new().args(["query", sql, "--format", "csv", "--config"]).args([config]).run().exits(0);
    let (id, cost) = asked.stdout.lines().nth(1).expect("a resource").split_once(',').expect("its cost");
    let told = explain(&["resource", id, "--period", "2026-09"]).exits(0).says("SubAccountId = ").says("sha256 ");
    told.says(cost);
    explain(&["resource", "i-none", "--period", "2026-09"]).exits(2).complains("has no charges in 2026-09");
}

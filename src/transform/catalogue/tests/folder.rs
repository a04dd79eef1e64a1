//! A catalogue in a folder: one more question is one more file.

use super::tables::{Memory, collect, given, rollup};
use super::*;
use crate::transform::rollup::Rollup;
use std::fs;
use std::path::Path;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

const BY_REGION: &str = r#"--- title    = "Cost by region"
--- question = "What did each region cost, above a floor?"
--- reads    = ["cost_daily"]
--- [params]
--- floor = 1.5
--- [columns]
--- RegionId        = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost   = "FOCUS"
--- x_BillingMonth  = "costmill"
--- x_Note          = "A remark"

SELECT RegionId, BillingCurrency, SUM(EffectiveCost) AS EffectiveCost, x_BillingMonth, 'é' AS x_Note
FROM cost_daily
WHERE x_BillingMonth = :billing_period
GROUP BY RegionId, BillingCurrency, x_BillingMonth
HAVING SUM(EffectiveCost) >= :floor
ORDER BY EffectiveCost DESC NULLS LAST, RegionId, BillingCurrency, x_BillingMonth
"#;

/// Reads the query above.
const REGIONS: &str = r#"--- title = "Regions"
--- question = "How many regions cost something?"
--- reads = ["metric/cost_by_region"]
--- [columns]
--- x_Regions = { type = "integer", meaning = "Regions above the floor" }
SELECT COUNT(DISTINCT RegionId) AS x_Regions FROM cost_by_region ORDER BY x_Regions
"#;

fn lake() -> Memory {
    let daily = "x_BillingMonth|RegionId|BillingCurrency|EffectiveCost
                 2026-10|north|USD|1
                 2026-10|north|USD|1
                 2026-10|south|USD|1.4
                 2026-10|-|USD|9";
    Memory([("cost_daily".into(), rollup(Rollup::CostDaily, daily))].into())
}

#[test]
fn a_file_is_all_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "queries/metric/cost_by_region.sql", BY_REGION);
    write(folder.path(), "queries/metric/regions.sql", REGIONS);
    write(folder.path(), "queries/README.md", "no query");
    write(folder.path(), "reports/mine.toml", "title = \"Mine\"");
    write(folder.path(), "reports/templates/page.html", "<p>");
    fs::write(folder.path().join("reports/font.ttf"), [0xff, 0xfe]).unwrap();
    let catalogue = Catalogue::from_folder(folder.path()).unwrap();
    assert_eq!(catalogue.queries.keys().collect::<Vec<_>>(), ["metric/cost_by_region", "metric/regions"]);
    assert_eq!(catalogue.reports["mine"], "title = \"Mine\"");
    assert_eq!(catalogue.templates["page.html"], "<p>");
    assert_eq!(check(&catalogue, &[]), []);

    let params = given(&[("billing_period", "2026-10")]);
    let metric = run(&catalogue, "metric/cost_by_region", &params, &lake(), &collect).unwrap();
    let rows: Vec<String> =
        metric.rows.iter().map(|row| row.iter().map(Cell::csv_text).collect::<Vec<_>>().join("|")).collect();
    // 9 without a region, north 1 + 1 = 2; south's 1.4 is below the floor.
    assert_eq!(rows, ["|USD|9|2026-10|é", "north|USD|2|2026-10|é"]);
    assert_eq!(metric.columns[2].kind, CellKind::Money);
    assert_eq!(metric.columns[4].meaning, "A remark");

    // The floor is handed on to the query it reads.
    let regions = |floor: f64| {
        let mut params = params.clone();
        params.insert("floor".into(), ParamValue::Number(floor));
        run(&catalogue, "metric/regions", &params, &lake(), &collect).unwrap().rows[0][0].csv_text()
    };
    assert_eq!((regions(0.0), regions(1.5)), ("2".to_string(), "1".to_string()));
}

use crate::transform::Cell;

#[test]
fn every_problem_of_a_folder_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "queries/metric/no_header.sql", "SELECT 1");
    write(folder.path(), "queries/metric/broken.sql", "--- title = \"t\"\n--- question = oops\nSELECT 1");
    let typo = BY_REGION.replace("--- title ", "--- titel ").replace("--- RegionId  ", "--- RegionID  ");
    write(folder.path(), "queries/metric/typo.sql", &typo);
    write(folder.path(), "queries/odd/x.sql", BY_REGION);
    write(folder.path(), "queries/loose.sql", BY_REGION);
    write(folder.path(), "queries/metric/Upper.sql", BY_REGION);
    let (_, problems) = Catalogue::load(folder.path());
    let root = format!("{}/queries/", folder.path().display());
    let told: Vec<String> = problems.iter().map(|p| format!("{}: {}", p.place.replace(&root, ""), p.what)).collect();
    assert_eq!(told[0], "loose.sql: is in no folder that says its kind");
    assert_eq!(told[1], "metric/Upper.sql: the name of a query is lower-case letters, digits and _");
    assert!(told[2].starts_with("metric/broken.sql:2: the header is not TOML"), "{}", told[2]);
    assert_eq!(told[3], "metric/no_header.sql:1: has no header");
    assert_eq!(told[4], "metric/typo.sql:1: there is no header key `titel`");
    assert_eq!(problems[4].remedy, "did you mean `title`?");
    assert_eq!(told[5], "metric/typo.sql:1: the header has no `title`");
    assert_eq!(told[6], "metric/typo.sql:7: `RegionID` is no FOCUS column");
    assert_eq!(problems[6].remedy, "did you mean `RegionId`?");
    assert_eq!(told[7], "odd/x.sql: is in a folder that is no kind of query");
    assert_eq!(told.len(), 8);

    let error = Catalogue::from_folder(folder.path()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(problems.iter().all(|problem| error.to_string().contains(&problem.what)), "{error}");
    assert!(
        Catalogue::from_folder(&folder.path().join("nowhere")).unwrap_err().to_string().contains("holds no catalogue")
    );
}

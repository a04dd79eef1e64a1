//! Real and third-party Azure exports, against control totals by other hands. The files lie beside the
//! checkout, in `../shared/data`; they are not part of the project.

use super::azure::shared;
use super::place::{Night, oracle, python};
use std::path::Path;

/// A night with files of `folder`: their names, each with its dataset, and the period they hold.
fn night(folder: &Path, source: &str, period: &str, sets: &[(&str, &str)]) -> Night {
    let set = |(dataset, file): &(&str, &str)| {
        let dataset = if dataset.is_empty() { String::new() } else { format!("dataset = \"{dataset}\"\n") };
        format!("[[source.file_set]]\nbilling_periods = [\"{period}\"]\n{dataset}files = [\"{file}\"]\n")
    };
    let sets: String = sets.iter().map(set).collect();
    Night::new(&format!(
        "catalogue = \"small\"\n\n[[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = {folder:?}\n\
         {source}\n{sets}"
    ))
}

fn has_python() -> bool {
    let there = std::process::Command::new(python()).arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: the oracle of control totals is a Python script, and there is no {}", python());
    }
    there
}

/// What is published of a night is what the oracle makes of the same files.
#[track_caller]
fn ties_with_the_oracle(night: &Night, arguments: &[&Path]) {
    let oracle = oracle("azure_totals.py", arguments).unwrap_or_else(|said| panic!("{said}"));
    let totals = oracle["totals"].as_array().unwrap();
    assert!(!totals.is_empty(), "an oracle that saw nothing");
    let published = night.query(
        "SELECT BillingCurrency, x_BillingMonth AS BillingPeriod, COUNT(*) AS \"rows\", SUM(BilledCost) AS BilledCost, \
         SUM(EffectiveCost) AS EffectiveCost, SUM(ListCost) AS ListCost, SUM(ContractedCost) AS ContractedCost \
         FROM cost GROUP BY BillingCurrency, x_BillingMonth ORDER BY BillingCurrency, BillingPeriod",
    );
    assert_eq!(published.len(), totals.len());
    for (ours, theirs) in published.iter().zip(totals) {
        let theirs: std::collections::BTreeMap<String, String> =
            theirs.as_object().unwrap().iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_string())).collect();
        assert_eq!(ours, &theirs, "{arguments:?}");
    }
}

#[test]
fn real_files_alone_tie_with_the_oracle() {
    let Some(folder) = shared("azure").filter(|_| has_python()) else { return };
    for (dataset, file) in [
        ("actual", "EA_ActualCost_Small.csv"),
        ("amortized", "EA_AmortizedCost_Small.csv"),
        ("actual", "sample-anonymous-ea-export-dataset.csv"),
        ("amortized", "sample-anonymous-ea-export-dataset.csv"),
    ] {
        let night = night(&folder, &format!("dataset = \"{dataset}\""), "2023-09", &[("", file)]);
        let outcome = night.run().exits(0);
        assert_eq!(outcome.stderr, "", "{file}");
        let argument = format!("{dataset}:{}", folder.join(file).display());
        ties_with_the_oracle(&night, &[Path::new(&argument)]);
        let page = night.read("out/2023-09/index.html");
        assert!(page.contains("2023-09") && !page.contains("columns unknown to the format"), "{file}");
        eprintln!("{file} as {dataset} ties");
    }
}

/// The hand-worked bills too: the pencil, the oracle and costmill agree.
#[test]
fn the_hand_worked_bills_tie_with_the_oracle() {
    if !has_python() {
        return;
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/azure_cost_details");
    for (actual, amortized) in [("actual.csv", "amortized.csv"), ("mca_actual.csv", "mca_amortized.csv")] {
        let night = night(&fixtures, "", "2026-09", &[("actual", actual), ("amortized", amortized)]);
        night.run().exits(0);
        ties_with_the_oracle(&night, &[&fixtures.join(actual), &fixtures.join(amortized)]);
    }
}

/// 8.5450… and 16.2969…, of one tenant and not of one state: the union bills 19.0477….
#[test]
fn two_real_files_that_are_no_twins_are_refused_as_a_pair() {
    let Some(folder) = shared("azure") else { return };
    let sets = [("actual", "EA_ActualCost_Small.csv"), ("amortized", "EA_AmortizedCost_Small.csv")];
    let night = night(&folder, "", "2023-09", &sets);
    let said = night.run().exits(4);
    let said = said.complains(
        "azure 2023-09, billing account 8611537, sub account 64e355d7-997c-491d-b0c1-8414dccfcf42, USD, all charges: \
         BilledCost is",
    );
    let _ = said.complains("in the actual dataset and").complains("nothing new was published");
    assert_eq!(night.status()["slots"], serde_json::json!([]));
}

#[test]
fn what_is_no_bill_is_refused_by_name() {
    let Some(folder) = shared("azure") else { return };
    for (file, complaint) in [
        ("EA_NoRows.csv", "holds no charges: every file ends after its header"),
        ("EA-Reservations-Recommendations.csv", "is a list of reservation recommendations, no bill"),
    ] {
        let night = night(&folder, "dataset = \"actual\"", "2023-09", &[("", file)]);
        night.run().exits(1).complains(complaint).complains("remedy: ");
        assert_eq!(night.status()["slots"], serde_json::json!([]), "{file}");
    }
    // A dataset without a row beside one with rows: no twin of it.
    let sets = [("actual", "EA_NoRows.csv"), ("amortized", "EA_AmortizedCost_Small.csv")];
    night(&folder, "", "2023-09", &sets).run().exits(4).complains("BilledCost is 0 in the actual dataset");
}

/// Headers of every age and tongue: taken, or refused with the reason that is true of them.
#[test]
fn header_variants_are_taken_or_refused_with_the_reason() {
    let Some(folder) = shared("azure/header-variants") else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let complaint = match name.as_str() {
            "BOM.csv" | "German.csv" | "PayAsYouGo.csv" => "is of the old pay-as-you-go subscription format",
            // Neither billing account nor billing profile.
            "EnterpriseCamel.csv" => "lacks the column BillingProfileId",
            "MissingBrackets.csv" => "is no azure-cost-details export: it lacks BillingPeriodStartDate",
            "YA.csv" => "is no azure-cost-details export: it lacks BillingProfileId",
            "Enterprise.csv" => "",
            other => panic!("{other}: say what must become of it"),
        };
        let night = night(&folder, "dataset = \"actual\"", "2021-05", &[("", name.as_str())]);
        if complaint.is_empty() {
            night.run().exits(0).says("ties azure 2021-05: 1 rows, BilledCost 0 CAD");
            let row = night.query("SELECT Tags, x_InstanceType, ConsumedQuantity, PricingUnit FROM cost").remove(0);
            assert!(row["Tags"].starts_with("{\"createOperationID\":"), "{row:?}");
            assert_eq!(
                [&row["x_InstanceType"], &row["ConsumedQuantity"], &row["PricingUnit"]],
                ["Standard_E4s_v3", "100", "10 Hours"]
            );
        } else {
            night.run().exits(1).complains(complaint).complains(&name);
        }
        seen += 1;
    }
    assert_eq!(seen, 7);
}

/// The columns of every version of every export that Microsoft lists: all read, none unknown.
#[test]
fn microsofts_column_lists_are_known() {
    let Some(folder) = shared("azure/export-schemas") else { return };
    let value = |name: &str, kind: &str| match name {
        "ChargeType" | "ChargeCategory" => "Usage",
        "BillingPeriodStart" | "BillingPeriodStartDate" | "ChargePeriodStart" | "Date" => "2026-09-01T00:00:00Z",
        "BillingPeriodEnd" | "ChargePeriodEnd" => "2026-10-01T00:00:00Z",
        "BillingPeriodEndDate" => "2026-09-30T00:00:00Z",
        "BillingCurrency" => "EUR",
        "Tags" | "SkuPriceDetails" => "",
        "ChargeFrequency" => "Usage-Based",
        "PricingCategory" => "On-Demand",
        "ServiceCategory" => "Compute",
        "BilledCost" | "EffectiveCost" | "ListCost" | "ContractedCost" | "x_OnDemandCost" | "Cost" => "1.25",
        name if name.starts_with("Reservation")
            || name.starts_with("Commitment")
            || name.starts_with("Capacity")
            || name == "ChargeClass" =>
        {
            ""
        }
        _ if kind == "Decimal" => "1",
        _ if kind == "DateTimeOffset" => "2026-09-01T00:00:00Z",
        _ => "text",
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let format = match name.split('_').next().unwrap() {
            "focuscost" => "azure-focus",
            "actualcost" | "amortizedcost" => "azure-cost-details",
            _ => continue,
        };
        let schema: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let columns: Vec<(&str, &str)> = schema["translator"]["mappings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| (column["sink"]["name"].as_str().unwrap(), column["source"]["type"].as_str().unwrap()))
            .collect();
        let header: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let row: Vec<_> = columns.iter().map(|(name, kind)| value(name, kind)).collect();
        let dataset = match name.split('_').next().unwrap() {
            "actualcost" => "dataset = \"actual\"\n",
            "amortizedcost" => "dataset = \"amortized\"\n",
            _ => "",
        };
        let night = Night::new(&format!(
            "catalogue = \"small\"\n\n[[source]]\nid = \"azure\"\nformat = \"{format}\"\nlocation = \"exports\"\n{dataset}\n\
             [[source.file_set]]\nbilling_periods = [\"2026-09\"]\nfiles = [\"export.csv\"]\n"
        ));
        night.write("exports/export.csv", format!("{}\n{}\n", header.join(","), row.join(",")));
        night.run().exits(0).says("ties azure 2026-09: 1 rows, BilledCost 1.25 EUR");
        let page = night.read("out/2026-09/index.html");
        assert!(!page.contains("columns unknown to the format"), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 7, "schemas of bills");
}

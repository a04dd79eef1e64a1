//! Google Cloud's standard export, and its own FOCUS export.

use super::gcp_export::{CONFIG, json_lines, usage};
use super::place::Night;
use super::support::Costmill;
use serde_json::json;

fn night(format: &str, name: &str, bytes: impl AsRef<[u8]>) -> Night {
    let night = Night::new(&CONFIG.replace("gcp-detailed-usage", format));
    night.write(&format!("dumps/{name}"), bytes);
    night
}

/// No resources, no subscriptions; a commitment is known by the SKU of its fee.
#[test]
fn the_standard_export() {
    let fee = usage("FEE", "0.9").described("Commitment - dollar based v1: GCE for 1 year");
    let name = "Committed use discount - dollar based: GCE Commitments";
    let rows = [
        fee.number("usage.amount_in_pricing_units", "100"),
        usage("CORE", "1").credit("COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE", name, "-1"),
    ];
    let night = night("gcp-standard-usage", "part.json", json_lines(&rows));
    night.run().exits(0);
    let rows = night.query("SELECT EffectiveCost, CommitmentDiscountId, ResourceId FROM cost ORDER BY x_SourceRow");
    let rows: Vec<_> = rows
        .iter()
        .map(|row| ["EffectiveCost", "CommitmentDiscountId", "ResourceId"].map(|name| row[name].as_str()))
        .collect();
    assert_eq!(rows, [["0", "FEE", ""], ["0.9", "FEE", ""]]);
}

#[test]
fn a_detailed_export_is_no_standard_one() {
    let row = usage("CORE", "1").set("resource", json!({"name": "vm-1"}));
    let night = night("gcp-standard-usage", "part.json", json_lines(&[row]));
    night.run().exits(1).complains("it has the column resource.name").complains("format = \"gcp-detailed-usage\"");
}

/// A row with the columns that the export has, as read from a live table: no InvoiceIssuerName, no
/// ServiceCategory, no Tags, no commitment columns.
#[test]
fn google_s_focus_export() {
    let row = json!({
        "BilledCost": "6.25", "EffectiveCost": "6.25", "ListCost": "10", "ContractedCost": "10",
        "BillingAccountId": "01AAAA-BBBBBB-0CCCCC", "BillingCurrency": "USD",
        "BillingPeriodStart": "2026-10-01 07:00:00 UTC", "BillingPeriodEnd": "2026-11-01 07:00:00 UTC",
        "ChargePeriodStart": "2026-10-05 10:00:00 UTC", "ChargePeriodEnd": "2026-10-05 11:00:00 UTC",
        "ChargeCategory": "Usage", "ChargeDescription": "N2 Instance Core running in Americas",
        "ProviderName": "Google Cloud", "PublisherName": "Google Cloud", "ServiceName": "Compute Engine",
        "SubAccountId": "shop", "SubAccountName": "Shop", "RegionId": "us-central1",
        "ResourceId": "//compute.googleapis.com/projects/1/zones/us-central1-a/instances/77",
        "x_ExportTime": "2026-10-05 15:00:00.500 UTC", "x_ServiceId": "6F81-5844-456A", "x_CostType": "regular",
        "x_Credits": [{"Name": "c", "Amount": "-3.75", "Type": "PROMOTION"}],
        "x_Labels": [{"Key": "team", "Value": "web"}],
        "x_ProjectLabels": [{"Key": "team", "Value": "p"}, {"Key": "cc", "Value": "7"}],
        "x_Tags": [{"Key": "env", "Value": "prod", "x_Inherited": true, "x_Namespace": "1"}],
        "x_SystemLabels": [{"Key": "compute.googleapis.com/machine_spec", "Value": "n2-standard-4"}],
        "x_Project": {"Id": "shop", "Ancestors": [{"ResourceName": "organizations/1"}]},
    });
    let night = night("gcp-focus", "2026-10-31/part.json", format!("{row}\n"));
    night.run().exits(0).says("ties gcp 2026-10: 1 rows, BilledCost 6.25 USD");
    // A second dump with the row again is the same table.
    night.write("dumps/2026-11-01/part.json", format!("{row}\n{row}\n"));
    night.run().exits(0).says("ties gcp 2026-10: 2 rows");
    let row = &night.query("SELECT * FROM cost")[0];
    for (name, value) in [
        ("InvoiceIssuerName", "Google Cloud"),
        ("ServiceCategory", "Compute"),
        ("ServiceSubcategory", "Virtual Machines"),
        ("ChargeFrequency", "Usage-Based"),
        ("ResourceType", "instances"),
        ("SubAccountType", "Project"),
        ("Tags", "{\"cc\":\"7\",\"env\":\"prod\",\"team\":\"web\"}"),
        ("x_ServiceCode", "6F81-5844-456A"),
        ("x_InstanceType", "n2-standard-4"),
        ("x_Discounts", "{\"PROMOTION\":-3.75}"),
        ("x_LineItemType", "regular"),
    ] {
        assert_eq!(row[name], value, "{name}");
    }
}

/// Beside the detailed export it is a second one of the same charges: put together in the same way, and compared.
#[test]
fn a_shadow_is_put_together_too() {
    let sources = CONFIG.replace(
        "[tags]",
        "[[source]]\nid = \"second\"\nformat = \"gcp-standard-usage\"\nlocation = \"second\"\nrole = \"shadow\"\n\n[tags]",
    );
    let night = Night::new(&sources);
    let rows = [usage("CORE", "1"), usage("RAM", "2").exported("2026-10-06 15:00:00 UTC")];
    night.write("dumps/1/part.json", json_lines(&rows));
    night.write("second/1/part.json", json_lines(&rows));
    night.write("second/2/part.json", json_lines(&rows[1..]));
    night.run().exits(0);
    night.costmill(&["reconcile", "--cross"]).exits(0);
    // A row that only the shadow has.
    night.write("second/3/part.json", json_lines(&[usage("SSD", "4").exported("2026-10-07 15:00:00 UTC")]));
    night.run().exits(0);
    night.costmill(&["reconcile", "--cross"]).exits(4).says("shop");
}

/// The sample's three tables have the same charges. Google's FOCUS table leaves fees of the old commitments where
/// they were charged, and `reconcile --cross` says where that is.
#[test]
fn the_tables_of_the_sample_are_the_same_charges() {
    let folder = tempfile::tempdir().expect("a folder");
    let formats = "gcp-detailed-usage,gcp-standard-usage,gcp-focus";
    let sample = ["sample", "--rows", "2000", "--months", "1", "--teams", "5", "--seed", "7", "--format", formats];
    Costmill::new().args(sample).args(["--out".as_ref(), folder.path().as_os_str()]).run().exits(0);
    let config = folder.path().join("costmill.toml");
    let run = |command: &[&str]| Costmill::new().args(command).args(["--config".as_ref(), config.as_os_str()]).run();
    run(&["run", "--as-of", "2026-12-01"]).exits(0);
    let told = run(&["reconcile", "--cross"]).exits(4);
    let told = told.says("gcp and gcp-standard-usage agree").complains("gcp-focus 2026-08: 3 cells differ from gcp");
    let costs = |of: &str, measure: &str| {
        let mut lines = told.stdout.lines().skip_while(|line| !line.contains(&format!("its shadow {of}")));
        let line = lines.find(|line| line.starts_with("USD") && line.contains(measure)).expect("a line");
        line.split_whitespace().last().expect("a figure").to_owned()
    };
    for shadow in ["gcp-standard-usage", "gcp-focus"] {
        for measure in ["rows", "BilledCost", "EffectiveCost", "ListCost", "ContractedCost"] {
            assert_eq!(costs(shadow, measure), "0", "{shadow} {measure}");
        }
    }
}

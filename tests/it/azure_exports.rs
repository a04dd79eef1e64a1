//! The delivery layout of Azure Cost Management exports: which run counts, which runs belong together, and
//! what is refused.

use super::azure::fixture;
use super::bucket::gz;
use super::place::Night;
use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, RecordBatch, StringArray, TimestampMillisecondArray};
use parquet::arrow::ArrowWriter;
use serde_json::json;
use std::sync::Arc;

pub const CONFIG: &str =
    "catalogue = \"small\"\n\n[[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = \"exports\"\n";
const PERIOD: &str = "20260901-20260930";

/// One run of an export, being put together.
pub struct Run<'a> {
    pub night: &'a Night,
    pub export: &'a str,
    /// What the manifest says it exports; empty: an old manifest, which does not say.
    pub kind: &'a str,
    pub period: &'a str,
    /// The folders below the period's.
    pub folder: &'a str,
    pub submitted: &'a str,
    pub scope: &'a str,
}

impl<'a> Run<'a> {
    pub fn actual(night: &'a Night) -> Self {
        let (kind, folder) = ("ActualCost", "202610060412/6f9c0b5e-0000-4f2f-8d3c-1f6d2b9a7a11");
        let (submitted, scope) = ("2026-10-06T04:12:07.1234567Z", "/providers/Microsoft.Billing/billingAccounts/1");
        Self { night, export: "nightly-actual", kind, period: PERIOD, folder, submitted, scope }
    }

    pub fn amortized(night: &'a Night) -> Self {
        let folder = "202610060415/01ab23cd-0000-47c1-9a52-7d0e5a3c9f02";
        Self { export: "nightly-amortized", kind: "AmortizedCost", folder, ..Self::actual(night) }
    }

    pub fn path(&self, file: &str) -> String {
        let inside = [self.period, self.folder, file].into_iter().filter(|part| !part.is_empty());
        format!("exports/{}/{}", self.export, inside.collect::<Vec<_>>().join("/"))
    }

    /// Writes parts and their manifest, whose blob names begin at the container.
    pub fn deliver(&self, parts: &[(&str, Vec<u8>, i64)]) {
        for (name, bytes, _) in parts {
            self.night.write(&self.path(name), bytes);
        }
        let blobs: Vec<_> = parts
            .iter()
            .map(|(name, bytes, rows)| json!({"blobName": self.path(name), "byteCount": bytes.len(), "dataRowCount": rows}))
            .collect();
        let mut manifest = json!({
            "manifestVersion": "2024-04-01",
            "byteCount": 1, "blobCount": blobs.len(), "dataRowCount": parts.iter().map(|part| part.2).sum::<i64>(),
            "deliveryConfig": {"partitionData": true, "dataOverwriteBehavior": "CreateNewReport", "fileFormat": "Csv"},
            "blobs": blobs,
        });
        if !self.kind.is_empty() {
            let id = format!("{}/providers/Microsoft.CostManagement/exports/{}", self.scope, self.export);
            manifest["exportConfig"] = json!({"exportName": self.export, "resourceId": id, "type": self.kind,
                "dataVersion": "2023-05-01", "timeFrame": "MonthToDate", "granularity": "Daily"});
            manifest["runInfo"] = json!({"executionType": "Scheduled", "submittedTime": self.submitted,
                "startDate": "2026-09-01T00:00:00", "endDate": "2026-09-30T00:00:00"});
        }
        let name = if self.kind.is_empty() { "_manifest.json" } else { "manifest.json" };
        self.night.write(&self.path(name), manifest.to_string());
    }

    fn fixture(&self, name: &str) {
        let text = fixture(name);
        let rows = text.lines().count() as i64 - 1;
        self.deliver(&[("part_0_0001.csv", text.into_bytes(), rows)]);
    }
}

fn both(night: &Night) {
    Run::actual(night).fixture("actual.csv");
    Run::amortized(night).fixture("amortized.csv");
}

fn published() -> Night {
    let night = Night::new(CONFIG);
    both(&night);
    night.run().exits(0).says("ties azure 2026-09: 16 rows, BilledCost 204.501 EUR");
    night
}

#[test]
fn the_manifests_tell_the_datasets_of_two_exports() {
    let night = published();
    let files = night.query("SELECT DISTINCT x_SourceFile FROM cost ORDER BY x_SourceFile");
    assert!(files[0]["x_SourceFile"].starts_with("nightly-actual/20260901-20260930/202610060412/"), "{files:?}");
    night.run().exits(0).says("nothing new");
}

#[test]
fn layouts_of_every_age_are_read() {
    for folder in ["", "6f9c0b5e-0000-4f2f-8d3c-1f6d2b9a7a11", "202610060412/6f9c0b5e"] {
        // A manifest of old says no type: the export's name does.
        let night = Night::new(CONFIG);
        Run { kind: "", folder, ..Run::actual(&night) }.fixture("actual.csv");
        Run { kind: "", folder, ..Run::amortized(&night) }.fixture("amortized.csv");
        night.run().exits(0).says("ties azure 2026-09: 16 rows");
    }
    // Compressed, in parts, each with its header.
    let night = Night::new(CONFIG);
    Run::actual(&night).fixture("actual.csv");
    let text = fixture("amortized.csv");
    let lines: Vec<&str> = text.lines().collect();
    let part = |rows: &[&str]| gz(format!("{}\n{}\n", lines[0], rows.join("\n")).as_bytes(), 6);
    let (first, second) = (part(&lines[1..8]), part(&lines[8..]));
    Run::amortized(&night).deliver(&[("part_0_0001.csv.gz", first, 7), ("part_1_0001.csv.gz", second, 6)]);
    night.run().exits(0).says("ties azure 2026-09: 16 rows, BilledCost 204.501 EUR");
}

#[test]
fn a_wrong_row_count_is_refused() {
    let night = published();
    let before = night.standing();
    let rows = |rows: i64| {
        let text = fixture("amortized.csv");
        Run::amortized(&night).deliver(&[("part_0_0001.csv", text.into_bytes(), rows)]);
    };
    rows(14);
    let said = night.run().exits(1).complains("part_0_0001.csv: holds 13 charges where its manifest says 14");
    assert!(said.stderr.contains("remedy: "), "{}", said.stderr);
    night.still_stands(&before, "a row is missing");
    rows(13);
    night.run().exits(0);
}

/// A part that a manifest does not name is missed by nothing else: its charges are in no file's count.
#[test]
fn a_manifest_that_contradicts_itself_is_no_complete_run() {
    let night = published();
    let before = night.standing();
    let run = Run::amortized(&night);
    let manifest = run.path("manifest.json");
    let told = night.read(&manifest);
    let all = "\"dataRowCount\":13,\"deliveryConfig\"";
    for (from, to, complaint) in [
        (all, "\"dataRowCount\":20,\"deliveryConfig\"", "the run has 20 rows, and its files 13"),
        ("\"blobCount\":1", "\"blobCount\":2", "names 1 of 2 files"),
    ] {
        assert!(told.contains(from), "{told}");
        night.write(&manifest, told.replace(from, to));
        night.run().exits(1).complains("manifest.json").complains(complaint);
        night.still_stands(&before, complaint);
    }
    night.write(&manifest, &told);
    night.run().exits(0);
    // An older run that is not whole holds nothing back.
    let folder = "202609040415/77ab23cd-0000-47c1-9a52-7d0e5a3c9f02";
    let older = Run { folder, submitted: "2026-09-04T04:15:00Z", ..Run::amortized(&night) };
    older.fixture("amortized.csv");
    let contradicting = night.read(&older.path("manifest.json")).replace("\"blobCount\":1", "\"blobCount\":2");
    night.write(&older.path("manifest.json"), contradicting);
    night.run().exits(0).says("nothing new");
}

/// Nor is a part that was cut where the manifest counts the charges of all parts alone.
#[test]
fn parts_hold_together_what_the_manifest_says_of_all() {
    let night = Night::new(CONFIG);
    Run::actual(&night).fixture("actual.csv");
    let text = fixture("amortized.csv");
    let lines: Vec<&str> = text.lines().collect();
    let part = |rows: &[&str]| format!("{}\n{}\n", lines[0], rows.join("\n")).into_bytes();
    let run = Run::amortized(&night);
    let deliver = |second: &[&str]| {
        run.deliver(&[("part_0_0001.csv", part(&lines[1..8]), 7), ("part_1_0001.csv", part(second), 6)]);
        let manifest = night.read(&run.path("manifest.json"));
        let silent = manifest.replace("\"dataRowCount\":7,", "").replace("\"dataRowCount\":6,", "");
        let silent = silent.replace(",\"dataRowCount\":7}", "}").replace(",\"dataRowCount\":6}", "}");
        assert_eq!(silent.matches("dataRowCount").count(), 1, "{silent}");
        night.write(&run.path("manifest.json"), silent);
    };
    deliver(&lines[8..11]);
    night.run().exits(1).complains("says that its files hold 13 charges, and they hold 10");
    deliver(&lines[8..]);
    night.run().exits(0).says("ties azure 2026-09: 16 rows");
}

/// The newest run counts; one that is not complete is told, and the last complete one is read.
#[test]
fn the_newest_complete_run_wins() {
    let night = published();
    let (submitted, folder) = ("2026-10-06T05:00:00Z", "202610060500/77aa");
    let newer = Run { submitted, folder, ..Run::amortized(&night) };
    let text = fixture("amortized.csv").replace("1.9,CC-100", "2.9,CC-100");
    newer.deliver(&[("part_0_0001.csv", text.clone().into_bytes(), 13)]);
    // Tax is in both datasets: the pair does not tie until the other is run again.
    night.run().exits(4).complains("BilledCost is 204.421 in the actual dataset and 205.421 in cost (by 1)");
    let actual = fixture("actual.csv").replace("1.9,1.9", "2.9,2.9").replace(",1.9,", ",2.9,");
    let last = Run { submitted: "2026-10-06T05:10:00Z", folder: "202610060510/88bb", ..Run::actual(&night) };
    last.deliver(&[("part_0_0001.csv", actual.into_bytes(), 14)]);
    night.run().exits(0).says("BilledCost 205.501 EUR");
    // A newer run whose part did not arrive: what is complete is read, and the reader hears of it.
    std::fs::remove_file(night.path(&newer.path("part_0_0001.csv"))).unwrap();
    std::fs::remove_file(night.path(&last.path("part_0_0001.csv"))).unwrap();
    night.run().exits(3).complains("part_0_0001.csv is not there");
    let sum = night.query("SELECT SUM(BilledCost) AS billed FROM cost");
    assert_eq!(sum[0]["billed"], "204.501");
}

#[test]
fn month_to_date_and_last_month_of_one_scope_are_one_bill() {
    let night = published();
    for (export, kind, name, time) in [
        ("monthly-actual", "ActualCost", "actual.csv", "2026-10-06T09:00:00Z"),
        ("monthly-amortized", "AmortizedCost", "amortized.csv", "2026-10-06T09:05:00Z"),
    ] {
        let run = Run { export, kind, submitted: time, folder: "run", ..Run::actual(&night) };
        let text = fixture(name);
        let rows = text.lines().count() as i64 - 1;
        run.deliver(&[("part_0_0001.csv", text.replace(",1.9,", ",2.9,").into_bytes(), rows)]);
    }
    night.run().exits(0).says("BilledCost 205.501 EUR");
    let files = night.query("SELECT DISTINCT x_SourceFile FROM cost ORDER BY x_SourceFile");
    assert!(files.iter().all(|row| row["x_SourceFile"].starts_with("monthly-")), "{files:?}");
}

#[test]
fn two_scopes_in_one_location_are_refused() {
    let night = published();
    let before = night.standing();
    let scope = "/subscriptions/0a1b2c3d";
    Run { export: "other-actual", scope, ..Run::actual(&night) }.fixture("actual.csv");
    night.run().exits(1).complains("has exports of several scopes").complains("make one source of each");
    night.still_stands(&before, "two scopes");
    // Without a scope two exports of one dataset cannot be told apart.
    let night = Night::new(CONFIG);
    for export in ["actual-a", "actual-b"] {
        Run { export, kind: "", folder: "run", ..Run::actual(&night) }.fixture("actual.csv");
    }
    night.run().exits(1).complains("has several exports: actual-a, actual-b");
}

#[test]
fn a_missing_twin_and_twins_of_different_times_wait() {
    let night = Night::new(CONFIG);
    Run::actual(&night).fixture("actual.csv");
    night.run().exits(3).complains("azure 2026-09: has no export of the amortized dataset: the period waits for it");
    assert_eq!(night.status()["slots"], json!([]));
    // The other one, of the evening before.
    let (submitted, folder) = ("2026-10-05T16:00:00Z", "202610051600/55ee");
    Run { submitted, folder, ..Run::amortized(&night) }.fixture("amortized.csv");
    night.run().exits(3).complains("has runs of its datasets from different times only");
    // An actual run of that evening belongs to it: it is read, and the newer one waits.
    let (submitted, folder) = ("2026-10-05T16:10:00Z", "202610051610/66ff");
    Run { submitted, folder, ..Run::actual(&night) }.fixture("actual.csv");
    let said = night.run().exits(3).says("ties azure 2026-09: 16 rows");
    let _ = said.complains("has a newer run of one dataset alone");
    // The twin of the newer run comes.
    Run::amortized(&night).fixture("amortized.csv");
    night.run().exits(0);
}

#[test]
fn a_dataset_alone_is_read_where_the_config_wants_it() {
    let night = Night::new(&format!("{CONFIG}dataset = \"amortized\"\n"));
    both(&night);
    night
        .run()
        .exits(0)
        .says("BilledCost lacks the purchases")
        .says("ties azure 2026-09: 13 rows, BilledCost 92.101 EUR");
}

/// A bill without commitments is the same in both datasets, and that is no slip.
#[test]
fn twins_that_are_alike_are_a_bill_without_commitments() {
    let night = Night::new(CONFIG);
    let text: String = fixture("actual.csv").lines().take(2).map(|line| format!("{line}\n")).collect();
    for run in [Run::actual(&night), Run::amortized(&night)] {
        run.deliver(&[("part_0_0001.csv", text.clone().into_bytes(), 1)]);
    }
    night.run().exits(0).says("ties azure 2026-09: 1 rows, BilledCost 4.8 EUR");
    // Not so where it has commitments: one export was set up with the other's type.
    let night = Night::new(CONFIG);
    Run::actual(&night).fixture("amortized.csv");
    Run::amortized(&night).fixture("amortized.csv");
    night.run().exits(1).complains("is the unused part of a commitment, which the actual dataset does not have");
}

#[test]
fn what_is_no_such_export_or_no_month_is_told() {
    let night = published();
    // Other exports beside it are no business of this source.
    Run { export: "prices", kind: "PriceSheet", ..Run::actual(&night) }.fixture("actual.csv");
    night.run().exits(0).says("nothing new");
    // Ten days, exported once.
    let part = Run { export: "once-actual", period: "20260901-20260910", ..Run::actual(&night) };
    part.fixture("actual.csv");
    night.run().exits(1).complains("is of a part of a billing month only (20260901-20260910)");
    std::fs::remove_dir_all(night.path("exports/once-actual")).unwrap();
    // A dataset that nobody tells.
    Run { export: "once", kind: "", ..Run::actual(&night) }.fixture("actual.csv");
    night.run().exits(1).complains("does not say which dataset it is of, nor does the export's name");
    let empty = Night::new(CONFIG);
    empty.write("exports/nightly/20260901-20260930/run.csv", "");
    empty.run().exits(1).complains("holds no manifest.json of such an export in a YYYYMMDD-YYYYMMDD folder");
}

#[test]
fn what_is_wrong_with_a_manifest_is_told() {
    let night = published();
    let before = night.standing();
    let run = Run::amortized(&night);
    let manifest = |names: &[&str]| {
        let blobs: Vec<_> = names.iter().map(|name| json!({ "blobName": name })).collect();
        json!({ "blobs": blobs, "exportConfig": { "type": "AmortizedCost" } }).to_string()
    };
    let part = run.path("part_0_0001.csv");
    let outside = format!("nightly-amortized/{PERIOD}/../../../costmill.toml");
    for (text, complaint) in [
        (manifest(&[&part, &part]), "twice"),
        (manifest(&["x/part_9_0001.csv"]), "is not there"),
        (manifest(&[&outside]), "which is no file of the export's folder"),
        (manifest(&[]), "names no files"),
        ("{".to_string(), "is no report manifest"),
    ] {
        night.write(&run.path("manifest.json"), text);
        night.run().exits(1).complains(complaint).complains("manifest.json");
        night.still_stands(&before, complaint);
    }
}

/// Microsoft's FOCUS export lies in the same layout; its columns of 1.0 and of 1.2.
#[test]
fn focus_exports_are_read() {
    let header = |names: &str| {
        format!(
            "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,\
             ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,EffectiveCost,InvoiceIssuerName,ListCost,ContractedCost,\
             PricingCategory,ProviderName,PublisherName,ResourceId,ServiceCategory,ServiceName,SubAccountId,Tags,\
             x_SkuMeterCategory,x_SkuMeterSubcategory,{names}\n"
        )
    };
    let row = |rest: &str| {
        format!(
            "1.5,/b/1,EUR,2026-10-01T00:00Z,2026-09-01T00:00Z,Usage,,Usage-Based,2026-09-03T00:00Z,2026-09-02T00:00Z,1.25,\
             Microsoft,2,1.5,Standard,Microsoft,,/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v,\
             Compute,Virtual Machines,/subscriptions/s,\"{{\"\"team\"\":\"\"a\"\"}}\",Virtual Machines,Dsv5 Series,{rest}\n"
        )
    };
    let config = CONFIG.replace("azure-cost-details", "azure-focus");
    let of_1_0 = header("x_SkuMeterName,x_InvoiceId,x_PricingCurrency,x_SkuDetails,RegionName")
        + &row("D4s v5,G1,USD,\"{\"\"ServiceType\"\":\"\"Standard_D4s_v5\"\"}\",West Europe");
    let of_1_2 = header("SkuMeter,InvoiceId,PricingCurrency,SkuPriceDetails,ServiceSubcategory")
        + &row("D4s v5,G1,USD,\"{\"\"x_VMSize\"\":\"\"Standard_D4s_v5\"\"}\",Virtual Machines");
    for text in [of_1_0, of_1_2] {
        let night = Night::new(&config);
        let run = Run { export: "focus", kind: "FocusCost", ..Run::actual(&night) };
        run.deliver(&[("part_0_0001.csv", text.into_bytes(), 1)]);
        night.run().exits(0).says("ties azure 2026-09: 1 rows, BilledCost 1.5 EUR");
        let row = night
            .query(
                "SELECT InvoiceId, PricingCurrency, SkuMeter, ServiceSubcategory, PublisherName, x_ServiceCode, x_UsageType, \
                 x_Operation, x_InstanceType, ChargePeriodEnd FROM cost",
            )
            .remove(0);
        for (column, value) in [
            ("InvoiceId", "G1"),
            ("PricingCurrency", "USD"),
            ("SkuMeter", "D4s v5"),
            ("ServiceSubcategory", "Virtual Machines"),
            ("PublisherName", "Microsoft"),
            ("x_ServiceCode", "Virtual Machines"),
            ("x_UsageType", "D4s v5"),
            ("x_Operation", "Dsv5 Series"),
            ("x_InstanceType", "Standard_D4s_v5"),
            ("ChargePeriodEnd", "2026-09-03T00:00:00Z"),
        ] {
            assert_eq!(row[column], value, "{column}");
        }
    }
    // A file of the other format is told by its columns.
    let night = Night::new(&config);
    Run { kind: "", ..Run::actual(&night) }.fixture("actual.csv");
    night.run().exits(1).complains("is a file of cost and usage details, no FOCUS export");
}

/// A file as Parquet: days as timestamps, costs, prices and quantities as decimals, the rest as text.
fn parquet(text: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let column = |at: usize| -> ArrayRef {
        let texts = rows.iter().map(|row| Some(&row[at]).filter(|text| !text.is_empty()));
        match &header[at] {
            "Date" | "BillingPeriodStartDate" | "BillingPeriodEndDate" => {
                let day = |text: &str| {
                    chrono::NaiveDate::parse_from_str(text, "%m/%d/%Y").unwrap().and_hms_opt(0, 0, 0).unwrap()
                };
                let millis = texts.map(|text| text.map(|text| day(text).and_utc().timestamp_millis()));
                Arc::new(millis.collect::<TimestampMillisecondArray>().with_timezone("UTC"))
            }
            "Cost" | "UnitPrice" | "PayGPrice" | "EffectivePrice" | "Quantity" => {
                let units = texts.map(|text| text.map(|text| text.parse::<costmill::focus::Money>().unwrap().0));
                Arc::new(units.collect::<Decimal128Array>().with_precision_and_scale(38, 18).unwrap())
            }
            "IsAzureCreditEligible" => {
                Arc::new(texts.map(|text| text.map(|text| text == "True")).collect::<BooleanArray>())
            }
            _ => Arc::new(texts.collect::<StringArray>()),
        }
    };
    let columns = (0..header.len()).map(|at| (header[at].to_string(), column(at)));
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// Parquet beside CSV: the same charges.
#[test]
fn parquet_is_read() {
    let night = Night::new(CONFIG);
    let bytes = parquet(&fixture("actual.csv"));
    Run::actual(&night).deliver(&[("part_0_0001.snappy.parquet", bytes, 14)]);
    Run::amortized(&night).fixture("amortized.csv");
    night.run().exits(0).says("ties azure 2026-09: 16 rows, BilledCost 204.501 EUR");
    let alone = Night::new(&format!("{CONFIG}dataset = \"actual\"\n"));
    Run::actual(&alone).deliver(&[("part_0_0001.snappy.parquet", parquet(&fixture("actual.csv")), 14)]);
    alone.run().exits(0).says("BilledCost 204.501 EUR");
    let row = "SELECT ListCost, ChargePeriodEnd, BillingPeriodEnd, ConsumedQuantity FROM cost WHERE x_SourceRow = 3";
    let row = alone.query(row).remove(0);
    assert_eq!(
        [&row["ListCost"], &row["ChargePeriodEnd"], &row["BillingPeriodEnd"], &row["ConsumedQuantity"]],
        ["0.03", "2026-09-03T00:00:00Z", "2026-10-01T00:00:00Z", "5000"]
    );
}

/// One subscription under two names: as two primaries the bill would double, as a shadow the two are compared.
#[test]
fn a_focus_export_beside_the_details_is_the_same_bill() {
    let sub = "0a1b2c3d-1111-4a4a-8b8b-000000000001";
    let night = |role: &str| {
        let focus = CONFIG.replace("azure-cost-details", "azure-focus").replace("\"azure\"", "\"focus\"");
        let focus = focus.replace("\"exports\"", "\"exports/focus\"").replace("catalogue = \"small\"\n\n", "");
        let details = CONFIG.replace("\"exports\"", "\"exports/details\"");
        let night = Night::new(&format!("{details}dataset = \"actual\"\n\n{focus}{role}\n"));
        let text: String = fixture("actual.csv").lines().take(2).map(|line| format!("{line}\n")).collect();
        let run = Run { export: "details/actual", ..Run::actual(&night) };
        run.deliver(&[("part_0_0001.csv", text.into_bytes(), 1)]);
        let text = format!(
            "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,\
             ChargePeriodEnd,ChargePeriodStart,EffectiveCost,ListCost,ContractedCost,ChargeFrequency,ServiceCategory,\
             ServiceName,SubAccountId,x_SkuMeterCategory\n\
             4.8,/b/1,EUR,2026-10-01T00:00Z,2026-09-01T00:00Z,Usage,2026-09-03T00:00Z,2026-09-02T00:00Z,4.8,6,4.8,\
             Usage-Based,Compute,Virtual Machines,/subscriptions/{sub},Virtual Machines\n"
        );
        let run = Run { export: "focus/focus", kind: "FocusCost", ..Run::actual(&night) };
        run.deliver(&[("part_0_0001.csv", text.into_bytes(), 1)]);
        night
    };
    night("").run().exits(4).complains(&format!("sub account {sub}, EUR: is in source azure and in source focus"));
    let shadow = night("role = \"shadow\"");
    shadow.run().exits(0);
    shadow.costmill(&["reconcile", "--cross"]).exits(0);
}

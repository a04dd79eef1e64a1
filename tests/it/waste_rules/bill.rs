//! Small bills for the waste rules, and what a rule says of one: in costmill and, where `make`
//! installed it, in DuckDB.

use crate::place::{Night, copy_into, oracle};
use costmill::lake::Lake;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const CONFIG: &str = r#"
catalogue = "catalogue"
[[source]]
id = "aws"
format = "aws-cur-legacy"
location = "exports"
[[source.file_set]]
billing_periods = ["2026-09"]
files = ["2026-09.csv"]
[[source.file_set]]
billing_periods = ["2026-10"]
files = ["2026-10.csv"]
[tags.dimensions]
env = ["env"]
[environment]
dimension = "env"
non_production = ["dev", "test"]
"#;

const COLUMNS: &str = "identity/LineItemId,identity/TimeInterval,bill/PayerAccountId,bill/BillingPeriodStartDate,\
    bill/BillingPeriodEndDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,\
    lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/ResourceId,\
    lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,product/instanceType,product/regionCode,\
    pricing/publicOnDemandCost,reservation/ReservationARN,reservation/EffectiveCost,\
    reservation/UnusedAmortizedUpfrontFeeForBillingPeriod,reservation/UnusedRecurringFee,\
    savingsPlan/SavingsPlanARN,savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,\
    savingsPlan/UsedCommitment,resourceTags/user:env,resourceTags/user:Name";

/// Where a line's cells stand that are no line of their own: `key=value` after the table's cells.
const EXTRAS: [(&str, &str); 14] = [
    ("account", "lineItem/UsageAccountId"),
    ("region", "product/regionCode"),
    ("type", "lineItem/LineItemType"),
    ("instance", "product/instanceType"),
    ("list", "pricing/publicOnDemandCost"),
    ("ri", "reservation/ReservationARN"),
    ("ri_cost", "reservation/EffectiveCost"),
    ("ri_unused", "reservation/UnusedRecurringFee"),
    ("sp", "savingsPlan/SavingsPlanARN"),
    ("sp_cost", "savingsPlan/SavingsPlanEffectiveCost"),
    ("sp_total", "savingsPlan/TotalCommitmentToDate"),
    ("sp_used", "savingsPlan/UsedCommitment"),
    ("env", "resourceTags/user:env"),
    ("name", "resourceTags/user:Name"),
];

/// The bill's days from 09-27 on, `1` to `35`; a month as one charge.
fn days(text: &str) -> Vec<(String, String)> {
    let day = |number: i64| {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 26).unwrap() + chrono::Duration::days(number);
        day.format("%Y-%m-%d").to_string()
    };
    let whole = |first: &str, next: &str| vec![(first.to_string(), next.to_string())];
    match text {
        "september" => whole("2026-09-01", "2026-10-01"),
        "october" => whole("2026-10-01", "2026-11-01"),
        "from 10-10" => whole("2026-10-10", "2026-11-01"),
        "to 10-20" => whole("2026-10-01", "2026-10-20"),
        _ => {
            let runs = text.split('+').map(|run| run.split_once('-').unwrap_or((run, run)));
            let numbers = runs.flat_map(|(from, to)| from.parse::<i64>().unwrap()..=to.parse().unwrap());
            numbers.map(|number| (day(number), day(number + 1))).collect()
        }
    }
}

/// The two reports of a bill. A line is `resource | product | usage type | operation | days |
/// quantity a day | cost a day | key=value …`.
fn reports(bill: &str) -> [String; 2] {
    let names: Vec<&str> = COLUMNS.split(',').map(str::trim).collect();
    let mut reports = [COLUMNS.replace(' ', ""), COLUMNS.replace(' ', "")].map(|head| head + "\n");
    let lines = bill.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for (number, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [resource, product, usage, operation, on, quantity, cost, extras] = cells[..] else { panic!("{line}") };
        for (at, (first, next)) in days(on).into_iter().enumerate() {
            let mut row: BTreeMap<&str, String> = BTreeMap::new();
            let october = first.as_str() >= "2026-10-01";
            let (start, end) = if october { ("2026-10-01", "2026-11-01") } else { ("2026-09-01", "2026-10-01") };
            let midnight = |day: &str| format!("{day}T00:00:00Z");
            for (name, value) in [
                ("identity/LineItemId", format!("line{number}x{at}")),
                ("identity/TimeInterval", format!("{}/{}", midnight(&first), midnight(&next))),
                ("bill/PayerAccountId", "012345678901".into()),
                ("bill/BillingPeriodStartDate", midnight(start)),
                ("bill/BillingPeriodEndDate", midnight(end)),
                ("lineItem/UsageAccountId", "023456789012".into()),
                ("lineItem/LineItemType", "Usage".into()),
                ("lineItem/UsageStartDate", midnight(&first)),
                ("lineItem/UsageEndDate", midnight(&next)),
                ("lineItem/ProductCode", product.into()),
                ("lineItem/UsageType", usage.into()),
                ("lineItem/Operation", operation.into()),
                ("lineItem/ResourceId", resource.into()),
                ("lineItem/UsageAmount", quantity.into()),
                ("lineItem/CurrencyCode", "USD".into()),
                ("lineItem/UnblendedCost", cost.into()),
                ("product/regionCode", "eu-west-1".into()),
                ("resourceTags/user:Name", format!("name of {resource}")),
            ] {
                row.insert(name, value);
            }
            for (key, value) in extras.split_whitespace().map(|extra| extra.split_once('=').unwrap()) {
                let column = EXTRAS.iter().find(|(known, _)| *known == key).unwrap_or_else(|| panic!("{key}"));
                row.insert(column.1, value.into());
            }
            let cells: Vec<&str> = names.iter().map(|name| row.get(name).map_or("", String::as_str)).collect();
            reports[usize::from(october)] += &(cells.join(",") + "\n");
        }
    }
    reports
}

/// The bill, published; the catalogue is the waste rules, what they read, and no report.
pub fn published(bill: &str) -> Night {
    let night = Night::new(CONFIG);
    catalogue(&night);
    publish(&night, &reports(bill));
    night
}

/// The same with a utilisation file.
pub fn published_measured(bill: &str, file: &str) -> Night {
    let night = Night::new(&format!("{CONFIG}[waste]\nutilisation = [\"use.csv\"]\n"));
    catalogue(&night);
    night.write("use.csv", file);
    publish(&night, &reports(bill));
    night
}

/// The bill and the catalogue as they lie before any run, with more of the config.
pub fn delivered(bill: &str, more: &str) -> Night {
    let night = Night::new(&format!("{CONFIG}{more}"));
    catalogue(&night);
    let [september, october] = reports(bill);
    night.write("exports/2026-09.csv", september);
    night.write("exports/2026-10.csv", october);
    night
}

fn catalogue(night: &Night) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["queries/waste", "queries/lookup"] {
        copy_into(night, root, folder, &format!("catalogue/{folder}"));
    }
    for query in ["machine_use", "machine_unit_price"] {
        let file = format!("queries/metric/{query}.sql");
        night.write(&format!("catalogue/{file}"), std::fs::read(root.join(&file)).unwrap());
    }
}

fn publish(night: &Night, [september, october]: &[String; 2]) {
    night.write("exports/2026-09.csv", september);
    night.write("exports/2026-10.csv", october);
    night.run().exits(0);
}

/// What a rule finds, as [`lines`].
pub fn found(night: &Night, rule: &str, parameters: &[&str]) -> Vec<String> {
    lines(&findings(night, rule, parameters))
}

/// `resource action confidence gross realisable` of each finding, money to four digits, `-` for no
/// figure.
pub fn lines(findings: &[BTreeMap<String, String>]) -> Vec<String> {
    let money = |text: &str| text.parse().map_or("-".to_string(), |value: f64| format!("{value:.4}"));
    let line = |row: &BTreeMap<String, String>| {
        let (gross, realisable) = (&row["x_GrossMonthlySaving"], &row["x_RealisableMonthlySaving"]);
        let text = [&row["ResourceId"], &row["x_Action"], &row["x_Confidence"]].map(String::as_str).join(" ");
        format!("{text} {} {}", money(gross), money(realisable))
    };
    findings.iter().map(line).collect()
}

/// The findings of a rule in October; parameters as `name=value`.
pub fn findings(night: &Night, rule: &str, parameters: &[&str]) -> Vec<BTreeMap<String, String>> {
    let id = format!("waste/{rule}");
    let mut arguments = vec!["query", &id, "--period", "2026-10", "--format", "csv"];
    parameters.iter().for_each(|parameter| arguments.extend(["--param", parameter]));
    let csv = night.costmill(&arguments).exits(0).stdout;
    let found: Vec<_> = csv::Reader::from_reader(csv.as_bytes()).deserialize().map(|row| row.unwrap()).collect();
    if parameters.is_empty() {
        same_in_duckdb(night, rule, &found);
    }
    found
}

/// The same rule over the same files in DuckDB: fails unless it finds the same.
fn same_in_duckdb(night: &Night, rule: &str, ours: &[BTreeMap<String, String>]) {
    if std::env::var("COSTMILL_PYTHON").unwrap_or_default().is_empty() {
        eprintln!("skipped: COSTMILL_PYTHON is not set (`make test` installs duckdb)");
        return;
    }
    let lake = Lake::open(&night.path("lake")).unwrap();
    let records = lake.snapshot().unwrap().slots;
    let mut tables: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for record in records.values() {
        tables.entry("cost".into()).or_default().extend(record.cost.iter().map(|file| lake.file(file).unwrap()));
        for (table, file) in &record.rollups {
            tables.entry(table.clone()).or_default().push(lake.file(file).unwrap());
        }
    }
    let measured = night.path("lake/derived/2026-10/utilisation.parquet");
    if measured.exists() {
        tables.insert("utilisation".into(), vec![measured]);
    }
    night.write("tables.json", json!(tables).to_string());
    let day = |day: &str| json!({ "date": day });
    let params = json!({ "*": {
        "billing_period": "2026-10",
        "prior_billing_period": "2026-09",
        "last_full_day": day("2026-10-31"),
        "first_of_7_days": day("2026-10-25"),
        "first_of_14_days": day("2026-10-18"),
        "first_of_35_days": day("2026-09-27"),
    } });
    night.write("params.json", params.to_string());
    let id = format!("waste/{rule}");
    let (tables, params, queries) =
        (night.path("tables.json"), night.path("params.json"), night.path("catalogue/queries"));
    let arguments = [
        &tables,
        Path::new("--queries"),
        &queries,
        Path::new("--params"),
        &params,
        Path::new("--only"),
        Path::new(&id),
    ];
    let found = oracle("catalogue_duckdb.py", &arguments).unwrap_or_else(|said| panic!("{rule}: {said}"));
    let names: Vec<&str> =
        found[&id]["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let theirs = found[&id]["rows"].as_array().unwrap();
    assert_eq!(ours.len(), theirs.len(), "{rule} in DuckDB: {theirs:?}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        for (name, value) in names.iter().zip(theirs.as_array().unwrap()) {
            let place = format!("{rule}, {}, {name} in DuckDB", ours["ResourceId"]);
            match value {
                Value::Null => assert_eq!(ours[*name], "", "{place}"),
                Value::Number(number) => {
                    let (a, b): (f64, f64) = (ours[*name].parse().unwrap(), number.as_f64().unwrap());
                    assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{place}: {a} and {b}");
                }
                other => assert_eq!(ours[*name], other.as_str().unwrap(), "{place}"),
            }
        }
    }
}

/// AWS's FOCUS 1.2 of the 35 days. A line is `resource | charge category | service code | SkuMeter |
/// operation | quantity a day | EffectiveCost a day | ContractedCost a day | commitment status | commitment`.
pub fn published_focus(bill: &str) -> Night {
    let night = Night::new(&CONFIG.replace("aws-cur-legacy", "aws-focus"));
    catalogue(&night);
    let head = "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargeFrequency,\
                ChargePeriodStart,ChargePeriodEnd,ServiceCategory,ServiceName,SubAccountId,RegionId,ResourceId,SkuMeter,\
                x_ServiceCode,x_Operation,PricingCategory,PricingQuantity,PricingUnit,ProviderName,PublisherName,\
                InvoiceIssuerName,BilledCost,EffectiveCost,ListCost,ContractedCost,CommitmentDiscountStatus,CommitmentDiscountId\n";
    let mut reports = [head.to_string(), head.to_string()];
    for line in bill.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [resource, category, code, meter, operation, quantity, effective, contracted, status, commitment] =
            cells[..]
        else {
            panic!("{line}")
        };
        let (pricing, billed) = if status.is_empty() { ("Standard", effective) } else { ("Committed", "0") };
        for (first, next) in days("1-35") {
            let october = first.as_str() >= "2026-10-01";
            let (start, end) = if october { ("2026-10-01", "2026-11-01") } else { ("2026-09-01", "2026-10-01") };
            reports[usize::from(october)] += &format!(
                "012345678901,USD,{start}T00:00:00Z,{end}T00:00:00Z,{category},Usage-Based,{first}T00:00:00Z,{next}T00:00:00Z,\
                 Compute,Amazon Elastic Compute Cloud,023456789012,eu-west-1,{resource},{meter},{code},{operation},{pricing},\
                 {quantity},Hrs,AWS,Amazon Web Services,AWS,{billed},{effective},{contracted},{contracted},{status},{commitment}\n"
            );
        }
    }
    publish(&night, &reports);
    night
}

/// A FOCUS bill of another provider. A line is `resource | service code | usage type | operation | days |
/// quantity a day | EffectiveCost a day | key=value …`, with `account`, `region`, `env`, `name`, `machine` (its
/// type) and `covered` (the commitment that pays for it).
pub fn published_of(provider: &str, bill: &str) -> Night {
    let night = Night::new(&of_provider());
    catalogue(&night);
    publish(&night, &reports_of(provider, bill));
    night
}

fn of_provider() -> String {
    CONFIG.replace("aws-cur-legacy", "focus").replace("id = \"aws\"", "id = \"other\"")
}

fn reports_of(provider: &str, bill: &str) -> [String; 2] {
    let head = "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargeFrequency,\
                ChargePeriodStart,ChargePeriodEnd,ServiceCategory,ServiceName,SubAccountId,SubAccountName,RegionId,ResourceId,\
                ResourceName,ResourceType,PricingCategory,PricingQuantity,PricingUnit,ProviderName,PublisherName,\
                InvoiceIssuerName,BilledCost,EffectiveCost,ListCost,ContractedCost,CommitmentDiscountStatus,\
                CommitmentDiscountId,Tags,x_ServiceCode,x_UsageType,x_Operation,x_InstanceType\n";
    let mut reports = [head.to_string(), head.to_string()];
    let lines = bill.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [resource, code, usage, operation, on, quantity, cost, extras] = cells[..] else { panic!("{line}") };
        let extra = |wanted: &str, default: &str| {
            let mut pairs = extras.split_whitespace().map(|extra| extra.split_once('=').unwrap());
            pairs.find_map(|(key, value)| (key == wanted).then(|| value.to_string())).unwrap_or_else(|| default.into())
        };
        let known = ["account", "region", "env", "name", "machine", "covered"];
        assert!(extras.split_whitespace().all(|it| known.contains(&it.split_once('=').unwrap().0)), "{line}");
        let (account, region) = (extra("account", "sub-1"), extra("region", "eu"));
        let (name, machine, covered) = (extra("name", resource), extra("machine", ""), extra("covered", ""));
        let tags = match extra("env", "").as_str() {
            "" => String::new(),
            env => format!("\"{{\"\"env\"\":\"\"{env}\"\"}}\""),
        };
        let (pricing, status, billed) = match covered.as_str() {
            "" => ("Standard", "", cost),
            _ => ("Committed", "Used", "0"),
        };
        for (first, next) in days(on) {
            let october = first.as_str() >= "2026-10-01";
            let (start, end) = if october { ("2026-10-01", "2026-11-01") } else { ("2026-09-01", "2026-10-01") };
            reports[usize::from(october)] += &format!(
                "payer,USD,{start}T00:00:00Z,{end}T00:00:00Z,Usage,Usage-Based,{first}T00:00:00Z,{next}T00:00:00Z,\
                 Compute,Service of {code},{account},name of {account},{region},{resource},{name},,{pricing},{quantity},Hours,\
                 {provider},{provider},{provider},{billed},{cost},{cost},{cost},{status},{covered},{tags},{code},{usage},\
                 {operation},{machine}\n"
            );
        }
    }
    reports
}

//! The roll-ups of small tables of charges, against sums by hand and by another way.

use super::*;
use crate::focus::Policy;
use crate::focus::frame::{data_type, schema};
use crate::focus::policy::{ChargeMatch, Exemption, Owner, OwnerRule, SubAccount, TagKey, UnitMetric};
use crate::lake::collect;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Charges with the columns that are not named as typed nulls. `text`: a line of column names,
/// then rows; cells are separated by `|`, `-` is null. `Hours` is the length of the charge period,
/// which starts at `Start`.
pub fn charges(text: &str) -> DataFrame {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: Vec<&str> = lines.next().unwrap().split('|').map(str::trim).collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('|').map(str::trim).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == names.len()), "{text}");
    let known = schema();
    assert!(names.iter().all(|name| ["Start", "Hours"].contains(name) || known.contains(name)), "{names:?}");
    let given = |row: &[&str], name: &str| {
        let at = names.iter().position(|named| *named == name)?;
        Some(row[at].to_string()).filter(|cell| cell != "-")
    };
    let start = |row: &Vec<&str>| -> chrono::NaiveDateTime {
        let text = given(row, "Start").unwrap_or("2026-08-01T00:00:00".into());
        text.parse().unwrap_or_else(|_| format!("{text}T00:00:00").parse().unwrap())
    };
    let cell = |row: &Vec<&str>, name: &str| -> Option<String> {
        let (from, hours) = (start(row), given(row, "Hours").map_or(1, |hours| hours.parse().unwrap()));
        match name {
            "ChargePeriodStart" => Some(from.and_utc().timestamp_micros().to_string()),
            "ChargePeriodEnd" => Some((from + chrono::Duration::hours(hours)).and_utc().timestamp_micros().to_string()),
            "x_ChargeDay" => Some(from.date().to_epoch_days().to_string()),
            "BilledCost" | "EffectiveCost" | "ListCost" | "ContractedCost" => {
                Some(given(row, name).unwrap_or("0".into()))
            }
            "ChargeCategory" => Some(given(row, name).unwrap_or("Usage".into())),
            "x_BillingMonth" => Some(from.format("%Y-%m").to_string()),
            "BillingCurrency" => Some(given(row, name).unwrap_or("USD".into())),
            _ => given(row, name),
        }
    };
    let columns: Vec<Column> = known
        .iter()
        .map(|(name, kind)| {
            let cells: Vec<Option<String>> = rows.iter().map(|row| cell(row, name)).collect();
            let texts = Series::new(name.clone(), cells);
            let typed = match kind {
                DataType::Date => texts.strict_cast(&DataType::Int32).and_then(|days| days.cast(kind)),
                DataType::Datetime(..) => texts.strict_cast(&DataType::Int64).and_then(|times| times.cast(kind)),
                _ => texts.strict_cast(kind),
            };
            typed.unwrap().into_column()
        })
        .collect();
    DataFrame::new(rows.len(), columns).unwrap()
}

/// The roll-ups of some parts, frames put together.
fn rolled_up(policy: &Policy, parts: &[DataFrame], held: usize) -> BTreeMap<Rollup, DataFrame> {
    let dimensions: Vec<String> = policy.tag_keys.iter().map(|key| key.name.clone()).collect();
    let empty = |table: Rollup| {
        let columns = table.columns(&dimensions).into_iter();
        DataFrame::empty_with_schema(&columns.map(|(name, kind)| (name.into(), data_type(kind))).collect::<Schema>())
    };
    let mut found: BTreeMap<Rollup, DataFrame> = Rollup::ALL.map(|table| (table, empty(table))).into();
    let mut builder = RollupBuilder::holding(policy.clone(), None, held);
    let mut sink = |table: Rollup, frame: DataFrame| {
        // vstack refuses other names, types or orders than those of the table.
        found.get_mut(&table).unwrap().vstack_mut(&frame).unwrap();
        Ok(())
    };
    parts.iter().for_each(|part| builder.add(part, &mut sink).unwrap());
    builder.finish(&mut sink).unwrap();
    found
}

/// Some columns of a frame as text, one line per row, in the frame's order.
fn told(frame: &DataFrame, columns: &[&str]) -> Vec<String> {
    let texts = columns.iter().map(|name| frame.column(name).unwrap().cast(&DataType::String).unwrap());
    let texts: Vec<Column> = texts.collect();
    let cell = |column: &Column, row| match column.str().unwrap().get(row) {
        None => "-".to_string(),
        Some(text) if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        Some(text) => text.to_string(),
    };
    (0..frame.height()).map(|row| texts.iter().map(|c| cell(c, row)).collect::<Vec<_>>().join("|")).collect()
}

fn key(name: &str) -> TagKey {
    TagKey { name: name.into(), keys: vec![name.into()], required: true, ..TagKey::default() }
}

fn rule(matches: &[(&str, &str)], team: Owner) -> OwnerRule {
    let columns = matches.iter().map(|(column, value)| ((*column).to_string(), vec![(*value).to_string()]));
    OwnerRule { from: None, until: None, matches: ChargeMatch { columns: columns.collect() }, team }
}

fn by_tag() -> Policy {
    let owners = vec![rule(&[], Owner::Tag("team".into()))];
    Policy { tag_keys: vec![key("team")], owners, ..Policy::default() }
}

/// A volume that was tagged on the third: by day and by month each charge stands with its own state.
#[test]
fn a_tag_of_mid_month_counts_from_its_day() {
    let part = charges(
        r#"Start      | Hours | ResourceId | ResourceName | Tags            | EffectiveCost
           2026-08-01 | 24    | vol-1      | old          | -               | 1.5
           2026-08-02 | 24    | vol-1      | old          | {"team":""}     | 1.25
           2026-08-03 | 24    | vol-1      | new          | {"team":"maps"} | 2
           2026-08-03 | 24    | vol-1      | new          | {"team":"maps"} | 0.25"#,
    );
    let found = rolled_up(&by_tag(), &[part], 100);
    let columns = [
        "x_ChargeDay",
        "x_Team",
        "x_TeamBy",
        "x_Tag_team",
        "x_TagState_team",
        "x_TagState_all",
        "EffectiveCost",
        "x_Rows",
    ];
    assert_eq!(
        told(&found[&Rollup::CostDaily], &columns),
        [
            "2026-08-01|unallocated|no rule|-|missing|missing|1.5|1",
            "2026-08-02|unallocated|no rule|-|missing|missing|1.25|1",
            "2026-08-03|maps|tag team=maps|maps|tagged|tagged|2.25|2",
        ]
    );
    let columns = [
        "ResourceId",
        "ResourceName",
        "x_Team",
        "x_Tag_team",
        "x_Tag_all",
        "x_TagState_team",
        "x_FirstChargeDay",
        "x_LastChargeDay",
        "EffectiveCost",
        "x_Rows",
    ];
    assert_eq!(
        told(&found[&Rollup::ResourceMonth], &columns),
        [
            "vol-1|old|unallocated|-|-|missing|2026-08-01|2026-08-02|2.75|2",
            "vol-1|new|maps|maps|-|tagged|2026-08-03|2026-08-03|2.25|2",
        ]
    );
    // The state that the month ends with is the one that started last.
    let starts = told(&found[&Rollup::ResourceMonth], &["x_TagState_team", "x_LastChargeStart"]);
    assert!(starts[0].starts_with("missing|2026-08-02 00:00:00"), "{starts:?}");
    assert!(starts[1].starts_with("tagged|2026-08-03 00:00:00"), "{starts:?}");
}

/// Of charges that start at one time the greatest attributes count, whatever order they come in.
#[test]
fn the_latest_state_does_not_depend_on_the_order_of_rows() {
    let head = "Start | ResourceId | ResourceName | SubAccountName";
    let rows = [
        "2026-08-02 | i-1 | b | z",
        "2026-08-02 | i-1 | c | a",
        "2026-08-02 | i-1 | b | -",
        "2026-08-01 | i-1 | z | z",
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let parts = order.map(|row| charges(&format!("{head}\n{}", rows[row])));
        let found = rolled_up(&Policy::default(), &parts, 100);
        // By the first attribute, the account's name: z before a; then b.
        assert_eq!(told(&found[&Rollup::ResourceMonth], &["SubAccountName", "ResourceName"]), ["z|b"], "{order:?}");
    }
}

#[test]
fn days_of_resources_hold_usage_of_at_most_a_day_with_its_quantities() {
    let part = charges(
        "Start               | Hours | ChargeCategory | ResourceId | x_UsageType | EffectiveCost | PricingQuantity | ConsumedQuantity
         2026-08-01T00:00:00 | 1     | Usage          | i-1        | Box         | 0.5           | 1               | 1
         2026-08-01T23:00:00 | 1     | Usage          | i-1        | Box         | 0.25          | 0.5             | -
         2026-08-02          | 24    | Usage          | i-1        | Box         | 1             | 24              | 24
         2026-08-02          | 25    | Usage          | i-1        | Box         | 7             | 25              | 25
         2026-08-02          | 24    | Purchase       | i-1        | Box         | 8             | 1               | 1
         2026-08-01          | 744   | Usage          | -          | Store       | 9             | 1               | 1",
    );
    let found = rolled_up(&Policy::default(), &[part], 100);
    let columns = ["ResourceId", "x_ChargeDay", "EffectiveCost", "PricingQuantity", "ConsumedQuantity", "x_Rows"];
    assert_eq!(
        told(&found[&Rollup::ResourceDay], &columns),
        ["i-1|2026-08-01|0.75|1.5|1|2", "i-1|2026-08-02|1|24|24|1"]
    );
    let spans = told(&found[&Rollup::CostDaily], &["x_ChargeDay", "ChargeCategory", "x_ChargeSpan", "EffectiveCost"]);
    assert_eq!(
        spans,
        [
            "2026-08-01|Usage|day|0.75",
            "2026-08-01|Usage|longer|9",
            "2026-08-02|Purchase|day|8",
            "2026-08-02|Usage|day|1",
            "2026-08-02|Usage|longer|7",
        ]
    );
}

/// A purchase of one day pays for more than the day; what recurs by the hour is of its hour.
#[test]
fn a_purchase_is_of_the_day_only_where_it_recurs_by_the_hour() {
    let part = charges(
        "Start      | Hours | ChargeCategory | ChargeFrequency | EffectiveCost
         2026-08-01 | 1     | Purchase       | One-Time        | 1
         2026-08-02 | 1     | Purchase       | Recurring       | 2
         2026-08-03 | 24    | Purchase       | Recurring       | 3
         2026-08-04 | 744   | Purchase       | Recurring       | 4
         2026-08-05 | 24    | Usage          | Usage-Based     | 5
         2026-08-06 | 1     | Credit         | One-Time        | 6
         2026-08-07 | 24    | Purchase       | -               | 7",
    );
    let found = rolled_up(&Policy::default(), &[part], 100);
    let spans = told(&found[&Rollup::CostDaily], &["EffectiveCost", "x_ChargeSpan"]);
    assert_eq!(spans, ["1|purchase", "2|day", "3|purchase", "4|longer", "5|day", "6|day", "7|day"]);
}

#[test]
fn what_is_no_usage_of_a_resource_can_carry_no_tag() {
    let part = charges(
        r#"Start      | ChargeCategory | ResourceId | x_SplitCost | Tags         | EffectiveCost
           2026-08-01 | Usage          | i-1        | -           | {"team":"a"} | 1
           2026-08-02 | Usage          | -          | -           | {"team":"a"} | 1
           2026-08-03 | Tax            | i-1        | -           | {"team":"a"} | 1
           2026-08-04 | Usage          | pod-1      | 0.5         | {"team":"a"} | 0"#,
    );
    let found = rolled_up(&by_tag(), &[part], 100);
    let states = told(&found[&Rollup::CostDaily], &["x_ChargeDay", "x_TagState_team", "x_Team"]);
    // The value still names the owner.
    let not = |day: u32| format!("2026-08-0{day}|not taggable|a");
    assert_eq!(states, ["2026-08-01|tagged|a".to_string(), not(2), not(3), not(4)]);
}

/// FOCUS has a row for the unused part of a commitment: usage whose resource is the commitment. Nobody can
/// tag that; what a commitment covers is usage of a resource like any other.
#[test]
fn the_unused_part_of_a_commitment_is_no_resource_to_tag() {
    let part = charges(
        r#"Start      | ChargeCategory | ResourceId | CommitmentDiscountStatus | Tags         | EffectiveCost
           2026-08-01 | Usage          | i-1        | Used                     | {"team":"a"} | 1
           2026-08-02 | Usage          | i-1        | Used                     | -            | 2
           2026-08-03 | Usage          | sp-1       | Unused                   | -            | 4
           2026-08-04 | Usage          | i-1        | -                        | -            | 8"#,
    );
    let found = rolled_up(&by_tag(), &[part], 100);
    let states = told(&found[&Rollup::CostDaily], &["x_ChargeDay", "x_TagState_team", "EffectiveCost"]);
    let expected = ["2026-08-01|tagged|1", "2026-08-02|missing|2", "2026-08-03|not taggable|4", "2026-08-04|missing|8"];
    assert_eq!(states, expected);
}

/// The roll-up says which exemption let each charge go, so that its money can be told.
#[test]
fn an_exempt_charge_says_by_which_exemption() {
    let exemption = |keys: &[&str], service: &str, until: &str| Exemption {
        keys: keys.iter().map(|key| (*key).to_string()).collect(),
        matches: rule(&[("ServiceName", service)], Owner::Team(String::new())).matches,
        reason: "because".into(),
        until: until.parse().unwrap(),
    };
    let exemptions = vec![
        exemption(&["team"], "Backup", "2026-08-03"),
        exemption(&[], "Backup", "2027-01-01"),
        exemption(&["env"], "Support", "2027-01-01"),
    ];
    let policy = Policy { exemptions, tag_keys: vec![key("env"), key("team")], ..by_tag() };
    let part = charges(
        r#"Start      | ResourceId | ServiceName | Tags         | EffectiveCost
           2026-08-01 | v-1        | Backup      | -            | 1
           2026-08-03 | v-1        | Backup      | {"team":"a"} | 2
           2026-08-04 | v-1        | Support     | -            | 4
           2026-08-05 | v-1        | Engine      | -            | 8"#,
    );
    let found = rolled_up(&policy, &[part], 100);
    let columns = ["x_ChargeDay", "x_TagExemption_env", "x_TagExemption_team", "x_TagExemption_all"];
    let (first, second) = ("ServiceName=Backup, until 2026-08-03", "ServiceName=Backup, until 2027-01-01");
    assert_eq!(
        told(&found[&Rollup::CostDaily], &columns),
        [
            format!("2026-08-01|{second}|{first}|-"),
            format!("2026-08-03|{second}|{second}|-"),
            "2026-08-04|ServiceName=Support, until 2027-01-01|-|-".into(),
            "2026-08-05|-|-|-".into(),
        ]
    );
}

#[test]
fn accounts_without_a_name_have_the_files() {
    let named = |name: &str| SubAccount { name: Some(name.into()), ..SubAccount::default() };
    let accounts = BTreeMap::from([("1".into(), named("file one")), ("2".into(), named("file two"))]);
    let part = charges(
        "SubAccountId | SubAccountName | ResourceId
         1            | -              | a
         2            | bill two       | a
         3            | -              | a",
    );
    let found = rolled_up(&Policy { accounts, ..Policy::default() }, &[part], 100);
    for table in [Rollup::CostDaily, Rollup::ResourceMonth, Rollup::ResourceDay] {
        let mut names = told(&found[&table], &["SubAccountId", "SubAccountName"]);
        names.sort();
        assert_eq!(names, ["1|file one", "2|bill two", "3|-"], "{table:?}");
    }
}

#[test]
fn unit_metrics_hold_their_own_charges_by_their_dimension() {
    let metric = |id: &str, dimension: Option<&str>, only: &[(&str, &str)]| UnitMetric {
        id: id.into(),
        title: String::new(),
        unit: String::new(),
        per: 1.0,
        driver: Default::default(),
        dimension: dimension.map(str::to_string),
        basis: Default::default(),
        quantity: Default::default(),
        matches: rule(only, Owner::Team(String::new())).matches,
    };
    let unit_metrics = vec![
        metric("whole", None, &[]),
        metric("by_app", Some("x_Tag_app"), &[("x_Tag_env", "prod")]),
        metric("by_region", Some("RegionId"), &[("ServiceName", "Queue")]),
    ];
    let policy = Policy { tag_keys: vec![key("app"), key("env")], unit_metrics, ..Policy::default() };
    let part = charges(
        r#"Start      | Hours | ServiceName | RegionId | Tags                        | EffectiveCost
           2026-08-01 | 24    | Queue       | north    | {"app":"web","env":"prod"}  | 1
           2026-08-01 | 24    | Store       | north    | {"app":"web","env":"prod"}  | 2
           2026-08-01 | 744   | Queue       | south    | {"env":"prod"}              | 4
           2026-08-02 | 24    | Queue       | -        | {"app":"web","env":"dev"}   | 8"#,
    );
    let found = rolled_up(&policy, &[part], 100);
    let columns = ["x_UnitMetric", "x_ChargeDay", "x_Dimension", "x_ChargeSpan", "EffectiveCost", "x_Rows"];
    assert_eq!(
        told(&found[&Rollup::UnitDaily], &columns),
        [
            // A charge without an app is no charge of the whole, which is ''.
            "by_app|2026-08-01|-|longer|4|1",
            "by_app|2026-08-01|web|day|3|2",
            "by_region|2026-08-01|north|day|1|1",
            "by_region|2026-08-01|south|longer|4|1",
            "by_region|2026-08-02|-|day|8|1",
            "whole|2026-08-01||day|3|2",
            "whole|2026-08-01||longer|4|1",
            "whole|2026-08-02||day|8|1",
        ]
    );
}

/// A random bill and policy: however it is cut into parts and whatever is held in memory, teams and
/// the rest add up to the bill, to the last digit, in every roll-up that holds it.
#[test]
fn teams_and_the_rest_are_the_bill() {
    for seed in 1..=8u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut policy = by_tag();
        policy.tag_keys[0].allowed = ["a", "b"].map(str::to_string).to_vec();
        policy.owners.insert(
            0,
            OwnerRule {
                from: Some("2026-08-03".parse().unwrap()),
                ..rule(&[("SubAccountId", "2")], Owner::Team("moved".into()))
            },
        );
        policy.showback.tax = crate::focus::policy::Follows::Unallocated;
        let head = "Start|Hours|ChargeCategory|SubAccountId|ResourceId|Tags|BillingCurrency|BilledCost|EffectiveCost|PricingQuantity";
        let mut parts = vec![head.to_string()];
        for at in 0..300 {
            if at % 50 == 40 {
                parts.push(head.to_string());
            }
            let row = format!(
                "\n2026-08-0{}|{}|{}|{}|r{}|{}|{}|{}.{:018}|-0.{:018}|{}",
                1 + random(5),
                [1, 24, 744][random(3) as usize],
                ["Usage", "Usage", "Tax", "Credit"][random(4) as usize],
                random(4),
                random(20),
                [r#"{"team":"a"}"#, r#"{"team":"b"}"#, r#"{"team":"typo"}"#, "-"][random(4) as usize],
                ["USD", "EUR"][random(2) as usize],
                random(1000),
                random(1_000_000_000),
                random(1_000_000_000),
                random(9)
            );
            let last = parts.len() - 1;
            parts[last].push_str(&row);
        }
        let parts: Vec<DataFrame> =
            parts.iter().filter(|part| part.as_str() != head).map(|part| charges(part)).collect();
        let mut bill = parts[0].clone();
        parts[1..].iter().for_each(|part| {
            bill.vstack_mut(part).unwrap();
        });
        let sums = |frame: &DataFrame, by: &str, rows: Expr| {
            let sums =
                [col("BilledCost").sum(), col("EffectiveCost").sum(), rows.cast(DataType::Int64).alias("x_Rows")];
            let grouped = frame.clone().lazy().group_by([col(by)]).agg(sums).sort([by], Default::default());
            told(&collect(grouped).unwrap(), &[by, "BilledCost", "EffectiveCost", "x_Rows"])
        };
        let whole = sums(&bill, "BillingCurrency", len());
        let of_a_day = (col("ChargePeriodEnd") - col("ChargePeriodStart")).lt_eq(lit(chrono::Duration::days(1)));
        let daily_usage = bill.clone().lazy().filter(of_a_day.and(col("ChargeCategory").eq(lit("Usage"))));
        let usage = sums(&collect(daily_usage).unwrap(), "BillingCurrency", len());
        let one = rolled_up(&policy, std::slice::from_ref(&bill), 100_000);
        for (parts, held) in [(vec![bill.clone()], 100_000), (parts.clone(), 100_000), (parts, 20)] {
            let found = rolled_up(&policy, &parts, held);
            for table in [Rollup::CostDaily, Rollup::ResourceMonth] {
                assert_eq!(sums(&found[&table], "BillingCurrency", col("x_Rows").sum()), whole, "{seed} {table:?}");
                assert!(found[&table].equals_missing(&one[&table]), "{seed} {table:?} depends on the parts");
            }
            assert_eq!(sums(&found[&Rollup::ResourceDay], "BillingCurrency", col("x_Rows").sum()), usage, "{seed}");
            let teams = |table| sums(&found[&table], "x_Team", col("x_Rows").sum());
            assert_eq!(teams(Rollup::CostDaily).len(), 4, "a, b, moved and the rest");
            assert_eq!(teams(Rollup::ResourceDay), sums(&one[&Rollup::ResourceDay], "x_Team", col("x_Rows").sum()));
            let is_folded = found[&Rollup::ResourceDay].height() == one[&Rollup::ResourceDay].height();
            assert_eq!(is_folded, held > 20, "memory is bounded by handing on groups that come again");
        }
    }
}

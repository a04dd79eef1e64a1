//! Every metric on a table small enough to be worked by hand.

use super::tables::{Memory, asked, collect, given, rollup};
use crate::transform::catalogue::{Catalogue, ParamValue, run, run_sql};
use crate::transform::rollup::Rollup;
use crate::transform::{Cell, CellKind};
use chrono::NaiveDate;
use polars::prelude::{IntoLazy, df};

fn lake() -> Memory {
    let daily = rollup(
        Rollup::CostDaily,
        "x_BillingMonth|x_ChargeDay|BillingAccountId|SubAccountId|SubAccountName|BillingCurrency|ServiceName|ServiceCategory|ChargeCategory|ChargeClass|x_Tag_Owner|EffectiveCost|BilledCost|ListCost|ContractedCost|x_Rows
         2026-09|2026-09-30|001|011|old name|USD|Compute|Compute|Usage |-         |ann|10                  |8 |12|11|4
         2026-09|2026-09-01|001|-  |-       |USD|Support|Other  |Purchase|-       |-  |5                   |5 |5 |5 |1
         2026-09|2026-09-30|001|011|old name|EUR|Compute|Compute|Usage |-         |-  |1                   |1 |1 |1 |1
         2026-10|2026-10-01|001|011|new name|USD|Compute|Compute|Usage |-         |ann|15.000000000000000001|9 |16|15|2
         2026-10|2026-10-02|001|011|new name|USD|Compute|Compute|Usage |Correction|-  |-2.5                |-2|-2|-2|1
         2026-10|2026-10-02|001|012|twelve  |USD|Storage|Storage|Usage |-         |   |7.5                 |7 |8 |8 |3
         2026-10|2026-10-01|001|012|twelve  |USD|Tax    |Other  |Tax   |-         |-  |1                   |1 |1 |1 |1
         2025-09|2025-09-01|001|011|old name|USD|Compute|Compute|Usage |-         |-  |99                  |99|99|99|9
         2025-10|2025-10-01|001|011|old name|USD|Compute|Compute|Usage |-         |-  |3                   |4 |5 |5 |2",
    );
    // r1: two rows, tagged only in the later one. r2: tagged only in the earlier one: untagged now.
    // r3: two rows end on the same day, one tagged: tagged, once; its other row is nobody's. r4: a value
    // that is not allowed. r5: exempt in its latest state: not counted, though an earlier row is not.
    // r1 of another sub account: another resource. The tax line and the line without a resource: not counted.
    let resources = rollup(
        Rollup::ResourceMonth,
        "x_BillingMonth|BillingAccountId|SubAccountId|ServiceName|ResourceId|x_TagState_Owner|x_Team|x_LastChargeDay|EffectiveCost
         2026-10|001|011|Compute|r1|missing     |a          |2026-10-03|1
         2026-10|001|011|Storage|r1|tagged      |a          |2026-10-09|1
         2026-10|001|011|Compute|r2|tagged      |a          |2026-10-03|1
         2026-10|001|011|Storage|r2|missing     |a          |2026-10-09|1
         2026-10|001|011|Compute|r3|inherited   |z          |2026-10-09|1
         2026-10|001|011|Storage|r3|missing     |unallocated|2026-10-09|1
         2026-10|001|-  |Compute|r4|invalid     |unallocated|2026-10-09|1
         2026-10|001|011|Compute|r5|missing     |a          |2026-10-03|1
         2026-10|001|011|Storage|r5|exempt      |a          |2026-10-09|1
         2026-10|001|012|Compute|r1|tagged      |a          |2026-10-01|1
         2026-10|001|011|Tax    |r6|not taggable|a          |2026-10-09|1
         2026-10|001|011|Compute|- |not taggable|a          |2026-10-09|1
         2026-09|001|011|Compute|r9|tagged      |a          |2026-09-09|1",
    );
    Memory([("cost_daily".to_string(), daily), ("resource_month".to_string(), resources)].into())
}

const OCTOBER: &[(&str, &str)] = &[("billing_period", "2026-10")];

#[test]
fn cost_total() {
    // USD, effective: 15.000000000000000001 − 2.5 + 7.5 + 1 = 21.000000000000000001, prior 10 + 5 = 15,
    //   change 6.000000000000000001 = 40 %. Billed: 9 − 2 + 7 + 1 = 15, prior 13, change 2 = 15.3846 %.
    //   List: 16 − 2 + 8 + 1 = 23. Contracted: 15 − 2 + 8 + 1 = 22. Rows: 2 + 1 + 3 + 1 = 7.
    // EUR: nothing now, 1 before: −100 %.
    assert_eq!(
        asked("metric/cost_total", &lake(), OCTOBER),
        [
            "EUR|0|0|0|0|1|-1|-1.000000|1|-1|-1.000000|0",
            "USD|21.000000000000000001|15|23|22|15|6.000000000000000001|0.400000|13|2|0.153846|7",
        ]
    );
}

#[test]
fn a_month_that_is_not_there_is_not_a_cost_of_nothing() {
    // 2025-10 has 2025-09 before it; 2025-09 has nothing before it; 2026-11 is not in the lake.
    let of = |month: &str| asked("metric/cost_total", &lake(), &[("billing_period", month)]);
    assert_eq!(of("2025-10"), ["USD|3|4|5|5|99|-96|-0.969697|99|-95|-0.959596|2"]);
    assert_eq!(of("2025-09"), ["USD|99|99|99|99||||||".to_string() + "|9"]);
    assert_eq!(of("2026-11"), Vec::<String>::new());
}

#[test]
fn cost_by_service() {
    // Compute USD: 12.500000000000000001 after 10. Storage and Tax are new: no share of 0.
    // Support and Compute EUR are gone: 0. Ordered by cost, then by name.
    assert_eq!(
        asked("metric/cost_by_service", &lake(), OCTOBER),
        [
            "Compute|Compute|USD|12.500000000000000001|10|2.500000000000000001|0.250000|7|8|-1|-0.125000",
            "Storage|Storage|USD|7.5|0|7.5||7|0|7|",
            "Tax|Other|USD|1|0|1||1|0|1|",
            "Compute|Compute|EUR|0|1|-1|-1.000000|0|1|-1|-1.000000",
            "Support|Other|USD|0|5|-5|-1.000000|0|5|-5|-1.000000",
        ]
    );
}

#[test]
fn cost_by_sub_account() {
    // 011 is renamed and stays one row; its EUR row has no charge now and keeps the old name.
    // The purchase without a sub account is a row of its own.
    assert_eq!(
        asked("metric/cost_by_sub_account", &lake(), OCTOBER),
        [
            "001|011|new name|USD|12.500000000000000001|10|2.500000000000000001|0.250000|7|8|-1|-0.125000",
            "001|012|twelve|USD|8.5|0|8.5||8|0|8|",
            "001|011|old name|EUR|0|1|-1|-1.000000|0|1|-1|-1.000000",
            "001|||USD|0|5|-5|-1.000000|0|5|-5|-1.000000",
        ]
    );
}

#[test]
fn cost_by_charge_category() {
    assert_eq!(
        asked("metric/cost_by_charge_category", &lake(), OCTOBER),
        [
            "Usage||USD|22.500000000000000001|10|12.500000000000000001|1.250000|16|8|8|1.000000",
            "Tax||USD|1|0|1||1|0|1|",
            "Purchase||USD|0|5|-5|-1.000000|0|5|-5|-1.000000",
            "Usage||EUR|0|1|-1|-1.000000|0|1|-1|-1.000000",
            "Usage|Correction|USD|-2.5|0|-2.5||-2|0|-2|",
        ]
    );
}

#[test]
fn cost_by_day_and_by_month() {
    assert_eq!(
        asked("metric/cost_by_day", &lake(), OCTOBER),
        [
            "2026-10-01|Compute|USD|15.000000000000000001",
            "2026-10-01|Other|USD|1",
            "2026-10-02|Compute|USD|-2.5",
            "2026-10-02|Storage|USD|7.5",
        ]
    );
    // Thirteen months: 2025-10 is the first, 2025-09 is out.
    assert_eq!(
        asked("metric/cost_by_month", &lake(), OCTOBER),
        [
            "2025-10|Usage|USD|3|4",
            "2026-09|Purchase|USD|5|5",
            "2026-09|Usage|EUR|1|1",
            "2026-09|Usage|USD|10|8",
            "2026-10|Tax|USD|1|1",
            "2026-10|Usage|USD|20.000000000000000001|14",
        ]
    );
}

const OWNER: &[(&str, &str)] = &[("billing_period", "2026-10"), ("coverage_key", "Owner")];

/// Each list: covered, taggable, taggable − covered, all; then covered as a share of taggable and of all, and
/// no target.
#[test]
fn tag_coverage_of_resources() {
    // r1, r3 and the other r1 are covered; r2 and r4 are not; r5 is exempt. The tax line r6 is no use of a resource.
    assert_eq!(asked("metric/tag_coverage_of_resources", &lake(), OWNER), ["Owner|3|5|2|6|0.600000|0.500000||"]);
    // a: r1, r2 and the other r1, of which r1 and r1 are covered; r5.
    assert_eq!(
        asked("metric/tag_coverage_of_resources_by_team", &lake(), OWNER),
        [
            "Owner|a|2|3|1|4|0.666667|0.500000||",
            "Owner|unallocated|0|1|1|1|0.000000|0.000000||",
            "Owner|z|1|1|0|1|1.000000|1.000000||",
        ]
    );
    // Compute: r4, the other r1, and of the equal rows of r3's last day the first by name. Storage: r1, r2, r5.
    assert_eq!(
        asked("metric/tag_coverage_of_resources_by_service", &lake(), OWNER),
        ["Owner|Compute|2|3|1|3|0.666667|0.666667||", "Owner|Storage|1|2|1|3|0.500000|0.333333||",]
    );
    // r4 stands in no sub account.
    assert_eq!(
        asked("metric/tag_coverage_of_resources_by_sub_account", &lake(), OWNER),
        [
            "Owner|011||2|3|1|4|0.666667|0.500000||",
            "Owner|||0|1|1|1|0.000000|0.000000||",
            "Owner|012||1|1|0|1|1.000000|1.000000||",
        ]
    );
    assert_eq!(
        asked("metric/tag_coverage_of_resources_by_month", &lake(), OWNER),
        ["Owner|2026-09|1|1|0|1|1.000000|1.000000||", "Owner|2026-10|3|5|2|6|0.600000|0.500000||"]
    );
    let none = [("billing_period", "2027-01"), ("coverage_key", "Owner")];
    assert_eq!(asked("metric/tag_coverage_of_resources_by_team", &lake(), &none), Vec::<String>::new());
}

/// What an exemption took out, what a configured one took out that nothing matched, and one that the policy
/// has dropped since the month was published. Until 2 October is over on the last full day, 20 October. Of a
/// currency in which nothing could carry a tag nothing could be exempt.
#[test]
fn tag_exemptions() {
    let daily = rollup(
        Rollup::CostDaily,
        "x_BillingMonth|BillingCurrency|x_TagState_Owner|x_TagExemption_Owner|EffectiveCost
         2026-10|USD|exempt      |Backup, until 2026-10-02|7.5
         2026-10|USD|exempt      |Backup, until 2026-10-02|0.5
         2026-10|USD|exempt      |Gone, until 2027-01-01  |2
         2026-10|USD|tagged      |-                       |100
         2026-10|EUR|missing     |-                       |4
         2026-10|GBP|not taggable|-                       |5
         2026-09|USD|exempt      |Backup, until 2026-10-02|9",
    );
    let configured = df!(
        "x_ExemptKey" => ["Owner", "Owner", "App"],
        "x_Exemption" => ["Backup, until 2026-10-02", "Kept, until 2026-10-21", "Backup, until 2026-10-02"],
        "x_ExemptionReason" => ["because", "it is new", "another key"],
        "x_Until" => ["2026-10-02", "2026-10-21", "2026-10-02"].map(|day| day.parse::<NaiveDate>().unwrap())
    );
    let tables = [("cost_daily".to_string(), daily), ("exemption".to_string(), configured.unwrap().lazy())];
    let mut params = given(OWNER);
    params.insert("last_full_day".into(), ParamValue::Date("2026-10-20".parse().unwrap()));
    let catalogue = Catalogue::embedded().unwrap();
    let metric = run(&catalogue, "metric/tag_exemptions", &params, &Memory(tables.into()), &collect).unwrap();
    let rows = metric.rows.iter().map(|row| row.iter().map(Cell::csv_text).collect::<Vec<_>>().join("|"));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            // 7.5 + 0.5
            "Owner|Backup, until 2026-10-02|because|2026-10-02|expired|USD|8",
            "Owner|Gone, until 2027-01-01|||no longer in the policy|USD|2",
            "Owner|Backup, until 2026-10-02|because|2026-10-02|expired|EUR|0",
            "Owner|Kept, until 2026-10-21|it is new|2026-10-21|holds|EUR|0",
            "Owner|Kept, until 2026-10-21|it is new|2026-10-21|holds|USD|0",
        ]
    );
}

#[test]
fn a_typed_statement_keeps_types_and_digits() {
    let sql = "SELECT BillingCurrency, SUM(EffectiveCost) AS EffectiveCost, MAX(x_ChargeDay) AS x_Last, COUNT(*) AS x_N
               FROM cost_daily WHERE x_BillingMonth = '2026-10' GROUP BY BillingCurrency";
    let metric = run_sql(sql, &lake(), &collect).unwrap();
    let kinds: Vec<CellKind> = metric.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [CellKind::Text, CellKind::Money, CellKind::Date, CellKind::Integer]);
    assert_eq!(metric.rows[0][1], Cell::Decimal { value: 21_000_000_000_000_000_001, scale: 18 });
    assert_eq!(metric.rows[0][2].csv_text(), "2026-10-02");
    assert_eq!(metric.rows[0][3], Cell::Integer(4));
}

#[test]
fn a_typed_statement_reads_and_nothing_else() {
    for (sql, why) in [
        ("DROP TABLE cost_daily", "DROP is not a SELECT"),
        ("DELETE FROM cost_daily", "DELETE is not a SELECT"),
        ("CREATE TABLE t AS SELECT 1", "CREATE is not a SELECT"),
        ("SHOW TABLES", "SHOW is not a SELECT"),
        ("SELECT 1; DROP TABLE cost_daily", "a second statement"),
        ("SELECT * FROM read_csv('/etc/hostname')", "the table function read_csv"),
        ("SELECT * FROM (SELECT * FROM read_parquet('x')) AS t", "the table function read_parquet"),
        ("SELECT * FROM cost_daily WHERE EXISTS (SELECT 1 FROM read_json('x'))", "the table function read_json"),
        ("SELECT * FROM '/etc/hostname'", "there is no table `'/etc/hostname'`"),
        ("SELECT * FROM information_schema.tables", "there is no table `information_schema.tables`"),
        ("TABLE secrets", "does not read as SQL"),
        ("SELECT * INTO t FROM cost_daily", "something besides its SELECT"),
        ("", "there is no statement"),
        ("SELEC 1", "does not read as SQL"),
        ("SELECT nothing FROM cost_daily", "Polars refuses it"),
    ] {
        let error = run_sql(sql, &lake(), &collect).unwrap_err();
        assert!(matches!(error, crate::Error::Settings(_)), "{sql}: {error}");
        assert_eq!(error.problem().place, "query");
        assert!(error.problem().what.contains(why), "{sql}: {error}");
    }
}

#[test]
fn what_no_cell_can_hold_names_its_column() {
    let error = run_sql("SELECT ARRAY_AGG(ServiceName) AS x_All FROM cost_daily", &lake(), &collect).unwrap_err();
    assert!(error.problem().what.contains("column `x_All` is list[str]"), "{error}");
}

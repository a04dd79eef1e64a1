use super::tables::{Memory, collect, given, rollup};
use super::*;
use crate::error::{Error, Result};
use crate::transform::Cell;
use crate::transform::rollup::Rollup;

fn catalogue(sql: &str, params: &str) -> Catalogue {
    let text = format!(
        "--- title = \"t\"\n--- question = \"q\"\n--- reads = [\"cost_daily\"]\n--- [params]\n{params}--- [columns]\n--- x_Said = \"What was given\"\n{sql}"
    );
    let (catalogue, problems) = Catalogue::from_files("", &[("queries/metric/said.sql".into(), text)].into());
    assert_eq!(problems, []);
    catalogue
}

fn lake() -> Memory {
    Memory([("cost_daily".into(), rollup(Rollup::CostDaily, "ServiceName\nx"))].into())
}

fn said(catalogue: &Catalogue, params: &BTreeMap<String, ParamValue>) -> Result<Cell> {
    Ok(run(catalogue, "metric/said", params, &lake(), &collect)?.rows.remove(0).remove(0))
}

#[test]
fn text_stays_text() {
    let catalogue =
        catalogue("SELECT :said AS x_Said FROM cost_daily ORDER BY x_Said", "--- said = \"the 'default'\"\n");
    assert!(check(&catalogue, &[]).is_empty());
    assert_eq!(said(&catalogue, &given(&[])).unwrap(), Cell::Text("the 'default'".into()));
    for text in
        ["'; DROP TABLE cost_daily; --", "it's", "\"", "\\", "\\' OR 1=1 --", "''", ":said", "é\n🙂", "/* x", ""]
    {
        assert_eq!(said(&catalogue, &given(&[("said", text)])).unwrap(), Cell::Text(text.into()), "{text}");
    }
}

#[test]
fn a_tag_column_cannot_break_out_of_its_name() {
    let sql = "SELECT :tag_column AS x_Said FROM cost_daily ORDER BY x_Said";
    let params = [("billing_period", "2026-10"), ("coverage_key", "a\" FROM cost_daily; DROP TABLE cost_daily --")];
    let catalogue = catalogue(sql, "");
    let bound = bound_sql(&catalogue, "metric/said", &given(&params)).unwrap();
    assert!(bound.contains("\"x_Tag_a\"\" FROM cost_daily; DROP TABLE cost_daily --\" AS"), "{bound}");
    assert!(said(&catalogue, &given(&params)).is_err());
}

#[test]
fn only_tokens_are_bound() {
    let sql = "SELECT ':said' -- :said\n /* :said */ || \":said\" || '2026::x' || :said AS x_Said FROM (SELECT 'q' AS \":said\" FROM cost_daily) AS t ORDER BY x_Said";
    let catalogue = catalogue(sql, "--- said = \"v\"\n");
    assert_eq!(said(&catalogue, &given(&[])).unwrap(), Cell::Text(":saidq2026::xv".into()));
}

#[test]
fn months_are_derived() {
    let sql = "SELECT :billing_period || :prior_billing_period || :year_ago_billing_period AS x_Said FROM cost_daily ORDER BY x_Said";
    let catalogue = catalogue(sql, "");
    assert_eq!(
        said(&catalogue, &given(&[("billing_period", "2026-01")])).unwrap(),
        Cell::Text("2026-012025-122025-01".into())
    );
}

#[test]
fn windows_end_with_the_last_full_day() {
    let day = |text: &str| ParamValue::Date(text.parse().unwrap());
    let bound = |sql: &str, params: &[(&str, ParamValue)]| {
        let params = params.iter().map(|(name, value)| ((*name).to_string(), value.clone())).collect();
        bound_sql(&catalogue(sql, ""), "metric/said", &params).map_err(|error| error.problem().what.clone())
    };
    let days = "SELECT :first_of_7_days, :first_of_14_days, :first_of_35_days, :last_full_day";
    // Seven days from the 25th to the 31st, both in: 31 − 6.
    assert_eq!(
        bound(days, &[("last_full_day", day("2026-08-31"))]).unwrap(),
        "SELECT DATE('2026-08-25'), DATE('2026-08-18'), DATE('2026-07-28'), DATE('2026-08-31')\n"
    );
    assert_eq!(bound(days, &[]).unwrap_err(), "parameter `last_full_day` is missing");
    let text = ("last_full_day", ParamValue::Text("2026-08-31".into()));
    assert_eq!(bound(days, &[text]).unwrap_err(), "parameter `last_full_day` is a date, and text was given");
}

#[test]
fn the_basis_is_a_column_and_nothing_else() {
    let bound = |basis: &str| {
        bound_sql(&catalogue("SELECT SUM(:showback_basis)", ""), "metric/said", &given(&[("showback_basis", basis)]))
    };
    assert_eq!(bound("BilledCost").unwrap(), "SELECT SUM(\"BilledCost\")\n");
    assert!(bound("ListCost").is_err() && bound("BilledCost\") --").is_err());
    let sql = "SELECT :tag_state_column, :first_billing_period_of_year, SUM(:showback_basis)";
    let params = given(&[("coverage_key", "team"), ("billing_period", "2026-08")]);
    let unset = bound_sql(&catalogue(sql, ""), "metric/said", &params).unwrap();
    assert_eq!(unset, "SELECT \"x_TagState_team\", '2026-01', SUM(\"EffectiveCost\")\n");
}

/// Once per key, also through a query that is read; of values alone not about `all`, which has none.
#[test]
fn a_query_about_a_key_is_asked_for_each() {
    let keys = ["team", "env", "all"].map(str::to_string);
    let keys_of = |sql: &str| -> Vec<String> {
        let catalogue = catalogue(sql, "");
        let all = key_params(&catalogue, "metric/said", &given(&[("billing_period", "2026-08")]), &keys);
        assert!(all.iter().all(|params| params.contains_key("billing_period")));
        let key = |params: &BTreeMap<String, ParamValue>| match params.get("coverage_key") {
            Some(ParamValue::Text(key)) => key.clone(),
            _ => "-".into(),
        };
        all.iter().map(key).collect()
    };
    assert_eq!(keys_of("SELECT ':coverage_key'"), ["-"]);
    assert_eq!(keys_of("SELECT :coverage_key"), ["team", "env", "all"]);
    assert_eq!(keys_of("SELECT :tag_state_column"), ["team", "env", "all"]);
    assert_eq!(keys_of("SELECT :coverage_key, :tag_column"), ["team", "env"]);
    assert_eq!(keys_of("SELECT :tag_state_column, :tag_column"), ["team", "env", "all"]);

    let said = catalogue("SELECT :coverage_key AS x_Said FROM cost_daily ORDER BY x_Said", "");
    let metric = run_for_keys((&said, "metric/said"), &given(&[]), &keys, &lake(), &collect).unwrap();
    let rows: Vec<String> = metric.rows.iter().map(|row| row[0].csv_text()).collect();
    assert_eq!(rows, ["team", "env", "all"]);
    let error = run_for_keys((&said, "metric/said"), &given(&[]), &[], &lake(), &collect).unwrap_err();
    assert!(error.to_string().contains("none is configured"), "{error}");

    let mut reader = said.clone();
    let mut query = said.queries["metric/said"].clone();
    (query.id, query.reads, query.sql) = ("metric/b".into(), vec!["metric/said".into()], "SELECT 1".into());
    reader.queries.insert(query.id.clone(), query);
    assert_eq!(key_params(&reader, "metric/b", &given(&[]), &keys).len(), 3);
    assert!(reader.needs_coverage_key("metric/b"));
}

#[test]
fn every_type_is_its_literal() {
    for (default, sql, expected) in [
        ("3", ":said", "3"),
        ("-3", "2 - :said", "5"),
        ("-1.5", "0 - :said", "1.5"),
        ("1e300", ":said", "1e300"),
        ("true", "NOT :said", "false"),
        ("2026-02-28", ":said", "2026-02-28"),
    ] {
        let catalogue = catalogue(
            &format!("SELECT {sql} AS x_Said FROM cost_daily ORDER BY x_Said"),
            &format!("--- said = {default}\n"),
        );
        let cell = said(&catalogue, &given(&[])).unwrap();
        let text = match &cell {
            Cell::Float(value) => format!("{value:?}"),
            other => other.csv_text(),
        };
        assert_eq!(text, expected, "{default}");
    }
}

#[test]
fn what_is_given_must_fit() {
    let catalogue = catalogue(
        "SELECT 'x' AS x_Said FROM cost_daily WHERE :n > 1 AND x_BillingMonth = :billing_period ORDER BY 1",
        "--- n = 1.5\n",
    );
    let fails = |params: &[(&str, ParamValue)]| {
        let params = params.iter().map(|(name, value)| ((*name).to_string(), value.clone())).collect();
        match said(&catalogue, &params).unwrap_err() {
            Error::Settings(problem) => problem.what,
            other => panic!("{other}"),
        }
    };
    let month = ("billing_period", ParamValue::Text("2026-10".into()));
    assert_eq!(fails(&[]), "parameter `billing_period` is missing");
    assert_eq!(
        fails(&[("billing_period", ParamValue::Text("2026-13".into()))]),
        "`2026-13` is not a billing month; write it as 2026-10"
    );
    assert_eq!(
        fails(&[month.clone(), ("n", ParamValue::Text("x".into()))]),
        "parameter `n` is a number, and text was given"
    );
    assert_eq!(fails(&[month.clone(), ("n", ParamValue::Number(f64::NAN))]), "parameter `n` is not a finite number");
    assert_eq!(fails(&[month.clone(), ("nn", ParamValue::Integer(2))]), "there is no parameter `nn`");
    assert_eq!(
        fails(&[month, ("prior_billing_period", ParamValue::Integer(2))]),
        "there is no parameter `prior_billing_period`"
    );
}

#[test]
fn a_typed_flag_takes_the_type_of_its_default() {
    assert_eq!(ParamValue::Number(1.0).parse_like("2"), Some(ParamValue::Number(2.0)));
    assert_eq!(ParamValue::Integer(1).parse_like("2.5"), None);
    assert_eq!(ParamValue::Boolean(true).parse_like("false"), Some(ParamValue::Boolean(false)));
    assert_eq!(ParamValue::Text("a".into()).parse_like("1"), Some(ParamValue::Text("1".into())));
}

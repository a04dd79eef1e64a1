//! Each shape that must be refused, with the message it gets.

use super::*;

fn problems_of(files: &[(&str, &str)], dimensions: &[&str]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect();
    let (catalogue, problems) = Catalogue::from_files("", &files);
    assert_eq!(problems, []);
    let dimensions: Vec<String> = dimensions.iter().map(|name| (*name).to_string()).collect();
    check(&catalogue, &dimensions).iter().map(|problem| format!("{}: {}", problem.place, problem.what)).collect()
}

const HEAD: &str = "--- title = \"t\"\n--- question = \"q\"\n--- reads = [\"cost_daily\", \"resource_month\", \"cost\"]\n--- [columns]\n";

/// `columns` are `name = declaration` separated by `;`. The statement begins on line 5 + columns.
fn problems(columns: &str, sql: &str) -> Vec<String> {
    let columns: String = columns.split(';').map(|column| format!("--- {}\n", column.trim())).collect();
    problems_of(&[("queries/metric/q.sql", &format!("{HEAD}{columns}{sql}"))], &["Owner"])
}

#[track_caller]
fn refused(columns: &str, sql: &str, why: &str) {
    let found = problems(columns, sql);
    assert!(found.iter().any(|problem| problem.contains(why)), "`{sql}` must be refused with `{why}`, got {found:#?}");
}

#[track_caller]
fn accepted(columns: &str, sql: &str) {
    assert_eq!(problems(columns, sql), Vec::<String>::new(), "{sql}");
}

const C: &str = "BillingCurrency = \"FOCUS\"";
const CM: &str = "BillingCurrency = \"FOCUS\"; x_M = { type = \"money\", meaning = \"m\" }";
const CR: &str = "BillingCurrency = \"FOCUS\"; x_R = { type = \"ratio\", meaning = \"m\" }";

#[test]
fn the_place_is_the_file_and_the_line() {
    let found = problems(
        CM,
        "\nSELECT BillingCurrency,\n  SUM(EffectiveCost * 2) AS x_M\nFROM cost_daily GROUP BY BillingCurrency ORDER BY 1, BillingCurrency",
    );
    assert!(found[0].starts_with("queries/metric/q.sql:9: `EffectiveCost * 2` on an exact value"), "{found:?}");
}

#[test]
fn wrong_answers_without_an_error() {
    let left = |on: &str| {
        format!(
        "WITH a AS (SELECT BillingCurrency, RegionId, SUM(ListCost) AS x FROM cost_daily GROUP BY BillingCurrency, RegionId)
         SELECT l.BillingCurrency AS BillingCurrency FROM a AS l LEFT JOIN a AS r ON {on} ORDER BY BillingCurrency"
    )
    };
    accepted(C, &left("l.RegionId = r.RegionId AND r.BillingCurrency = l.BillingCurrency"));
    for on in [
        "l.RegionId = r.RegionId AND l.x < r.x",
        "l.RegionId = r.RegionId AND r.RegionId = 'north'",
        "l.RegionId = r.RegionId AND (l.RegionId = l.BillingCurrency)",
        "l.RegionId = r.RegionId OR l.x = r.x",
        "TRUE",
    ] {
        refused(C, &left(on), "LEFT JOIN … ON with the residual condition");
        refused(C, &left(on).replace("LEFT", "RIGHT"), "RIGHT JOIN … ON with the residual condition");
        refused(C, &left(on).replace("LEFT", "FULL"), "FULL JOIN … ON with the residual condition");
    }
    let grouped = "a window function in a grouped SELECT";
    for window in [
        "SUM(SUM(EffectiveCost)) OVER (PARTITION BY BillingCurrency)",
        "LAG(SUM(EffectiveCost)) OVER (PARTITION BY BillingCurrency ORDER BY x_BillingMonth)",
    ] {
        refused(
            CM,
            &format!(
                "SELECT BillingCurrency, {window} AS x_M FROM cost_daily GROUP BY BillingCurrency, x_BillingMonth ORDER BY BillingCurrency"
            ),
            grouped,
        );
    }
    refused(
        CM,
        "SELECT BillingCurrency, SUM(EffectiveCost) OVER (PARTITION BY BillingCurrency ORDER BY x_ChargeDay) AS x_M FROM cost_daily ORDER BY BillingCurrency",
        "without a frame",
    );
    for order in ["ListCost NULLS LAST", "RegionId, ListCost DESC NULLS LAST"] {
        refused(
            "x_N = { type = \"integer\", meaning = \"m\" }",
            &format!(
                "SELECT ROW_NUMBER() OVER (PARTITION BY BillingCurrency ORDER BY {order}) AS x_N FROM cost_daily ORDER BY x_N"
            ),
            "NULLS LAST): Polars puts nulls first in a window",
        );
    }
    refused(
        C,
        "SELECT BillingCurrency FROM cost_daily WHERE RegionId NOT IN (SELECT RegionId FROM resource_month) ORDER BY BillingCurrency",
        "NOT IN (SELECT",
    );
    refused(
        C,
        "WITH cost_daily AS (SELECT BillingCurrency FROM resource_month) SELECT BillingCurrency FROM cost_daily ORDER BY BillingCurrency",
        "gives the name `cost_daily` to a second table",
    );
}

/// Polars 0.55 answered with a row for every row of `cost_daily`.
#[test]
fn an_aggregate_that_nobody_asks_for_stays_one_row() {
    let of = |limit: &str| {
        format!(
            "WITH days AS (SELECT MIN(x_ChargeDay) AS x_Day FROM cost_daily{limit})
             SELECT DISTINCT c.BillingCurrency FROM cost_daily AS c CROSS JOIN days ORDER BY BillingCurrency"
        )
    };
    refused(C, &of(""), "an aggregate without GROUP BY in a CTE or subquery");
    let union = "WITH days AS (SELECT MIN(BillingCurrency) AS BillingCurrency FROM cost_daily
                 UNION ALL SELECT BillingCurrency FROM cost_daily)
                 SELECT BillingCurrency FROM days ORDER BY BillingCurrency";
    refused(C, union, "an aggregate without GROUP BY in a CTE or subquery");
    accepted(C, &of(" LIMIT 1"));
}

#[test]
fn reading_anything_else() {
    refused(C, "SELECT BillingCurrency FROM read_csv('/etc/hostname') ORDER BY 1", "the table function read_csv");
    refused(C, "SELECT BillingCurrency FROM secrets ORDER BY BillingCurrency", "there is no table `secrets` here");
    refused(C, "DELETE FROM cost_daily", "DELETE is not a SELECT");
    refused(C, "SELECT BillingCurrency FROM cost_daily ORDER BY 1; SELECT 1", "a second statement");
    refused(
        C,
        "SELECT BillingCurrency FROM cost_daily WHERE EffectiveCost > (SELECT MAX(ListCost) FROM cost_daily) ORDER BY BillingCurrency",
        "a scalar subquery",
    );
    refused(C, "SELECT (SELECT 'x') AS BillingCurrency FROM cost_daily ORDER BY BillingCurrency", "a scalar subquery");
    // A known table that the header does not name.
    let head = HEAD.replace(", \"resource_month\"", "");
    let found = problems_of(
        &[(
            "queries/metric/q.sql",
            &format!("{head}--- {C}\nSELECT BillingCurrency FROM resource_month ORDER BY BillingCurrency"),
        )],
        &[],
    );
    assert!(found[0].contains("there is no table `resource_month` here"), "{found:?}");
}

/// A saving of 10.656 a day was 324.36864 on one thread and 324.36863999999997 on four.
#[test]
fn a_last_digit_does_not_depend_on_the_threads() {
    let of = |expr: &str| {
        format!(
            "SELECT BillingCurrency, {expr} AS x_R FROM cost_daily GROUP BY BillingCurrency ORDER BY BillingCurrency"
        )
    };
    let cost = "CAST(SUM(EffectiveCost) AS DOUBLE)";
    accepted(CR, &of(&format!("{cost} * (30.44 / 7)")));
    accepted(CR, &of(&format!("1 / {cost}")));
    for divisor in ["7", "(7 * 24)", "CAST('7' AS DOUBLE)", "-7.0"] {
        refused(CR, &of(&format!("{cost} / {divisor}")), "divides by a constant");
    }
}

#[test]
fn money_stays_exact() {
    let of = |expr: &str| format!("SELECT BillingCurrency, {expr} AS x_M FROM cost_daily ORDER BY BillingCurrency");
    for expr in [
        "EffectiveCost + BilledCost - ListCost",
        "-EffectiveCost",
        "ABS(EffectiveCost)",
        "COALESCE(x_SplitCost, 0)",
        "CASE WHEN EffectiveCost > 0.5 THEN EffectiveCost ELSE 0 END",
        "CAST(0 AS DECIMAL(38,18))",
        "NULLIF(EffectiveCost, 0)",
        "SUM(EffectiveCost) OVER (PARTITION BY BillingCurrency)",
    ] {
        accepted(CM, &of(expr));
    }
    for (expr, why) in [
        ("EffectiveCost * ListCost", "on an exact value: the scale doubles"),
        ("EffectiveCost * x_Rows", "on an exact value: the scale doubles"),
        ("30.44 * EffectiveCost", "on an exact value: the scale doubles"),
        ("EffectiveCost / 2", "on an exact value: an exact quotient does not exist"),
        ("EffectiveCost / ListCost", "on an exact value: an exact quotient does not exist"),
        ("CAST(EffectiveCost AS DOUBLE) / ListCost", "on an exact value: an exact quotient"),
        ("EffectiveCost + 1", "adds an exact value and something of another kind"),
        ("EffectiveCost + CAST(ListCost AS DOUBLE)", "adds an exact value and something of another kind"),
        ("CASE WHEN x_Rows > 1 THEN EffectiveCost ELSE 'none' END", "mixes an exact value with text"),
        ("COALESCE(x_SplitCost, 0.0)", "mixes an exact value with text, a float"),
        ("ROUND(EffectiveCost, 2)", "ROUND of an exact value does not keep it exact"),
        ("FLOOR(EffectiveCost)", "FLOOR of the exact value"),
        ("CAST(EffectiveCost AS DECIMAL(18,2))", "money is DECIMAL(38,18)"),
        ("CAST(EffectiveCost AS VARCHAR)", "cuts digits off an exact value"),
        ("CONCAT(EffectiveCost, 'x')", "CONCAT of an exact value"),
        ("EffectiveCost || 'x'", "is not in the portable subset"),
    ] {
        refused(CM, &of(expr), why);
    }
    let grouped = |expr: &str| {
        format!(
            "SELECT BillingCurrency, {expr} AS x_R FROM cost_daily GROUP BY BillingCurrency ORDER BY BillingCurrency"
        )
    };
    accepted(CR, &grouped("CAST(SUM(EffectiveCost) AS DOUBLE) / CAST(SUM(ListCost) AS DOUBLE)"));
    accepted(CR, &grouped("AVG(CAST(EffectiveCost AS DOUBLE))"));
    for name in ["AVG", "MEDIAN", "STDDEV"] {
        refused(CR, &grouped(&format!("{name}(EffectiveCost)")), &format!("{name} of an exact value is a float"));
    }
}

#[test]
fn money_is_followed_through_names() {
    let cte = |expr: &str| {
        format!(
        "WITH a AS (SELECT BillingCurrency, SUM(EffectiveCost) AS x_A FROM cost_daily GROUP BY BillingCurrency),
         b AS (SELECT a.*, a.x_A - a.x_A AS x_B FROM a)
         SELECT s.BillingCurrency AS BillingCurrency, {expr} AS x_M FROM (SELECT * FROM b) AS s ORDER BY BillingCurrency"
    )
    };
    accepted(CM, &cte("s.x_B + s.x_A"));
    refused(CM, &cte("x_B * 2"), "`x_B * 2` on an exact value");
    refused(CM, &cte("s.x_C"), "`s` has no column `x_C`");
    refused(CM, &cte("EffectiveCots"), "there is no column `EffectiveCots`");
    let union = |second: &str| {
        format!(
            "SELECT BillingCurrency, EffectiveCost AS x_M FROM cost_daily UNION ALL SELECT BillingCurrency, {second} FROM cost_daily ORDER BY BillingCurrency"
        )
    };
    accepted(CM, &union("ListCost"));
    refused(CM, &union("CAST(ListCost AS DOUBLE) AS x_M"), "mixes an exact value");
}

#[test]
fn currencies_are_not_added_up() {
    let why = "adds up or compares costs of different currencies";
    let m = "x_M = { type = \"money\", meaning = \"m\" }";
    refused(m, "SELECT SUM(EffectiveCost) AS x_M FROM cost_daily ORDER BY x_M", why);
    refused(m, "SELECT MAX(EffectiveCost) AS x_M FROM cost_daily GROUP BY RegionId ORDER BY x_M", why);
    refused(
        CM,
        "SELECT BillingCurrency, SUM(EffectiveCost) OVER (PARTITION BY RegionId) AS x_M FROM cost_daily ORDER BY BillingCurrency",
        why,
    );
    refused(
        CM,
        "SELECT BillingCurrency, SUM(EffectiveCost) OVER () AS x_M FROM cost_daily ORDER BY BillingCurrency",
        why,
    );
    refused(C, "SELECT BillingCurrency FROM cost_daily GROUP BY BillingCurrency, RegionId HAVING SUM(PricingCurrencyEffectiveCost) > 0 ORDER BY BillingCurrency".replace("cost_daily", "cost").as_str(), why);
    refused(
        CM,
        "WITH a AS (SELECT BillingCurrency, SUM(EffectiveCost) AS x FROM cost_daily GROUP BY BillingCurrency) SELECT 'all' AS BillingCurrency, SUM(x) AS x_M FROM a ORDER BY BillingCurrency",
        why,
    );
    accepted(
        CM,
        "SELECT BillingCurrency AS BillingCurrency, SUM(EffectiveCost) AS x_M FROM cost_daily GROUP BY 1 ORDER BY BillingCurrency",
    );
    accepted(
        CM,
        "SELECT MAX(BillingCurrency) AS BillingCurrency, SUM(EffectiveCost) AS x_M FROM cost_daily WHERE RegionId = 'x' AND BillingCurrency = 'EUR' ORDER BY BillingCurrency",
    );
    refused(
        CM,
        "SELECT MAX(BillingCurrency) AS BillingCurrency, SUM(EffectiveCost) AS x_M FROM cost_daily WHERE RegionId = 'x' OR BillingCurrency = 'EUR' ORDER BY BillingCurrency",
        why,
    );
    refused(
        "RegionId = \"FOCUS\"; x_M = { type = \"money\", meaning = \"m\" }",
        "SELECT RegionId, SUM(EffectiveCost) AS x_M FROM cost_daily GROUP BY RegionId, BillingCurrency ORDER BY RegionId",
        "returns `x_M` without its currency",
    );
}

#[test]
fn subqueries_of_a_condition_follow_the_rules_too() {
    let exists = |having: &str| {
        format!(
            "SELECT DISTINCT l.BillingCurrency AS BillingCurrency FROM cost_daily AS l
             WHERE EXISTS (SELECT r.RegionId FROM resource_month AS r WHERE r.RegionId = l.RegionId {having})
             ORDER BY BillingCurrency"
        )
    };
    accepted(C, &exists(""));
    refused(C, &exists("AND r.EffectiveCost * 2 > l.EffectiveCost"), "`r.EffectiveCost * 2` on an exact value");
    refused(C, &exists("AND r.EffectiveCost > l.NoSuch"), "`l` has no column `NoSuch`");
    // Naming the pricing currency does not put billed costs into one currency.
    let filtered = |code: &str, cost: &str| {
        format!(
            "SELECT MAX({code}) AS BillingCurrency, SUM({cost}) AS x_M FROM cost WHERE {code} = 'EUR' ORDER BY BillingCurrency"
        )
    };
    accepted(CM, &filtered("BillingCurrency", "EffectiveCost"));
    accepted(CM, &filtered("PricingCurrency", "PricingCurrencyEffectiveCost"));
    refused(CM, &filtered("PricingCurrency", "EffectiveCost"), "adds up or compares costs of different currencies");
}

#[test]
fn rows_come_in_one_order() {
    refused(C, "SELECT DISTINCT BillingCurrency FROM cost_daily", "has no ORDER BY");
    refused(
        "BillingCurrency = \"FOCUS\"; RegionId = \"FOCUS\"",
        "SELECT BillingCurrency, RegionId FROM cost_daily ORDER BY RegionId",
        "its ORDER BY leaves out BillingCurrency",
    );
    refused(
        C,
        "SELECT BillingCurrency FROM cost_daily ORDER BY BillingCurrency DESC",
        "engines put nulls at different ends",
    );
}

#[test]
fn the_header_is_what_comes_out() {
    let sql = "SELECT BillingCurrency, x_Rows FROM cost_daily ORDER BY BillingCurrency";
    refused(
        "x_Rows = \"costmill\"; BillingCurrency = \"FOCUS\"",
        sql,
        "returns BillingCurrency, x_Rows and declares x_Rows, BillingCurrency",
    );
    refused(
        "BillingCurrency = \"FOCUS\"; x_Rows = { type = \"number\", meaning = \"m\" }",
        sql,
        "`x_Rows` is declared as number (f64) and is i64",
    );
    refused(
        CM,
        "SELECT BillingCurrency, ConsumedQuantity AS x_M FROM cost ORDER BY BillingCurrency",
        "`x_M` is declared as money (decimal[38,18]) and is decimal[38,10]",
    );
    refused(C, "SELECT UPPER(BillingCurrency) FROM cost_daily ORDER BY 1", "has no name");
    refused(
        C,
        "SELECT CAST(x_Rows AS FLOAT) AS BillingCurrency FROM cost_daily ORDER BY BillingCurrency",
        "is declared as text",
    );
    refused(
        C,
        "SELECT NO_SUCH(BillingCurrency) AS BillingCurrency FROM cost_daily ORDER BY BillingCurrency",
        "Polars refuses it",
    );
}

#[test]
fn parameters_are_declared_and_used() {
    refused(
        C,
        "SELECT BillingCurrency FROM cost_daily WHERE RegionId = :region ORDER BY BillingCurrency",
        "there is no parameter `region`",
    );
    let text = format!(
        "{HEAD}--- {C}\n--- [params]\n--- n = 1\nSELECT BillingCurrency FROM cost_daily ORDER BY BillingCurrency"
    );
    let found = problems_of(&[("queries/metric/q.sql", &text)], &[]);
    assert_eq!(found, ["queries/metric/q.sql: declares the parameter `n` and does not use :n"]);
}

#[test]
fn reads_exist_and_have_no_circle() {
    let query = |reads: &str| {
        format!(
            "--- title = \"t\"\n--- question = \"q\"\n--- reads = [\"{reads}\"]\n--- [columns]\n--- {C}\nSELECT BillingCurrency FROM {0} ORDER BY BillingCurrency",
            reads.rsplit('/').next().unwrap()
        )
    };
    let found = problems_of(
        &[
            ("queries/metric/a.sql", &query("metric/b")),
            ("queries/metric/b.sql", &query("metric/a")),
            ("queries/metric/c.sql", &query("cost_dayly")),
        ],
        &[],
    );
    assert_eq!(
        found,
        [
            "queries/metric/a.sql: reads itself: metric/a → metric/b → metric/a",
            "queries/metric/b.sql: reads itself: metric/b → metric/a → metric/b",
            "queries/metric/c.sql: reads `cost_dayly`, which does not exist",
        ]
    );
}

#[test]
fn a_waste_rule_returns_findings() {
    let text = format!("{HEAD}--- {C}\nSELECT BillingCurrency FROM cost_daily ORDER BY BillingCurrency");
    let found = problems_of(&[("queries/waste/idle.sql", &text)], &[]);
    assert!(
        found[0].starts_with("queries/waste/idle.sql: a waste rule must declare ProviderName, BillingAccountId"),
        "{found:?}"
    );
    // A quality test returns what offends, in columns of its choice.
    assert_eq!(problems_of(&[("queries/quality/idle.sql", &text)], &[]), Vec::<String>::new());
}

#[test]
fn a_focus_column_keeps_its_meaning() {
    for (column, why) in [
        ("BillingCurrency = \"The account\"", "`BillingCurrency` is a FOCUS column and gets another meaning"),
        ("x_Cost = \"FOCUS\"", "`x_Cost` is no FOCUS column"),
        ("Cost = \"m\"", "`Cost` is no FOCUS column"),
        ("x_Row = \"costmill\"", "`x_Row` is no column of our tables"),
        ("x_M = { type = \"mony\", meaning = \"m\" }", "`x_M` has the unknown type `mony`"),
        ("x_M = { type = \"money\" }", "`x_M` has no `meaning`"),
        ("x_M = 1", "`x_M` is neither a sentence nor a type"),
    ] {
        let files = [("queries/metric/q.sql".to_string(), format!("{HEAD}--- {column}\nSELECT 1"))].into();
        let (_, problems) = Catalogue::from_files("", &files);
        assert!(
            problems.iter().any(|p| p.place == "queries/metric/q.sql:5" && p.what.contains(why)),
            "{column}: {problems:?}"
        );
    }
}

/// An amount in the reporting currency stays in that, whatever it is billed in.
#[test]
fn amounts_in_the_reporting_currency() {
    const R: &str = "x_ReportingCurrency = \"costmill\"; x_ReportingM = { type = \"money\", meaning = \"m\" }";
    let of = |measure: &str, key: &str| {
        format!("SELECT {key}, {measure} AS x_ReportingM FROM cost_daily GROUP BY {key} ORDER BY {key}")
    };
    accepted(R, &of("SUM(x_ReportingBilledCost)", "x_ReportingCurrency"));
    accepted(R, &of("SUM(CASE WHEN RegionId = 'a' THEN x_ReportingBilledCost ELSE 0 END)", "x_ReportingCurrency"));
    accepted(
        R,
        "SELECT x_ReportingCurrency, SUM(x_ReportingBilledCost) AS x_ReportingM FROM cost_daily \
         WHERE x_ReportingCurrency = 'EUR' GROUP BY x_ReportingCurrency ORDER BY x_ReportingCurrency",
    );
    // By the currency of the bill alone: months may be frozen in different reporting currencies.
    let both = format!("{C}; {R}");
    for sql in [
        "SELECT BillingCurrency, MIN(x_ReportingCurrency) AS x_ReportingCurrency, SUM(x_ReportingBilledCost) AS x_ReportingM \
         FROM cost_daily GROUP BY BillingCurrency ORDER BY BillingCurrency, x_ReportingCurrency",
        "SELECT BillingCurrency, MIN(x_ReportingCurrency) AS x_ReportingCurrency, SUM(x_ReportingBilledCost) AS x_ReportingM \
         FROM cost_daily WHERE BillingCurrency = 'USD' GROUP BY BillingCurrency ORDER BY BillingCurrency, x_ReportingCurrency",
    ] {
        refused(&both, sql, "`SUM(x_ReportingBilledCost)` adds up or compares costs of different currencies");
    }
    refused(
        CM,
        &of("SUM(BilledCost)", "x_ReportingCurrency").replace("x_ReportingM", "x_M"),
        "costs of different currencies",
    );
    let mixed = "BilledCost + x_ReportingBilledCost";
    refused(R, &of(&format!("SUM({mixed})"), "BillingCurrency, x_ReportingCurrency"), "of another kind or currency");
    let mixed = "SUM(COALESCE(x_ReportingBilledCost, BilledCost))";
    refused(R, &of(mixed, "BillingCurrency, x_ReportingCurrency"), "mixes an exact value with text");
    // Its currency stands beside it, and its name says what it is.
    refused(
        CM,
        "SELECT BillingCurrency, x_ReportingBilledCost AS x_M FROM cost_daily ORDER BY BillingCurrency",
        "without its currency",
    );
    let named = "SELECT x_ReportingCurrency, x_ReportingBilledCost AS x_M FROM cost_daily ORDER BY x_ReportingCurrency";
    refused(&R.replace("x_ReportingM", "x_M"), named, "returns `x_M`, an amount in the reporting currency");
    let named = "SELECT BillingCurrency, BilledCost AS x_ReportingM FROM cost_daily ORDER BY BillingCurrency";
    refused(
        &CM.replace("x_M", "x_ReportingM"),
        named,
        "returns `x_ReportingM`, which is not in the reporting currency",
    );
}

//! The sums over findings: what has no figure is counted as such, and is no 0.

use super::tables::{Memory, asked};
use crate::transform::Derived;
use polars::prelude::*;

/// Findings: team, currency, rule, gross and realisable saving, is it counted, why it is suppressed.
type Row<'a> = (&'a str, &'a str, &'a str, Option<f64>, Option<f64>, bool, Option<&'a str>);

fn findings(rows: &[Row]) -> Memory {
    let texts = |cell: fn(&Row) -> Option<String>| rows.iter().map(cell).collect::<Vec<_>>();
    let numbers = |cell: fn(&Row) -> Option<f64>| rows.iter().map(cell).collect::<Vec<_>>();
    let nothing = |column: &str, kind: &DataType| Series::full_null(column.into(), rows.len(), kind).into_column();
    let schema = Derived::Finding.schema();
    let columns = schema.iter().map(|(name, kind)| match name.as_str() {
        "x_Team" => Column::new("x_Team".into(), texts(|row| Some(row.0.into()))),
        "BillingCurrency" => Column::new("BillingCurrency".into(), texts(|row| Some(row.1.into()))),
        "x_Rule" => Column::new("x_Rule".into(), texts(|row| Some(row.2.into()))),
        "x_GrossMonthlySaving" => Column::new(name.clone(), numbers(|row| row.3)),
        "x_RealisableMonthlySaving" => Column::new(name.clone(), numbers(|row| row.4)),
        "x_IsCounted" => Column::new(name.clone(), rows.iter().map(|row| row.5).collect::<Vec<_>>()),
        "x_Suppressed" => Column::new(name.clone(), texts(|row| row.6.map(str::to_string))),
        other => nothing(other, kind),
    });
    let frame = DataFrame::new(rows.len(), columns.collect()).unwrap().lazy();
    Memory([("finding".to_string(), frame)].into())
}

/// A toolkit takes an unknown price for 0 and shows a saving of nothing, or of everything.
#[test]
fn a_finding_without_a_figure_is_no_saving_of_0() {
    let lake = findings(&[
        ("a", "USD", "waste/x", Some(10.1), Some(0.2), true, None),
        ("a", "USD", "waste/y", Some(20.2), Some(20.2), true, None),
        ("a", "USD", "waste/y", None, None, true, None),
        // Another action on a resource that is counted already, and one that its owner knows.
        ("a", "USD", "waste/x", Some(500.0), Some(500.0), false, None),
        ("a", "USD", "waste/x", Some(700.0), Some(700.0), true, Some("known, us, until 2027-01-01")),
        ("a", "EUR", "waste/x", Some(1.0), Some(1.0), true, None),
        ("b", "USD", "waste/y", None, None, true, None),
    ]);
    // a: 10.1 + 20.2 = 30.3, of which 0.2 + 20.2 = 20.4 can be had; one of three is unknown. b: nothing is known.
    assert_eq!(
        asked("metric/waste_by_team", &lake, &[]),
        ["a|USD|3|30.300000|20.400000|1", "a|EUR|1|1.000000|1.000000|0", "b|USD|1|||1"]
    );
    assert_eq!(
        asked("metric/waste_by_rule", &lake, &[]),
        [
            "waste/y|||USD|3|20.200000|20.200000|2",
            "waste/x|||EUR|1|1.000000|1.000000|0",
            "waste/x|||USD|1|10.100000|0.200000|0"
        ]
    );
    // The list has the second action, too, and what is suppressed stands apart.
    assert_eq!(
        (asked("metric/waste_findings", &lake, &[]).len(), asked("metric/waste_suppressed", &lake, &[]).len()),
        (6, 1)
    );
}

#[test]
fn no_finding_is_no_row() {
    assert_eq!(asked("metric/waste_by_team", &findings(&[]), &[]), Vec::<String>::new());
}

//! Compact reference tables of our own.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The text of every table, for the mapping fingerprint.
pub const TEXT: &str = include_str!("aws_services.csv");

/// A value of a table: `get("aws_services", "AmazonEC2", "ServiceName")`.
pub fn get(table: &str, key: &str, value: &str) -> Option<&'static str> {
    let table = match table {
        "aws_services" => &*AWS_SERVICES,
        _ => return None,
    };
    let at = table.columns.iter().position(|name| *name == value)?;
    table.rows.get(key).and_then(|row| row.get(at)).copied()
}

struct Table {
    columns: Vec<&'static str>,
    rows: HashMap<&'static str, Vec<&'static str>>,
}

/// `ProductCode` → ServiceName, ServiceCategory, ServiceSubcategory.
static AWS_SERVICES: LazyLock<Table> = LazyLock::new(|| read(TEXT));

/// The tables hold no commas inside values, so a split is the whole parser.
fn read(text: &'static str) -> Table {
    let mut lines = text.lines();
    let columns = lines.next().unwrap_or_default().split(',').skip(1).collect();
    let rows =
        lines.filter_map(|line| line.split_once(',')).map(|(key, rest)| (key, rest.split(',').collect())).collect();
    Table { columns, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::column::{SERVICE_CATEGORIES, SERVICE_SUBCATEGORIES};

    #[test]
    fn aws_services_are_legal_and_unique() {
        let lines = TEXT.lines().skip(1).count();
        assert_eq!(AWS_SERVICES.rows.len(), lines, "a product code stands twice");
        for (code, row) in &AWS_SERVICES.rows {
            assert_eq!(row.len(), 3, "{code}");
            assert!(SERVICE_CATEGORIES.contains(&row[1]), "{code}: {}", row[1]);
            assert!(SERVICE_SUBCATEGORIES.contains(&row[2]), "{code}: {}", row[2]);
        }
        assert_eq!(get("aws_services", "AmazonEC2", "ServiceCategory"), Some("Compute"));
    }
}

//! Compact reference tables of our own.

use std::collections::HashMap;
use std::sync::LazyLock;

mod unit;

pub use unit::{Measure, measure};

/// The text of the tables that a mapping reads, for its fingerprint: AWS's always, as ever.
pub fn text(tables: &[&str]) -> String {
    let read = |source: &&Source| source.name == "aws_services" || tables.contains(&source.name);
    TABLES.iter().filter(read).map(|source| source.text).collect()
}

/// A value of a table: `get("aws_services", "AmazonEC2", "ServiceName")`.
pub fn get(table: &str, key: &str, value: &str) -> Option<&'static str> {
    let at = TABLES.iter().position(|source| source.name == table)?;
    let (source, table) = (&TABLES[at], READ.get(at)?);
    let column = table.columns.iter().position(|name| *name == value)?;
    let row = if source.folded { table.rows.get(fold(key).as_str()) } else { table.rows.get(key) };
    row.and_then(|row| row.get(column)).copied()
}

/// The same by a key that is a path: else by the path it lies in, `a/b` and then `a` for `a/b/c`.
pub fn get_within(table: &str, key: &str, value: &str) -> Option<&'static str> {
    get(table, key, value).or_else(|| get_within(table, key.rsplit_once('/')?.0, value))
}

/// A text as the keys of a folded table are written: lower case, without spaces, `-` and `_`. What a
/// provider writes in many ways (`US East`, `useast`, `MICROSOFT.KEYVAULT`) is one key.
pub fn fold(text: &str) -> String {
    let kept = text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}

struct Source {
    name: &'static str,
    text: &'static str,
    folded: bool,
}

const fn table(name: &'static str, text: &'static str, folded: bool) -> Source {
    Source { name, text, folded }
}

/// The key, then the values that the header names. What Azure calls its services, regions, units and types
/// of resources is condensed from the open data of Microsoft's FinOps toolkit (MIT).
const TABLES: &[Source] = &[
    table("aws_services", include_str!("aws_services.csv"), false),
    // by the type of resource, or its provider where all types of it are one service
    table("azure_services", include_str!("azure_services.csv"), true),
    // for charges of no resource
    table("azure_meter_categories", include_str!("azure_meter_categories.csv"), true),
    table("azure_regions", include_str!("azure_regions.csv"), true),
    table("azure_resource_types", include_str!("azure_resource_types.csv"), true),
    // what stands after the number of a unit of measure
    table("azure_units", include_str!("azure_units.csv"), true),
    // by `service.description`, and by `location.region`
    table("gcp_services", include_str!("gcp_services.csv"), false),
    table("gcp_regions", include_str!("gcp_regions.csv"), false),
];

struct Table {
    columns: Vec<&'static str>,
    rows: HashMap<&'static str, Vec<&'static str>>,
}

static READ: LazyLock<Vec<Table>> = LazyLock::new(|| TABLES.iter().map(|source| read(source.text)).collect());

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
    use std::collections::BTreeMap;

    #[test]
    fn every_table_reads_and_no_key_stands_twice() {
        for (source, table) in TABLES.iter().zip(READ.iter()) {
            assert_eq!(table.rows.len(), source.text.lines().count() - 1, "{}: a key stands twice", source.name);
            for (key, row) in &table.rows {
                assert_eq!(row.len(), table.columns.len(), "{}: {key}", source.name);
                assert!(!source.folded || fold(key) == *key, "{}: {key} would never be found", source.name);
                assert!(row.iter().all(|value| !value.is_empty() && value.trim() == *value), "{}: {key}", source.name);
            }
        }
    }

    /// Values are legal, and one service has one category wherever it stands.
    #[test]
    fn services_are_legal() {
        let mut of: BTreeMap<&str, [&str; 2]> = BTreeMap::new();
        for (source, table) in TABLES.iter().zip(READ.iter()).filter(|(_, table)| table.columns[0] == "ServiceName") {
            for (key, row) in &table.rows {
                assert!(SERVICE_CATEGORIES.contains(&row[1]), "{}, {key}: {}", source.name, row[1]);
                assert!(SERVICE_SUBCATEGORIES.contains(&row[2]), "{}, {key}: {}", source.name, row[2]);
                let other = row[2].strip_prefix("Other (").and_then(|rest| rest.strip_suffix(')'));
                assert!(other.is_none_or(|category| category == row[1]), "{}, {key}: {}", source.name, row[2]);
                if source.folded {
                    let first = *of.entry(row[0]).or_insert([row[1], row[2]]);
                    assert_eq!(first, [row[1], row[2]], "{}, {key}: {}", source.name, row[0]);
                }
            }
        }
        assert_eq!(get("aws_services", "AmazonEC2", "ServiceCategory"), Some("Compute"));
        assert_eq!(get("gcp_services", "Cloud SQL", "ServiceSubcategory"), Some("Relational Databases"));
        assert_eq!(get("gcp_services", "Cloud Nonesuch", "ServiceCategory"), None);
    }

    #[test]
    fn regions_have_one_name() {
        assert_eq!(get("gcp_regions", "europe-west6", "RegionName"), Some("Zurich"));
    }

    #[test]
    fn a_type_without_a_row_is_its_providers() {
        let name = |key: &str| get_within("azure_services", key, "ServiceName");
        assert_eq!(
            name("Microsoft.Compute/virtualMachineScaleSets/virtualMachines"),
            Some("Virtual Machine Scale Sets")
        );
        assert_eq!(name("Microsoft.Compute/disks"), Some("Virtual Machines"));
        assert_eq!(name("Contoso.Things/things"), None);
        for region in ["US East", "EastUS", "East US", "useast"] {
            assert_eq!(get("azure_regions", region, "RegionId"), Some("eastus"), "{region}");
        }
    }
}

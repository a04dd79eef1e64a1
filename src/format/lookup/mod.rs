//! Compact reference tables of our own.

use std::collections::HashMap;
use std::sync::LazyLock;

const AWS: &str = include_str!("aws_services.csv");
const GCP: &str = include_str!("gcp_services.csv");
const REGIONS: &str = include_str!("gcp_regions.csv");

/// The text of the tables that a mapping reads, for its fingerprint: AWS's always, as ever.
pub fn text(tables: &[&str]) -> String {
    let more = [("gcp_services", GCP), ("gcp_regions", REGIONS)];
    let more = more.iter().filter(|(name, _)| tables.contains(name)).map(|(_, text)| *text);
    std::iter::once(AWS).chain(more).collect()
}

/// A value of a table: `get("aws_services", "AmazonEC2", "ServiceName")`.
pub fn get(table: &str, key: &str, value: &str) -> Option<&'static str> {
    let table = match table {
        "aws_services" => &*AWS_SERVICES,
        "gcp_services" => &*GCP_SERVICES,
        "gcp_regions" => &*GCP_REGIONS,
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
static AWS_SERVICES: LazyLock<Table> = LazyLock::new(|| read(AWS));
/// `service.description` → ServiceName, ServiceCategory, ServiceSubcategory.
static GCP_SERVICES: LazyLock<Table> = LazyLock::new(|| read(GCP));
/// `location.region` → RegionName.
static GCP_REGIONS: LazyLock<Table> = LazyLock::new(|| read(REGIONS));

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
    fn services_are_legal_and_unique() {
        for (text, table) in [(AWS, &*AWS_SERVICES), (GCP, &*GCP_SERVICES)] {
            assert_eq!(table.rows.len(), text.lines().skip(1).count(), "a service stands twice");
            for (code, row) in &table.rows {
                assert_eq!(row.len(), 3, "{code}");
                assert!(SERVICE_CATEGORIES.contains(&row[1]), "{code}: {}", row[1]);
                assert!(SERVICE_SUBCATEGORIES.contains(&row[2]), "{code}: {}", row[2]);
            }
        }
        assert_eq!(get("aws_services", "AmazonEC2", "ServiceCategory"), Some("Compute"));
        assert_eq!(get("gcp_services", "Cloud SQL", "ServiceSubcategory"), Some("Relational Databases"));
        assert_eq!(get("gcp_services", "Cloud Nonesuch", "ServiceCategory"), None);
    }

    #[test]
    fn regions_have_one_name() {
        assert_eq!(GCP_REGIONS.rows.len(), REGIONS.lines().skip(1).count());
        assert!(GCP_REGIONS.rows.values().all(|row| row.len() == 1 && !row[0].is_empty()));
        assert_eq!(get("gcp_regions", "europe-west6", "RegionName"), Some("Zurich"));
    }
}

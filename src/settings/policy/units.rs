//! `[[unit_metric]]`: cost by something the business counts.

use super::file::{FileCounts, FileUnitMetric};
use super::matches::{charge_match, check_column};
use super::showback::cost;
use crate::Result;
use crate::focus::policy::{Counts, TagKey, UnitMetric};
use crate::settings::place::ConfigText;
use crate::settings::resolve::local_path;
use std::collections::BTreeMap;
use std::path::Path;

/// The unit metrics, in the file's order. Whether a driver file is there is seen when it is read:
/// without it a metric has no figure and says so.
pub fn resolve_units(
    config: &ConfigText,
    folder: &Path,
    keys: &[TagKey],
    written: Vec<FileUnitMetric>,
) -> Result<Vec<UnitMetric>> {
    let (mut metrics, mut lines) = (Vec::with_capacity(written.len()), BTreeMap::new());
    for metric in written {
        let FileUnitMetric { id, title, unit, per, driver, dimension, basis, quantity, r#where } = metric;
        if !is_metric_id(id.get_ref()) {
            let what = format!("`{}` cannot be the id of a unit metric", id.get_ref());
            let remedy = "use lower-case letters, digits and `_`, starting with a letter, at most 64";
            return Err(config.error(&id.span(), what, remedy));
        }
        if let Some(first) = lines.insert(id.get_ref().clone(), config.line(&id.span())) {
            let what = format!("the unit metric `{}` already stands on line {first}", id.get_ref());
            return Err(config.error(&id.span(), what, "give every unit metric an id of its own"));
        }
        for (name, text) in [("title", &title), ("unit", &unit)] {
            if text.get_ref().trim().is_empty() {
                let remedy = "name it in the words the reports shall show";
                return Err(config.error(&text.span(), format!("the {name} is empty"), remedy));
            }
        }
        if let Some(per) = per.as_ref().filter(|per| !(per.get_ref().is_finite() && *per.get_ref() > 0.0)) {
            let what = format!("per = {} makes no unit", per.get_ref());
            return Err(config.error(&per.span(), what, "write the quantity that makes one unit, above 0"));
        }
        // Lines of a chart are told apart by it.
        if let Some(other) = metrics.iter().find(|known: &&UnitMetric| known.title == *title.get_ref()) {
            let what = format!("the unit metric `{}` already has the title `{}`", other.id, other.title);
            return Err(config.error(&title.span(), what, "give every unit metric a title of its own"));
        }
        if let Some(column) = &dimension {
            check_column(config, keys, column)?;
        }
        metrics.push(UnitMetric {
            id: id.into_inner(),
            title: title.into_inner(),
            unit: unit.into_inner(),
            per: per.map_or(1.0, toml::Spanned::into_inner),
            driver: local_path(config, folder, &driver)?,
            dimension: dimension.map(toml::Spanned::into_inner),
            basis: cost(basis),
            quantity: match quantity {
                FileCounts::Flow => Counts::Flow,
                FileCounts::Level => Counts::Level,
            },
            matches: charge_match(config, keys, r#where)?,
        });
    }
    Ok(metrics)
}

fn is_metric_id(id: &str) -> bool {
    id.len() <= 64
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && id.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
}

//! `costmill check`: the configuration, the catalogue and the reports; no data.

use super::catalogue;
use super::console::Console;
use super::derived;
use super::inputs;
use crate::error::Result;
use crate::settings::Settings;

pub fn run(settings: &Settings, console: Console) -> Result<u8> {
    let checked = match catalogue::load(settings) {
        Ok(checked) => checked,
        Err(errors) => {
            errors.iter().for_each(|error| console.problem(error));
            return Ok(2);
        }
    };
    inputs::check_datasets(settings)?;
    derived::suppressions(settings, &checked.catalogue)?;
    console.say(&format!(
        "{}: {} sources, {} queries, {} reports: all right",
        settings.config.display(),
        settings.sources.len(),
        checked.catalogue.queries.len(),
        checked.reports.len()
    ));
    Ok(0)
}

//! `costmill explain`: what costmill does with an export, and what stands behind a figure or a resource.

mod converted;
mod figure;
mod lines;
mod mapping;
mod resource;
mod rests;
mod shown;

use super::console::Console;
use crate::cli::{Explain, ExplainTopic};
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Reads the configuration for a figure and a resource; a mapping needs none.
pub fn run(settings: impl FnOnce() -> Result<Settings>, explain: &Explain, console: Console) -> Result<u8> {
    match &explain.topic {
        ExplainTopic::Mapping { format } => mapping::run(format, console),
        ExplainTopic::Figure(figure) => figure::run(&settings()?, figure, console),
        ExplainTopic::Resource(resource) => resource::run(&settings()?, resource, console),
    }
}

/// What belongs to a period that nothing is published of.
fn not_published(what: &str) -> Error {
    Error::settings("explain", format!("{what} is not published"), "see `costmill status` for what is")
}

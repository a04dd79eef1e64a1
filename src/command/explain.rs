//! `costmill explain`: what costmill does with an export, from the table that runs.

use super::console::Console;
use crate::cli::{Explain, ExplainTopic};
use crate::error::{Error, Result};
use crate::{format, normalise};

pub fn run(explain: &Explain, console: Console) -> Result<u8> {
    let ExplainTopic::Mapping { format: id } = &explain.topic;
    let format = format::find(id).ok_or_else(|| {
        Error::settings(
            "explain mapping",
            format!("there is no format {id}"),
            format!("one of {}", format::ids().join(", ")),
        )
    })?;
    console.answer(&normalise::explain(format))?;
    Ok(0)
}

//! `costmill explain mapping`: where each FOCUS column comes from in an export format.

use crate::command::console::Console;
use crate::error::{Error, Result};
use crate::{format, normalise};

pub fn run(id: &str, console: Console) -> Result<u8> {
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

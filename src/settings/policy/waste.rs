//! `[waste]`: what a finding must save to be listed, what is suppressed, and utilisation.

use super::file::FileWaste;
use crate::Result;
use crate::settings::Waste;
use crate::settings::place::ConfigText;
use crate::settings::resolve::local_path;
use std::path::Path;

/// The suppression file that is read when it stands beside the config and none is named.
const SUPPRESSIONS: &str = "suppressions.toml";

/// Fails with `Error::Settings` when a suppression file is named and not there.
pub fn resolve_waste(config: &ConfigText, folder: &Path, written: FileWaste) -> Result<Waste> {
    let FileWaste { minimum_monthly_saving: minimum, suppressions, utilisation } = written;
    if let Some(minimum) = minimum.as_ref().filter(|money| !(money.get_ref().is_finite() && *money.get_ref() >= 0.0)) {
        let what = format!("minimum_monthly_saving = {} is no amount", minimum.get_ref());
        return Err(config.error(&minimum.span(), what, "write an amount from 0 on, in the findings' currency"));
    }
    let suppressions = match suppressions {
        None => Some(folder.join(SUPPRESSIONS)).filter(|beside| beside.is_file()),
        Some(named) => {
            let path = local_path(config, folder, &named)?;
            if !path.is_file() {
                let what = format!("there is no suppression file {}", path.display());
                return Err(config.error(&named.span(), what, "correct the path, or leave `suppressions` out"));
            }
            Some(path)
        }
    };
    let utilisation = utilisation.iter().map(|pattern| local_path(config, folder, pattern)).collect::<Result<_>>()?;
    let minimum_monthly_saving = minimum.map_or(0.0, toml::Spanned::into_inner);
    Ok(Waste { minimum_monthly_saving, suppressions, utilisation, measured: Vec::new() })
}

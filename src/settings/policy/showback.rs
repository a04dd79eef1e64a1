//! `[showback]` and `[environment]`.

use super::file::{FileCost, FileEnvironment, FileFollows, FileShowback};
use super::tags::{check_dimension, valid_value};
use crate::Result;
use crate::focus::policy::{Environment, Follows, Showback, ShowbackBasis, TagKey};
use crate::settings::place::{ConfigText, suggestion};

/// What a statement adds up.
pub fn resolve_showback(written: &FileShowback) -> Showback {
    let FileShowback { basis, tax, support, credits, refunds } = *written;
    Showback {
        basis: cost(basis),
        tax: follows(tax),
        support: follows(support),
        credits: follows(credits),
        refunds: follows(refunds),
    }
}

/// The cost of a basis.
pub fn cost(written: FileCost) -> ShowbackBasis {
    match written {
        FileCost::EffectiveCost => ShowbackBasis::EffectiveCost,
        FileCost::BilledCost => ShowbackBasis::BilledCost,
    }
}

fn follows(written: FileFollows) -> Follows {
    match written {
        FileFollows::Owner => Follows::Owner,
        FileFollows::Unallocated => Follows::Unallocated,
    }
}

/// Which values are not production.
pub fn resolve_environment(config: &ConfigText, keys: &[TagKey], written: FileEnvironment) -> Result<Environment> {
    let FileEnvironment { dimension, non_production } = written;
    let key = check_dimension(config, keys, &dimension)?;
    if non_production.get_ref().is_empty() {
        let remedy = "list the values of the dimension that are not production";
        return Err(config.error(&non_production.span(), "no value is non-production", remedy));
    }
    let mut values = Vec::with_capacity(non_production.get_ref().len());
    for value in non_production.into_inner() {
        let known: Vec<&str> = key.allowed.iter().map(String::as_str).collect();
        let counts = valid_value(key, value.get_ref()).ok_or_else(|| {
            let what = format!("`{}` is no allowed value of `{}`", value.get_ref(), key.name);
            config.error(&value.span(), what, suggestion(value.get_ref(), &known))
        })?;
        if counts.trim().is_empty() || values.contains(&counts) {
            let what = format!("the value `{}` is empty or listed twice", value.get_ref());
            return Err(config.error(&value.span(), what, "list each value once"));
        }
        values.push(counts);
    }
    Ok(Environment { dimension: dimension.into_inner(), non_production: values })
}

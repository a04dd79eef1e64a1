//! What every query of a billing period is given.

use super::full_days::full_days;
use crate::focus::BillingMonth;
use crate::lake::Snapshot;
use crate::settings::Settings;
use crate::transform::catalogue::ParamValue;
use crate::transform::policy::showback_in_words;
use crate::transform::rollup::ALL_KEYS;
use std::collections::BTreeMap;

/// The parameters of a billing period, but for the tag dimension: see [`tag_keys`].
pub fn period_params(settings: &Settings, snapshot: &Snapshot, month: BillingMonth) -> BTreeMap<String, ParamValue> {
    let basis = settings.policy.showback.basis.column();
    let target = settings.policy.coverage_target;
    let mut params = BTreeMap::from([
        ("billing_period".to_string(), ParamValue::Text(month.to_string())),
        ("last_full_day".to_string(), ParamValue::Date(full_days(snapshot, month).last)),
        ("showback_basis".to_string(), ParamValue::Text(basis.into())),
        ("showback_policy".to_string(), ParamValue::Text(showback_in_words(settings.policy.showback))),
    ]);
    params.extend(target.map(|target| ("coverage_target".to_string(), ParamValue::Number(target))));
    params
}

/// The tag dimensions that coverage is asked about: the coverage key, the other required ones, and
/// all required ones together. None is configured: none.
pub fn tag_keys(settings: &Settings) -> Vec<String> {
    let leading = settings.tags.coverage_key.iter().cloned();
    let required = settings.policy.tag_keys.iter().filter(|key| key.required).map(|key| key.name.clone());
    let others = required.clone().filter(|name| settings.tags.coverage_key.as_ref() != Some(name));
    let all = required.clone().next().map(|_| ALL_KEYS.to_string());
    leading.chain(others).chain(all).collect()
}

//! `[[closing]]`: when a source's billing period is final.

use super::Source;
use super::file::FileClosing;
use super::place::{ConfigText, suggestion};
use crate::Result;
use crate::focus::FinalRule;
use crate::focus::closing::DEFAULT_FINAL_RULE;
use std::collections::BTreeMap;

/// Days after the month's end that a rule may wait: a year.
const MOST_DAYS: i64 = 366;

/// The rule of every source, by its id.
///
/// Fails with `Error::Settings` on an unknown source, on two tables for one, and on a table by which no period
/// would ever be final.
pub(super) fn resolve_closing(
    config: &ConfigText,
    written: Vec<FileClosing>,
    sources: &[Source],
) -> Result<BTreeMap<String, FinalRule>> {
    let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    let (mut rules, mut others) = (BTreeMap::new(), None);
    for table in written {
        let FileClosing { sources: named, final_when_invoiced, final_after_days } = table;
        let after_days = match &final_after_days {
            None => None,
            Some(days) => match u16::try_from(*days.get_ref()).ok().filter(|_| *days.get_ref() <= MOST_DAYS) {
                Some(days) => Some(days),
                None => {
                    let what = format!("final_after_days = {} is impossible", days.get_ref());
                    return Err(config.error(&days.span(), what, format!("use 0 to {MOST_DAYS} days")));
                }
            },
        };
        let rule = FinalRule { when_invoiced: final_when_invoiced.unwrap_or(after_days.is_none()), after_days };
        if rule == (FinalRule { when_invoiced: false, after_days: None }) {
            let what = "a [[closing]] without final_after_days and with final_when_invoiced = false is never final";
            return Err(config.error_in_file(what, "give final_after_days"));
        }
        if named.is_empty() && others.replace(rule).is_some() {
            let what = "two [[closing]] tables name no source";
            return Err(config.error_in_file(what, "name the sources of one: sources = [\"aws\"]"));
        }
        for source in named {
            let name = source.get_ref();
            if !ids.contains(&name.as_str()) {
                return Err(config.error(
                    &source.span(),
                    format!("there is no source `{name}`"),
                    suggestion(name, &ids),
                ));
            }
            if rules.insert(name.clone(), rule).is_some() {
                let what = format!("a [[closing]] before names the source `{name}` already");
                return Err(config.error(&source.span(), what, "name it in one of them"));
            }
        }
    }
    let others = others.unwrap_or(DEFAULT_FINAL_RULE);
    Ok(ids.into_iter().map(|id| (id.to_string(), rules.get(id).copied().unwrap_or(others))).collect())
}

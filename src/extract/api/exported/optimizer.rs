//! Where Compute Optimizer puts its exports: `[prefix/]compute-optimizer/<account>/<region>-<time>-<job>.csv`, beside
//! each a `…-metadata.json` (docs.aws.amazon.com/compute-optimizer/latest/ug/exported-files.html). A job is of one region
//! and one kind of resource; only its columns say which kind.

use super::Found;
use crate::extract::tree::name;
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Exports so many days before a region's newest may still be the newest of their kind: a weekly one, and a day.
const DAYS: u64 = 8;

/// The files that may be the newest of their kind; of each folder and region the newest first.
pub fn newest(all: &[PathBuf], today: NaiveDate) -> Vec<Found> {
    let mut groups: BTreeMap<String, Vec<(String, NaiveDate, &PathBuf)>> = BTreeMap::new();
    for path in all.iter().filter(|path| is_csv(path)) {
        let folder = path.parent().unwrap_or(Path::new("")).display().to_string();
        let named = name(path);
        let (region, time, day) = match time_of(&named) {
            Some((region, time, day)) => (region, time, day),
            // A file that somebody put there: as good as of today.
            None => (named.as_str(), "", today),
        };
        groups.entry(format!("{folder} {region}")).or_default().push((time.to_string(), day, path));
    }
    let mut found = Vec::new();
    for (group, mut files) in groups {
        files.sort();
        let newest = files.last().map_or(today, |(_, day, _)| *day);
        let oldest = newest.checked_sub_days(Days::new(DAYS)).unwrap_or(newest);
        let recent = files.into_iter().rev().filter(|(_, day, _)| *day >= oldest);
        found.extend(recent.map(|(_, day, path)| Found { path: path.clone(), day, group: group.clone() }));
    }
    found
}

fn is_csv(path: &Path) -> bool {
    let name = name(path).to_lowercase();
    name.ends_with(".csv") || name.ends_with(".csv.gz")
}

/// `us-east-1`, `2026-11-29T050030Z` and its day of `us-east-1-2026-11-29T050030Z-e123a06b.csv`.
fn time_of(name: &str) -> Option<(&str, &str, NaiveDate)> {
    let at = name.match_indices('T').find_map(|(at, _)| {
        let (from, to) = (at.checked_sub(10)?, at + 8);
        let time = name.get(from..to)?;
        let digits = time.get(11..17)?.bytes().all(|byte| byte.is_ascii_digit());
        let day = time.get(..10)?.parse::<NaiveDate>().ok()?;
        (digits && time.ends_with('Z') && from > 0).then_some((from, time, day))
    });
    let (from, time, day) = at?;
    Some((name.get(..from)?.trim_end_matches('-'), time, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_region_what_may_be_newest() {
        let at = |name: &str| PathBuf::from(format!("b/compute-optimizer/1/{name}"));
        let all: Vec<PathBuf> = [
            "us-east-1-2026-11-28T050030Z-aaaa.csv",
            "us-east-1-2026-11-29T050030Z-bbbb.csv",
            "us-east-1-2026-11-29T050030Z-bbbb-metadata.json",
            "us-east-1-2026-11-20T050030Z-cccc.csv",
            "eu-west-1-2026-10-01T050030Z-dddd.csv",
            "mine.csv",
        ]
        .iter()
        .map(|name| at(name))
        .collect();
        let found = newest(&all, "2026-11-30".parse().unwrap());
        let told: Vec<String> = found.iter().map(|one| format!("{} {}", name(&one.path), one.day)).collect();
        assert_eq!(
            told,
            [
                "eu-west-1-2026-10-01T050030Z-dddd.csv 2026-10-01",
                "mine.csv 2026-11-30",
                "us-east-1-2026-11-29T050030Z-bbbb.csv 2026-11-29",
                "us-east-1-2026-11-28T050030Z-aaaa.csv 2026-11-28",
            ]
        );
        assert_eq!(found[2].group, found[3].group);
    }
}

//! Every source: its credential, whether its location may be listed and read, and what was delivered last.

use super::Patient;
use super::finding::{Findings, State};
use crate::error::Error;
use crate::extract::{Examined, Missing, Newest};
use crate::settings::Source;
use crate::store::Credential;
use chrono::{DateTime, Duration, Utc};

/// Hours after the newest file was written before a source without `late_after_days` is told: exports are refreshed at
/// least once a day (<https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html>,
/// <https://learn.microsoft.com/azure/cost-management-billing/costs/tutorial-improved-exports>); a day more for delays.
const QUIET_HOURS: i64 = 48;
/// A credential that nobody renews is told so long before its end.
const SOON_DAYS: i64 = 14;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    for (source, examined) in &patient.sources {
        match examined {
            Ok(examined) => tell(source, examined, patient.now, findings),
            Err(error) => findings.error(State::Failed, &source.id, error),
        }
    }
}

fn tell(source: &Source, examined: &Examined, now: DateTime<Utc>, findings: &mut Findings) {
    let id = &source.id;
    match &examined.credential {
        Some(Ok(credential)) => tell_credential(id, credential, now, findings),
        // The listing says it too, and a public bucket needs none.
        Some(Err(error)) if examined.listed.is_ok() => findings.error(State::Warning, id, error),
        _ => {}
    }
    if let Err(error) = &examined.listed {
        return findings.error(State::Failed, id, error);
    }
    let mut listed = format!("{} can be listed", source.location.display());
    if let Some((files, bytes)) = examined.volume {
        listed += &format!(": {files} files, {}", in_bytes(bytes));
    }
    if let Some(region) = &examined.answered.region {
        listed += &format!(", in {region}");
    }
    findings.ok(id, listed);
    let found = match &examined.found {
        Some(Ok(found)) => found,
        Some(Err(error)) => return findings.error(State::Failed, id, error),
        None => return,
    };
    tell_refused(id, &found.refused, findings);
    for error in found.late.iter().chain(found.waiting.iter().map(|(_, error)| error)) {
        findings.error(State::Warning, id, error);
    }
    match &examined.newest {
        Some(newest) => tell_newest(source, newest, now, findings),
        None if !found.refused.is_empty() => {}
        None => {
            let remedy = "wait for the first delivery, or check `location` and `format`: the location holds none of it";
            findings.warning(id, format!("no delivery of {} is there", source.format), remedy);
        }
    }
    match &examined.read {
        Some(Ok(())) => {
            let key = examined.answered.encryption.as_ref().filter(|kind| kind.starts_with("aws:kms"));
            let key = key.map(|kind| format!(", encrypted ({kind})")).unwrap_or_default();
            findings.ok(id, format!("its files can be read{key}"));
        }
        Some(Err(error)) => findings.error(State::Failed, id, error),
        None => {}
    }
}

/// Each remedy once: a right that is missing refuses every manifest.
fn tell_refused(id: &str, refused: &[Missing], findings: &mut Findings) {
    let mut by_remedy: Vec<(&Error, usize)> = Vec::new();
    for (_, error) in refused {
        match by_remedy.iter_mut().find(|(first, _)| first.problem().remedy == error.problem().remedy) {
            Some((_, more)) => *more += 1,
            None => by_remedy.push((error, 0)),
        }
    }
    for (error, more) in by_remedy {
        let problem = error.problem();
        let others = if more == 0 { String::new() } else { format!("; so it is with {more} more") };
        findings.failed(id, format!("{}: {}{others}", problem.place, problem.what), problem.remedy.as_str());
    }
}

pub(super) fn tell_credential(id: &str, credential: &Credential, now: DateTime<Utc>, findings: &mut Findings) {
    let Credential { from, ends, renews } = credential;
    let Some(end) = ends else { return findings.ok(id, format!("credential: {from}")) };
    let found = format!("credential: {from}, until {}", end.format("%Y-%m-%dT%H:%M:%SZ"));
    let remedy = "make a new one, and put it in the place of this one";
    match *end - now {
        left if left <= Duration::zero() => findings.failed(id, format!("{found}: it has expired"), remedy),
        left if left < Duration::days(SOON_DAYS) && !renews => findings.warning(id, found, remedy),
        _ => findings.ok(id, found),
    }
}

fn tell_newest(source: &Source, newest: &Newest, now: DateTime<Utc>, findings: &mut Findings) {
    let Newest { origin, months, files, bytes, written } = newest;
    let months: Vec<String> = months.iter().map(ToString::to_string).collect();
    let of = if months.is_empty() { String::new() } else { format!(" of {}", months.join(", ")) };
    let delivery = format!("newest delivery{of}: {origin}, {files} files, {}", in_bytes(*bytes));
    let Some(written) = written else { return findings.ok(&source.id, delivery) };
    let age = now - *written;
    let found = format!("{delivery}, written {} hours ago", age.num_hours().max(0));
    let quiet = source.late_after_days.map_or(Duration::hours(QUIET_HOURS), |days| Duration::days(days.into()));
    // Files that are declared one by one are delivered when somebody does so.
    if age > quiet && source.file_sets.is_empty() {
        let remedy = "look at the export in the provider's console: is it switched on, and may it write to its place?";
        return findings.warning(&source.id, found, remedy);
    }
    findings.ok(&source.id, found);
}

/// Bytes with a unit of 1024, to one decimal.
pub(super) fn in_bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut tenths = bytes.saturating_mul(10);
    let mut unit = "bytes";
    for next in UNITS {
        if tenths < 10_240 {
            break;
        }
        (tenths, unit) = (tenths / 1024, next);
    }
    if unit == "bytes" { format!("{bytes} bytes") } else { format!("{}.{} {unit}", tenths / 10, tenths % 10) }
}

/// The gaps of a source's own history, as a run tells them.
pub(super) fn tell_gaps(gaps: &[Error], findings: &mut Findings) {
    gaps.iter().for_each(|error| findings.error(State::Warning, "", error));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_unit_that_fits() {
        for (bytes, text) in
            [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1_600_000, "1.5 MiB"), (3 << 30, "3.0 GiB")]
        {
            assert_eq!(in_bytes(bytes), text);
        }
    }

    #[test]
    fn a_right_that_is_missing_is_told_once() {
        let mut findings = Findings::default();
        let refused = |place: &str, remedy: &str| (Vec::new(), Error::source(place, "cannot be read", remedy));
        tell_refused(
            "aws",
            &[refused("a", "grant it"), refused("b", "copy it"), refused("c", "grant it")],
            &mut findings,
        );
        let text = findings.text();
        assert!(text.contains("aws: a: cannot be read; so it is with 1 more\n         remedy: grant it\n"), "{text}");
        assert!(text.contains("aws: b: cannot be read\n") && text.ends_with("2 failed\n"), "{text}");
    }

    #[test]
    fn a_credential_that_nobody_renews_is_told_before_its_end() {
        let now: DateTime<Utc> = "2026-11-30T12:00:00Z".parse().unwrap();
        let state = |hours: i64, renews: bool| {
            let mut findings = Findings::default();
            let credential = Credential { from: "a SAS".into(), ends: Some(now + Duration::hours(hours)), renews };
            tell_credential("azure", &credential, now, &mut findings);
            findings.state()
        };
        assert_eq!([state(0, true), state(-5, false)], [State::Failed; 2]);
        assert_eq!((state(1, true), state(1, false), state(24 * 15, false)), (State::Ok, State::Warning, State::Ok));
    }
}

//! This machine's clock beside those of the stores that answered.
//!
//! A signed request must reach AWS within five minutes of its time stamp
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>; S3 itself allows fifteen,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>) and Azure Storage within fifteen
//! (<https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#specifying-the-date-header>).
//! Google's OAuth takes signed requests for tokens that were made in the last hour and not in its future
//! (<https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests>): AWS's bound is
//! taken for it.

use super::Patient;
use super::finding::Findings;
use crate::focus::StoreKind;
use chrono::{Duration, Utc};

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    if let Some(day) = patient.settings.as_of {
        findings.ok("", format!("--as-of stands for it: {day}"));
    }
    let told = patient.examined().filter_map(|(source, examined)| Some((source, examined.answered.time?)));
    let mut asked = false;
    if let (Ok(Some(lake)), Some(store)) = (&patient.lake, &patient.settings.lake.store)
        && let Some(theirs) = lake.time_there()
    {
        asked = true;
        beside("lake", &store.to_string(), Utc::now() - theirs, allowed(store.kind), findings);
    }
    for (source, theirs) in told {
        asked = true;
        let place = source.location.display().to_string();
        beside(
            &source.id,
            &place,
            patient.now - theirs,
            allowed(source.store.as_ref().map_or(StoreKind::S3, |store| store.kind)),
            findings,
        );
    }
    if !asked {
        findings.ok("", format!("{}; no store told its own", patient.now.format("%Y-%m-%dT%H:%M:%SZ")));
    }
}

/// Seconds that may lie between the two clocks.
fn allowed(kind: StoreKind) -> i64 {
    match kind {
        StoreKind::Blob => 15 * 60,
        _ => 5 * 60,
    }
}

/// `ahead` is how far this clock is ahead of that of the place.
fn beside(id: &str, place: &str, ahead: Duration, allowed: i64, findings: &mut Findings) {
    let skew = ahead.num_seconds();
    let which = if skew < 0 { "behind" } else { "ahead of" };
    let found = format!("{} s {which} that of {place}; {allowed} s are allowed", skew.abs());
    let remedy = "set the clock, by NTP (`timedatectl set-ntp true`)";
    // Both clocks are read some time apart, and told to the second.
    match skew.abs() {
        0..=30 => findings.ok(id, found),
        off if off <= allowed => findings.warning(id, found, remedy),
        _ => findings.failed(id, found, remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_clock_may_be_off_as_far_as_the_provider_lets_it() {
        let state = |seconds: i64, allowed: i64| {
            let mut findings = Findings::default();
            beside("aws", "s3://bills", Duration::seconds(seconds), allowed, &mut findings);
            assert_eq!(findings.text().contains("remedy: set the clock"), findings.state() != State::Ok);
            findings.state()
        };
        assert_eq!([0, 30, -30].map(|seconds| state(seconds, 300)), [State::Ok; 3]);
        assert_eq!([31, -300].map(|seconds| state(seconds, 300)), [State::Warning; 2]);
        assert_eq!([301, -901].map(|seconds| state(seconds, 300)), [State::Failed; 2]);
        assert_eq!(state(-900, 900), State::Warning);
    }
}

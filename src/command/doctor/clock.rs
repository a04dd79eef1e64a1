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
use crate::settings::Source;
use chrono::{DateTime, Utc};

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    if let Some(day) = patient.settings.as_of {
        findings.ok("", format!("--as-of stands for it: {day}"));
    }
    let told = patient.examined().filter_map(|(source, examined)| Some((source, examined.answered.time?)));
    let mut asked = false;
    for (source, theirs) in told {
        asked = true;
        beside(source, patient.now, theirs, findings);
    }
    if !asked {
        findings.ok("", format!("{}; no store told its own", patient.now.format("%Y-%m-%dT%H:%M:%SZ")));
    }
}

/// Seconds that may lie between the two clocks.
fn allowed(source: &Source) -> i64 {
    match source.store.as_ref().map(|store| store.kind) {
        Some(StoreKind::Blob) => 15 * 60,
        _ => 5 * 60,
    }
}

fn beside(source: &Source, ours: DateTime<Utc>, theirs: DateTime<Utc>, findings: &mut Findings) {
    let (skew, allowed) = ((ours - theirs).num_seconds(), allowed(source));
    let which = if skew < 0 { "behind" } else { "ahead of" };
    let found = format!("{} s {which} that of {}; {allowed} s are allowed", skew.abs(), source.location.display());
    let remedy = "set the clock, by NTP (`timedatectl set-ntp true`)";
    // Both clocks are read some time apart, and told to the second.
    match skew.abs() {
        0..=30 => findings.ok(&source.id, found),
        off if off <= allowed => findings.warning(&source.id, found, remedy),
        _ => findings.failed(&source.id, found, remedy),
    }
}

//! The output folder: may it be written?

use super::Patient;
use super::disk::may_write;
use super::finding::Findings;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    let output = &patient.settings.output;
    let place = output.display().to_string();
    if output.exists() && !output.is_dir() {
        let remedy = "move the file, or set another `output`";
        return findings.failed(place, "is a file, where the reports' folder must be", remedy);
    }
    match may_write(output) {
        Ok(()) if output.exists() => findings.ok(place, "can be written"),
        Ok(()) => findings.ok(place, "is not there yet: the first run makes it"),
        Err(why) => findings.failed(
            place,
            format!("cannot be written: {why}"),
            "let costmill write there, or set another `output`",
        ),
    }
}

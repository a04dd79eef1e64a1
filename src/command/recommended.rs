//! What a provider recommends in files that it exports.

use crate::error::Result;
use crate::extract::api::{Exported, Mode, exported};
use crate::focus::{Answers, Api, ApiKind, Recommendation};
use crate::land::recommendation::{RecommendationFile, Speaker, compute_optimizer, cost_optimization_hub};
use chrono::NaiveDate;
use std::path::Path;

/// The newest recommendations of an API's location. A file that does not read is told, and none of the others is left
/// out for it.
pub fn recommended(api: &Api, folder: &Path, as_of: NaiveDate, mode: Mode) -> Answers {
    let look = exported(api, &folder.join("export"), as_of, mode);
    let mut answers = Answers { problems: look.problems, stale: u64::from(look.is_stale), ..Answers::default() };
    let (by, tool) = (format!("{} ({})", api.id, tool(api.kind)), api.kind);
    let speaker = Speaker { by: &by, source: &api.source };
    let mut read = Vec::new();
    for file in look.files {
        match read_one(tool, &file, speaker, &mut read) {
            Ok(recommendations) => answers.recommendations.extend(recommendations),
            Err(error) => answers.problems.push(error),
        }
    }
    answers
}

/// A file that the newer ones of its group do not replace: `read` notes of which kind each group's were.
fn read_one(
    tool: ApiKind,
    file: &Exported,
    speaker: Speaker,
    read: &mut Vec<(String, &'static str)>,
) -> Result<Vec<Recommendation>> {
    let Exported { place, path, day, group } = file.clone();
    let file = RecommendationFile { place, path, day };
    if tool != ApiKind::AwsComputeOptimizerExport {
        return cost_optimization_hub(&file, speaker);
    }
    let kind = (group, compute_optimizer::kind(&file)?);
    if read.contains(&kind) {
        return Ok(Vec::new());
    }
    read.push(kind);
    compute_optimizer::compute_optimizer(&file, speaker)
}

fn tool(kind: ApiKind) -> &'static str {
    match kind {
        ApiKind::AwsComputeOptimizerExport => "Compute Optimizer",
        _ => "Cost Optimization Hub",
    }
}

//! What providers' APIs say, asked once a night before the gate of external control totals.

use super::books::Books;
use super::console::Console;
use super::recorder::Recorder;
use super::{measured, recommended};
use crate::error::Error;
use crate::extract::api::{self, Asking, Mode};
use crate::focus::{Answers, Api, ApiKind, AskedMonth, BillingMonth, Money, Recommendation};
use crate::lake::{Lake, Snapshot};
use crate::land::recommendation::without_twins;
use crate::settings::Settings;
use chrono::NaiveDate;
use std::path::Path;

/// Asks every API about the periods of its source that are about to be published and not closed; offline, what it
/// answered last. What goes wrong is told in `problems` and stops nothing.
pub fn ask(
    settings: &Settings,
    (lake, snapshot, books): (&Lake, &Snapshot, &Books),
    (recorder, console): (&Recorder, Console),
    problems: &mut Vec<Error>,
) -> Answers {
    let mut all = Answers::default();
    let mode = match (recorder.offline, recorder.ask_again) {
        (true, _) => Mode::Kept,
        (false, true) => Mode::Again,
        (false, false) => Mode::Online,
    };
    for api in &settings.apis {
        let days = (recorder.as_of, measured::over(recorder.started));
        let answers = of(settings, api, (lake, snapshot, books), days, mode);
        console.say(&told(api, &answers));
        recorder.asked(&api.id, answers.calls, answers.billed);
        problems.extend(answers.problems.iter().cloned());
        add(&mut all, answers);
    }
    once(settings, all)
}

/// What was answered last, without asking: for commands that read the lake.
pub fn kept(settings: &Settings, lake: &Lake, snapshot: &Snapshot, books: &Books, as_of: NaiveDate) -> Answers {
    let mut all = Answers::default();
    for api in &settings.apis {
        add(&mut all, of(settings, api, (lake, snapshot, books), (as_of, as_of), Mode::Kept));
    }
    once(settings, all)
}

/// An API that is a gate of this billing period, and of which no answer is kept that was given of the period: closed like
/// that it would be proved by less than its nights are. `None` where all have told something.
pub fn silent(
    settings: &Settings,
    answers: &Answers,
    snapshot: &Snapshot,
    month: BillingMonth,
    as_of: NaiveDate,
) -> Option<Error> {
    let is_of = |api: &&Api| snapshot.slots.keys().any(|slot| slot.month == month && slot.source == api.source);
    let has_told = |api: &&Api| {
        answers.control_totals.iter().any(|total| total.part.month == month && total.place.api() == Some(&api.id))
    };
    let silent =
        settings.apis.iter().filter(is_of).filter(|api| api::is_gate(api, month, as_of)).find(|api| !has_told(api))?;
    Some(api::problem(
        silent,
        format!("no answer of {month} is kept that it could be closed by"),
        "run `costmill run` where the API can be asked, and close it then; or close it without this with --force",
    ))
}

/// Exports of one provider pass on what another of them says: of their recommendations the first of each stays.
fn once(settings: &Settings, mut answers: Answers) -> Answers {
    let exports: Vec<String> =
        settings.apis.iter().filter(|api| api.kind.has_location()).map(|api| format!("{} (", api.id)).collect();
    let is_exported = |one: &Recommendation| exports.iter().any(|by| one.by.starts_with(by));
    let (exported, others) = std::mem::take(&mut answers.recommendations).into_iter().partition(is_exported);
    answers.recommendations = without_twins(exported);
    let others: Vec<Recommendation> = others;
    answers.recommendations.extend(others);
    answers
}

/// The settings with what the APIs say among the control totals and the utilisation files.
pub fn with(settings: &Settings, answers: &Answers) -> Settings {
    let mut settings = settings.clone();
    settings.control_totals.extend(answers.control_totals.iter().cloned());
    settings.waste.measured.extend(answers.utilisation.iter().cloned());
    settings
}

/// The answers of one API. Other hosts on the lake have them, too.
fn of(
    settings: &Settings,
    api: &Api,
    (lake, snapshot, books): (&Lake, &Snapshot, &Books),
    (as_of, over): (NaiveDate, NaiveDate),
    mode: Mode,
) -> Answers {
    let folder = match lake.answers_folder(&api.id) {
        Ok(folder) => folder,
        Err(error) => return Answers { problems: vec![error], ..Answers::default() },
    };
    let mut answers = answers_in(&folder, settings, api, (lake, snapshot, books), (as_of, over, mode));
    if mode != Mode::Kept {
        answers.problems.extend(lake.share_answers(&api.id).err());
    }
    answers
}

fn answers_in(
    folder: &Path,
    settings: &Settings,
    api: &Api,
    (lake, snapshot, books): (&Lake, &Snapshot, &Books),
    (as_of, over, mode): (NaiveDate, NaiveDate, Mode),
) -> Answers {
    match api.kind {
        ApiKind::AwsCostExplorer | ApiKind::AzureConsumption | ApiKind::AzureAdvisor => (),
        ApiKind::AwsCloudWatch | ApiKind::AzureMonitor => {
            return measured::measured(settings, api, (lake, snapshot, books), folder, (as_of, over, mode));
        }
        ApiKind::AwsComputeOptimizerExport | ApiKind::AwsCostOptimizationHubExport => {
            return recommended::recommended(api, folder, as_of, mode);
        }
    }
    let of_source = snapshot.slots.iter().filter(|(slot, _)| slot.source == api.source);
    let months: Vec<AskedMonth> = of_source
        .filter(|(slot, _)| !books.is_closed(slot.month))
        .map(|(slot, record)| {
            let accounts = record.control.cells.keys();
            AskedMonth {
                month: slot.month,
                format: record.format.clone(),
                basis: record.basis,
                delivery: record.delivery.clone(),
                billing_accounts: accounts.clone().map(|key| key.billing_account.clone()).collect(),
                sub_accounts: accounts.clone().map(|key| key.sub_account.clone()).collect(),
                currencies: accounts.map(|key| key.currency.clone()).collect(),
            }
        })
        .collect();
    api::ask(api, &months, Asking::new(api, folder, as_of, mode))
}

fn add(all: &mut Answers, one: Answers) {
    let Answers {
        control_totals,
        services,
        figures,
        commitments,
        recommendations,
        utilisation,
        calls,
        billed,
        from_cache,
        stale,
        problems,
    } = one;
    all.control_totals.extend(control_totals);
    all.services.extend(services);
    all.figures.extend(figures);
    all.commitments.extend(commitments);
    all.recommendations.extend(recommendations);
    all.utilisation.extend(utilisation);
    all.calls += calls;
    all.billed += billed;
    all.from_cache += from_cache;
    all.stale += stale;
    all.problems.extend(problems);
}

/// `aws-costs: 14 requests (14 billed, USD 0.14), 3 answered from today's answers`.
fn told(api: &Api, answers: &Answers) -> String {
    let Answers { calls, billed, from_cache, stale, .. } = answers;
    let price = api.kind.price().map(|(price, currency)| {
        let sum = price.0.checked_mul(i128::from(*billed)).map(Money).unwrap_or_default();
        format!(" ({billed} {}, {currency} {sum})", api.kind.billed_by())
    });
    let mut line = format!("{}: {calls} {}{}", api.id, one_or_more(*calls, "request"), price.unwrap_or_default());
    if *from_cache > 0 {
        line.push_str(&format!(", {from_cache} answered from today's answers"));
    }
    if *stale > 0 {
        line.push_str(&format!(", {stale} {} of an earlier day", one_or_more(*stale, "answer")));
    }
    line
}

fn one_or_more(count: u64, word: &str) -> String {
    if count == 1 { word.to_string() } else { format!("{word}s") }
}

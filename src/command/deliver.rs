//! `[[deliver]]`: an audience's pages and CSVs, copied to a folder, bucket or container under the names that they have
//! in the output folder.

use super::books::Books;
use super::console::{About, Console};
use super::recorder::Recorder;
use super::rendered;
use super::sisters::without_absent;
use crate::error::{Error, Result};
use crate::focus::{Artifact, BillingMonth};
use crate::lake::{bytes_hash, file_hash};
use crate::ledger::Delivered;
use crate::outbox::{Item, Sent, given, open, send};
use crate::report::{self, MonthPages, ReportSpec, Templates};
use crate::settings::{Deliver, DeliveredPeriods, Settings};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Delivers what stands in the output folder; returns what went wrong, which stops nothing and is tried again by the
/// next run.
pub fn deliver(
    settings: &Settings,
    (books, published, templates): (&Books, &BTreeSet<BillingMonth>, &Templates),
    recorder: &Recorder,
    console: Console,
) -> Vec<Error> {
    let mut problems = Vec::new();
    for deliver in &settings.deliver {
        let to = deliver.to.display().to_string();
        if settings.output_elsewhere {
            let output = settings.output.display();
            console.warning(&format!(
                "nothing is delivered to {to}: --output or COSTMILL_OUTPUT has the pages in {output}"
            ));
            recorder.delivered(told(deliver, Sent::default(), false));
            continue;
        }
        if recorder.offline && deliver.store.is_some() {
            console.say(&format!("offline: nothing is delivered to {to}; the next run with a network does"));
            recorder.delivered(told(deliver, Sent::default(), false));
            continue;
        }
        let mut sent = Sent::default();
        let done = one(settings, deliver, (books, published, templates), &mut sent, console);
        recorder.delivered(told(deliver, sent, done.is_ok()));
        if sent.written + sent.removed > 0 {
            let Sent { written, unchanged, removed, .. } = sent;
            console.say(&format!("delivered to {to}: {written} files, {unchanged} unchanged, {removed} taken away"));
        }
        if let Err(error) = done {
            console.know(&error, About::default());
            problems.push(error);
        }
    }
    problems
}

/// Audiences that no report has.
pub fn unknown_audiences(settings: &Settings, reports: &[ReportSpec]) -> Vec<Error> {
    let unknown = |deliver: &&Deliver| !reports.iter().any(|report| is_for(deliver, &report.audience));
    let error = |deliver: &Deliver| {
        let audience = deliver.audience.as_deref().unwrap_or_default();
        let known: BTreeSet<&str> = reports.iter().map(|report| report.audience.as_str()).collect();
        Error::settings(
            settings.config.display().to_string(),
            format!("[[deliver]] to {}: no report has the audience `{audience}`", deliver.to.display()),
            format!("use words of one of: {}", known.into_iter().collect::<Vec<_>>().join("; ")),
        )
    };
    settings.deliver.iter().filter(unknown).map(error).collect()
}

/// Is it one of the audience's? Its words must stand in the report's audience, one after the other.
fn is_for(deliver: &Deliver, audience: &str) -> bool {
    let words = |text: &str| {
        let of = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        of.map(str::to_lowercase).collect::<Vec<_>>()
    };
    let Some(wanted) = deliver.audience.as_deref().map(words) else { return true };
    words(audience).windows(wanted.len().max(1)).any(|some| some == wanted)
}

fn told(deliver: &Deliver, sent: Sent, done: bool) -> Delivered {
    Delivered {
        to: deliver.to.display().to_string(),
        audience: deliver.audience.clone(),
        written: sent.written,
        unchanged: sent.unchanged,
        removed: sent.removed,
        bytes: sent.bytes,
        done,
    }
}

fn one(
    settings: &Settings,
    deliver: &Deliver,
    (books, published, templates): (&Books, &BTreeSet<BillingMonth>, &Templates),
    sent: &mut Sent,
    console: Console,
) -> Result<()> {
    let Months { pages: months, absent } = months(settings, deliver, (books, published))?;
    let mut files = Files { output: &settings.output, items: BTreeMap::new() };
    for month in &months {
        files.month(deliver, month, templates)?;
    }
    if deliver.pages && !months.is_empty() {
        files.made(INDEX, report::index(&months, templates)?);
    }
    let target = open(&deliver.to, deliver.store.as_ref())?;
    if !absent.is_empty() {
        let names: Vec<String> = absent.iter().map(ToString::to_string).collect();
        console.warning(&format!(
            "{}: {} is published and has no whole pages in {}: what was delivered of it stays; a run without --period \
             makes its pages and delivers them",
            target.name(),
            names.join(", "),
            settings.output.display()
        ));
    }
    let is_absent =
        |path: &str| path.split('/').next().is_some_and(|top| top.parse().is_ok_and(|of| absent.contains(&of)));
    let given = if absent.is_empty() { BTreeSet::new() } else { given(target.as_ref())? };
    // The first page would no longer link what stays.
    let keeps_first = given.contains(FIRST) && given.iter().any(|path| is_absent(path));
    if keeps_first {
        files.items.remove(FIRST);
    }
    let mut items: Vec<Item> = files.items.into_values().collect();
    items.sort_by(|a, b| (a.rank, &a.path).cmp(&(b.rank, &b.path)));
    send(target.as_ref(), &items, &|path| is_absent(path) || (keeps_first && path == FIRST), sent)
}

/// The billing periods that a delivery is of.
struct Months {
    /// With the pages of the audience alone.
    pages: Vec<MonthPages>,
    /// Published, and without whole pages in the output folder: somebody took them away, or a run that asks for other
    /// periods found the folder empty.
    absent: BTreeSet<BillingMonth>,
}

fn months(
    settings: &Settings,
    deliver: &Deliver,
    (books, published): (&Books, &BTreeSet<BillingMonth>),
) -> Result<Months> {
    let entries = fs::read_dir(&settings.output).map_err(|error| unread(&settings.output, &error))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<BillingMonth>().ok());
    let all: BTreeSet<BillingMonth> = names.chain(published.iter().copied()).collect();
    let mut found: Vec<BillingMonth> = all.into_iter().collect();
    found.retain(|month| deliver.periods != DeliveredPeriods::Open || !books.is_closed(*month));
    if deliver.periods == DeliveredPeriods::Newest {
        found.drain(..found.len().saturating_sub(1));
    }
    let mut months = Months { pages: Vec::new(), absent: BTreeSet::new() };
    for month in found {
        // Pages that are not whole are none: the next run makes them again.
        match rendered::standing(&settings.output, month) {
            Some(mut pages) => {
                pages.pages.retain(|page| is_for(deliver, &page.audience));
                months.pages.extend(Some(pages).filter(|pages| !pages.pages.is_empty()));
            }
            None if published.contains(&month) => {
                months.absent.insert(month);
            }
            None => {}
        }
    }
    Ok(months)
}

/// In which order files are written: what a page shows and links, the page, the month's front page, the first page.
const DATA: u8 = 0;
const PAGE: u8 = 1;
const FRONT: u8 = 2;
const INDEX: u8 = 3;

/// The first page of all.
const FIRST: &str = "index.html";

struct Files<'a> {
    output: &'a Path,
    items: BTreeMap<String, Item<'a>>,
}

impl<'a> Files<'a> {
    fn month(&mut self, deliver: &Deliver, month: &MonthPages, templates: &Templates) -> Result<()> {
        for page in &month.pages {
            let folder = page.path.strip_suffix(".html").unwrap_or(&page.path);
            self.folder(deliver, folder)?;
            // Sections that all pages of a report share stand beside the page of the whole.
            self.folder(deliver, &format!("{}/{}", month.month, page.report))?;
            if deliver.pages {
                self.page(&page.path, month)?;
            }
        }
        if deliver.pages {
            self.made(FRONT, month.html(templates)?);
        }
        Ok(())
    }

    /// A page, with links to those of its sisters that go with it.
    fn page(&mut self, path: &str, month: &MonthPages) -> Result<()> {
        let from = self.output.join(path);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_string();
        let beside = month.pages.iter().filter_map(|page| page.path.strip_prefix(&folder)?.strip_prefix('/'));
        let beside: BTreeSet<String> = beside.map(str::to_string).collect();
        let bytes = move || {
            let html = fs::read_to_string(&from).map_err(|error| unread(&from, &error))?;
            Ok(without_absent(&html, &|name| beside.contains(name)).into_bytes())
        };
        let page = bytes()?;
        let (sha256, size) = (bytes_hash(&page), page.len() as u64);
        let item = Item { path: path.to_string(), rank: PAGE, sha256, size, bytes: Box::new(bytes) };
        self.items.insert(path.to_string(), item);
        Ok(())
    }

    /// The files of a page's sections; a page without any has no folder.
    fn folder(&mut self, deliver: &Deliver, below: &str) -> Result<()> {
        let folder = self.output.join(below);
        if !folder.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(&folder).map_err(|error| unread(&folder, &error))? {
            let entry = entry.map_err(|error| unread(&folder, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let wanted = if name.ends_with(".csv") { deliver.csv } else { deliver.pages };
            if wanted && entry.path().is_file() {
                self.file(format!("{below}/{name}"), DATA)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: String, rank: u8) -> Result<()> {
        if self.items.contains_key(&path) {
            return Ok(());
        }
        let from = self.output.join(&path);
        let size = fs::metadata(&from).map_err(|error| unread(&from, &error))?.len();
        let sha256 = file_hash(&from)?;
        let bytes = Box::new(move || fs::read(&from).map_err(|error| unread(&from, &error)));
        self.items.insert(path.clone(), Item { path, rank, sha256, size, bytes });
        Ok(())
    }

    /// A page that is made for the audience: it links what is delivered, and nothing else.
    fn made(&mut self, rank: u8, artifact: Artifact) {
        let Artifact { path, bytes } = artifact;
        let (sha256, size) = (bytes_hash(&bytes), bytes.len() as u64);
        let bytes = Box::new(move || Ok(bytes.clone()));
        self.items.insert(path.clone(), Item { path, rank, sha256, size, bytes });
    }
}

fn unread(path: &Path, error: &std::io::Error) -> Error {
    let what = format!("cannot be read to be delivered: {error}");
    Error::lake(path.display().to_string(), what, "run again; while it is delivered, nobody else should write there")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_named_by_words_of_it() {
        let of = |audience: Option<&str>| Deliver {
            audience: audience.map(str::to_string),
            to: "x".into(),
            store: None,
            pages: true,
            csv: true,
            periods: DeliveredPeriods::All,
        };
        for (wanted, audience, expected) in [
            (None, "Anybody", true),
            (Some("finance"), "Finance and the owners of cloud budgets", true),
            (Some("cloud budgets"), "Finance and the owners of cloud budgets", true),
            (Some("budgets cloud"), "Finance and the owners of cloud budgets", false),
            (Some("fin"), "Finance and the owners of cloud budgets", false),
            (Some("each team"), "Each team, and the books of its cost centre", true),
        ] {
            assert_eq!(is_for(&of(wanted), audience), expected, "{wanted:?} {audience}");
        }
    }
}

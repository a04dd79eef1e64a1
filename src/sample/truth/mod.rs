//! The truths: what a careful reader of the bill must find. They are summed while the rows are
//! printed, from what was planted and what each row is, never by reading the exports back.

pub mod cloud;
mod coverage;
mod showback;
mod unit_cost;
mod waste;

use std::path::Path;

use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Money};
use crate::sample::beside::drivers::Drivers;
use crate::sample::bill::Bill;
use crate::sample::columns::Col;
use crate::sample::company::Company;
use crate::sample::company::policy::{Key, Policy};
use crate::sample::estate::commitments::Commitments;
use crate::sample::estate::tags::{Says, Tags};
use crate::sample::estate::{Estate, Resource};
use crate::sample::numbers::{Amount, Rate};
use crate::sample::waste::Target;

/// What all rows of a printed line have in common.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub account: usize,
    /// Its number in the estate, with its epoch; and whether it has an id.
    pub resource: Option<(usize, usize)>,
    pub has_id: bool,
    /// Money in dollars.
    pub dollars: bool,
    /// ChargeCategory Usage.
    pub usage: bool,
    /// Charged under a commitment.
    pub covered: bool,
    /// The commitment whose own fee this is.
    pub commitment: Option<Target>,
    pub region: Option<usize>,
    /// Without the region's prefix.
    pub usage_type: String,
    /// What on demand costs.
    pub price: Option<Rate>,
    /// Of a service whose vaults and the like need no application.
    pub exempt: bool,
}

/// A line that is counted, in the month it was made in.
#[derive(Debug, Clone, Copy)]
pub struct LineId(usize);

/// What a line says of itself in a month.
struct Known {
    line: Line,
    states: [State; Key::ALL.len()],
    team: Option<usize>,
    production: bool,
    /// A real one.
    app: Option<usize>,
    tally: Option<waste::Tally>,
}

/// What is known of one tag of a row, the worse the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Tagged,
    Inherited,
    Invalid,
    Missing,
    NotActive,
    Exempt,
    NotTaggable,
}

/// The sums.
pub struct Books<'a> {
    company: &'a Company,
    policy: Policy,
    estate: &'a Estate,
    held: &'a Commitments,
    /// Days of the whole sample.
    days: u32,
    /// Rows of a delivery that is superseded do not count.
    counting: bool,
    last_month: bool,
    first_day: u32,
    lines: Vec<Known>,
    coverage: coverage::Coverage,
    unit_cost: unit_cost::UnitCost,
    showback: showback::Showback,
    waste: waste::Waste,
}

impl<'a> Books<'a> {
    /// For a sample of so many days.
    pub fn new(company: &'a Company, policy: Policy, estate: &'a Estate, held: &'a Commitments, days: u32) -> Self {
        Books {
            company,
            policy,
            estate,
            held,
            days,
            counting: false,
            last_month: false,
            first_day: 0,
            lines: Vec::new(),
            coverage: coverage::Coverage::new(estate.resources.len()),
            unit_cost: unit_cost::UnitCost::new(company, policy, days),
            showback: showback::Showback::default(),
            waste: waste::Waste::new(estate, held),
        }
    }

    /// Begins a delivery of a month; lines of the one before are forgotten.
    pub fn begin(&mut self, bill: &Bill, stands: bool) {
        self.counting = stands;
        self.waste.is_billed = true;
        self.last_month = bill.open;
        self.first_day = bill.first_day;
        self.lines.clear();
        if stands {
            self.coverage.begin(bill.calendar.month());
            self.showback.begin(bill.calendar.month());
        }
    }

    /// A line that will be printed.
    pub fn line(&mut self, bill: &Bill, line: Line) -> LineId {
        let company = self.company;
        let nothing = Tags::default();
        let tags = line.resource.map_or(&nothing, |(resource, epoch)| self.estate.resources[resource].tags(epoch));
        let account = &company.accounts[line.account];
        let there = |col: Col| bill.columns.contains(&col);
        let team_written = !tags.team.is_empty() || (!tags.team_twin.is_empty() && there(Col::TagTeamTwin));
        let (team, team_state) = match &tags.says_team {
            Says::Known(name) if team_written => {
                (company.teams.iter().position(|team| team.name == *name), State::Tagged)
            }
            Says::Nonsense if team_written => (None, State::Invalid),
            _ if account.team_on_file => (account.team, State::Inherited),
            _ => (None, State::Missing),
        };
        let (environment, env_state) = match &tags.says_env {
            Says::Known(name) => (Some(name.as_str()), State::Tagged),
            Says::Nonsense => (None, State::Invalid),
            Says::Nothing => (Some(account.environment), State::Inherited),
        };
        let written = !tags.app.is_empty() && there(Col::TagApp);
        let app = company.apps.iter().position(|app| written && app.name == tags.app);
        let app_state = if written { State::Tagged } else { State::Missing };
        let tally = self.waste.watches(&line).then(waste::Tally::default);
        self.lines.push(Known {
            line,
            states: [team_state, env_state, app_state],
            team,
            production: environment == Some("prod"),
            app,
            tally,
        });
        LineId(self.lines.len() - 1)
    }

    /// A row of a line: the day of its month it begins on, its length in hours, what it effectively
    /// costs, what it meters.
    pub fn row(&mut self, id: LineId, day: u32, hours: u32, effective: Money, amount: Amount) {
        if !self.counting {
            return;
        }
        let day = self.first_day + day;
        let known = &mut self.lines[id.0];
        if let Some(tally) = &mut known.tally
            && self.last_month
        {
            tally.add(day + 7 >= self.days && hours <= 24, effective, amount);
        }
        if !known.line.dollars {
            return;
        }
        let states = states(known, self.policy, day);
        let counted = known.line.resource.filter(|_| known.line.has_id && known.line.usage);
        self.coverage.add(&states, counted.map(|(resource, _)| (resource, day)), effective);
        let owner = known.team.or_else(|| self.company.holder(known.line.account, day));
        self.showback.add(owner, effective);
        let app = known.app.map(|app| (app, self.company.apps[app].name.as_str()));
        // A commitment's own fee is of its day where it is charged by the hour.
        let is_of_day = hours <= if known.line.commitment.is_some() { 1 } else { 24 };
        self.unit_cost.add(known.production, app, (day, is_of_day), effective);
    }

    /// Ends a delivery that stands.
    pub fn end(&mut self) {
        if self.counting {
            self.coverage.end();
            if self.last_month {
                for known in self.lines.drain(..) {
                    if let Some(tally) = known.tally {
                        self.waste.book(known.line, tally);
                    }
                }
            }
        }
    }

    /// Writes the truths under `folder`, with those of other clouds.
    ///
    /// # Errors
    /// `Lake` when the folder cannot be written.
    pub fn write(
        &mut self,
        folder: &Path,
        first_month: BillingMonth,
        drivers: &Drivers,
        clouds: &[cloud::CloudBooks],
    ) -> Result<()> {
        let first = first_month.start();
        let (mut hits, mut near) = self.waste.files(self.company, self.estate, self.held, (first, self.days));
        let mut totals = String::new();
        for cloud in clouds {
            self.coverage.absorb(&cloud.coverage);
            self.showback.absorb(&cloud.showback);
            self.unit_cost.absorb(&cloud.unit_cost);
            let (their_hits, their_near) = cloud.waste_lines(first);
            hits.push_str(&their_hits);
            near.push_str(&their_near);
            totals.push_str(&cloud.total_lines());
        }
        if !totals.is_empty() {
            let head = "cloud,billing_month,charge_category,currency,rows,billed_cost,effective_cost,list_cost,contracted_cost\n";
            put(&folder.join("truths/totals.csv"), format!("{head}{totals}").as_bytes())?;
        }
        for (name, text) in [
            ("waste.csv", hits),
            ("near_miss.csv", near),
            ("tag_coverage.csv", self.coverage.file()),
            ("unit_cost.csv", self.unit_cost.file(self.company, drivers, first)),
            ("showback.csv", self.showback.file(self.company)),
        ] {
            put(&folder.join("truths").join(name), text.as_bytes())?;
        }
        Ok(())
    }
}

/// What a row's tags are worth on a day.
fn states(known: &Known, policy: Policy, day: u32) -> [State; Key::ALL.len()] {
    if !(known.line.has_id && known.line.usage) {
        return [State::NotTaggable; Key::ALL.len()];
    }
    let mut states = known.states;
    for (state, key) in states.iter_mut().zip(Key::ALL) {
        if known.line.exempt && policy.exempts(key, day) {
            *state = State::Exempt;
        } else if !policy.active(key, day) {
            *state = State::NotActive;
        }
    }
    states
}

/// Writes a file and the folders above it.
///
/// # Errors
/// `Lake` when it cannot be written.
pub fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let refused = |cause: std::io::Error| {
        let remedy = "choose a folder that can be written, with room for it";
        Error::lake(path.display().to_string(), format!("cannot be written: {cause}"), remedy)
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    std::fs::write(path, bytes).map_err(refused)
}

/// What a resource is called in the truths: its id, account and region.
fn place(company: &Company, resource: &Resource) -> String {
    let region = resource.region.map_or("", |region| crate::sample::company::places::REGIONS[region].code);
    format!("{},{},{region}", resource.id, company.accounts[resource.account].id)
}

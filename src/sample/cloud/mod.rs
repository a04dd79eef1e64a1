//! What the company runs in the two clouds beside AWS: things with ids and tags, the streams that they
//! meter, machines, and the commitments that cover them. Both are metered by the day; what they are
//! billed for and in which rows is each cloud's own business (`azure`, `gcp`).

pub mod draft;
pub mod meter;
pub mod scale;

use crate::sample::company::Company;
use crate::sample::estate::fleets::Schedule;
use crate::sample::estate::tags::{Epoch, Tags};
use crate::sample::estate::{Growth, Load, Run};
use crate::sample::numbers::{Amount, Rate};

/// What tells one cloud from the other when its estate is drawn.
pub struct Ground {
    /// The word of the cloud in the truths.
    pub word: &'static str,
    /// Code and name of the regions, in the order of the company's places.
    pub regions: [(&'static str, &'static str); 6],
    /// Ids of the subscriptions or projects, by the company's accounts.
    pub ids: Vec<String>,
    /// Where its streams of chance begin.
    pub chance: u64,
}

/// Something with an id, an owner and tags.
pub struct Thing {
    pub account: usize,
    pub region: Option<usize>,
    pub zone: u32,
    pub name: String,
    pub id: String,
    pub group: String,
    /// In order, the first from day 0.
    pub epochs: Vec<Epoch>,
    /// The days it lives, counted from the first day of the sample: `born..gone`.
    pub born: u32,
    pub gone: u32,
}

impl Thing {
    pub fn lives(&self, day: u32) -> bool {
        (self.born..self.gone).contains(&day)
    }

    pub fn tags(&self, day: u32) -> &Tags {
        let at = self.epochs.iter().rposition(|epoch| epoch.from <= day).unwrap_or(0);
        &self.epochs[at].tags
    }
}

/// How much of something is metered.
#[derive(Debug, Clone, Copy)]
pub struct Metering {
    pub base: Amount,
    pub run: Run,
    pub growth: Growth,
}

/// A metered stream of a thing, or of none where `thing` is an account's own.
pub struct Stream {
    pub thing: usize,
    /// Its number in the price list of its cloud.
    pub sku: usize,
    /// List price of a unit in its region.
    pub list: Rate,
    pub metering: Metering,
    /// What a unit would cost if the waste it is were put right, at list.
    pub instead: Option<Rate>,
}

/// A machine.
pub struct Machine {
    pub thing: usize,
    /// Its number among the shapes of its cloud.
    pub shape: usize,
    pub schedule: Schedule,
    pub load: Load,
    /// The commitment that always covers it.
    pub cover: Option<usize>,
    /// The shape that would do.
    pub instead: Option<usize>,
}

/// What was planted: waste, and what becomes of it.
pub struct Hit {
    pub pattern: &'static str,
    pub action: &'static str,
    pub target: Target,
    pub worth: Worth,
    /// The day of the sample on which it began.
    pub since: u32,
}

/// Something that looks like waste to a careless eye.
pub struct Near {
    pub target: Target,
    pub why: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Thing(usize),
    Commitment(usize),
}

/// What putting it right saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// All it costs.
    Whole,
    /// The cost of so many of the 168 hours of a week.
    Hours(i128),
    /// What it costs above `instead` of its streams or shape.
    Instead,
    /// The part of a commitment that nothing uses.
    Unused,
}

/// A commitment as the truths name it.
pub struct Held {
    pub id: String,
    pub account: usize,
    pub region: Option<usize>,
}

/// All of it.
#[derive(Default)]
pub struct Estate {
    pub things: Vec<Thing>,
    pub streams: Vec<Stream>,
    pub machines: Vec<Machine>,
    pub held: Vec<Held>,
    pub hits: Vec<Hit>,
    pub near: Vec<Near>,
}

/// A name for a company's account in another cloud: lower case, with hyphens.
pub fn slug(company: &Company, account: usize) -> String {
    match company.accounts[account].name.as_str() {
        "larkfield" => "platform-hub".to_owned(),
        name => name.to_owned(),
    }
}

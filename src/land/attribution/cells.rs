//! Fees and covered usage, added up by what they have in common.

use hashbrown::{HashMap, HashSet};

/// What a commitment is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An amount of money an hour.
    Spend,
    /// A quantity of a resource.
    Quantity,
}

/// What every fee and its usage share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    pub billing_account: String,
    pub currency: String,
    pub kind: Kind,
    /// Days since 1970, UTC.
    pub day: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeeKey {
    pub group: Group,
    pub sub_account: String,
    /// The SKU whose usage it was charged for; empty where the export does not say.
    pub used_by: String,
    /// The product, or the region and machine series, that it is for.
    pub scope: String,
    pub unit: String,
    /// The fee's own SKU.
    pub sku: String,
    /// Its commitment.
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseKey {
    pub group: Group,
    pub sub_account: String,
    pub sku: String,
    pub scope: String,
    pub unit: String,
}

/// In units of 10^-18 of money; quantities in units of their kind.
#[derive(Debug, Clone, Default)]
pub struct Fee {
    pub cost: i128,
    /// What it committed to.
    pub capacity: i128,
    /// What of the fee was used, in the end.
    pub taken: i128,
    /// Of the second reading: fees and amounts of the rows so far.
    pub passed: i128,
    pub given: i128,
}

#[derive(Debug, Clone, Default)]
pub struct Use {
    /// What was covered.
    pub demand: i128,
    /// What it costs, in the end.
    pub cost: i128,
    /// The commitment that most of the cost came from, and how much.
    pub id: String,
    pub largest: i128,
    pub passed: i128,
    pub given: i128,
}

/// All of a billing period.
#[derive(Default)]
pub struct Cells {
    pub fees: HashMap<FeeKey, Fee>,
    pub uses: HashMap<UseKey, Use>,
    /// SKUs of fees that credits are taken off as they are used.
    pub offset: HashSet<String>,
}

impl Cells {
    /// A fee of this SKU is offset by its use: its cost and credits say what is unused.
    pub fn needs_no_sharing(&mut self, sku: String) {
        self.offset.insert(sku);
    }

    pub fn add_fee(&mut self, key: FeeKey, cost: i128, capacity: i128) {
        let fee = self.fees.entry(key).or_default();
        fee.cost = fee.cost.saturating_add(cost);
        fee.capacity = fee.capacity.saturating_add(capacity);
    }

    pub fn add_use(&mut self, key: UseKey, demand: i128) {
        let cell = self.uses.entry(key).or_default();
        cell.demand = cell.demand.saturating_add(demand);
    }

    pub fn fee(&mut self, key: &FeeKey) -> Option<&mut Fee> {
        self.fees.get_mut(key)
    }

    pub fn use_of(&mut self, key: &UseKey) -> Option<&mut Use> {
        self.uses.get_mut(key)
    }
}

//! Reservations and savings plans: what they cost, whom they cover, and what of them goes unused.
//!
//! A reservation commits to hours of a size in a region, a savings plan to money by the hour. Their
//! price is fixed; what is paid for and not used shows in amortised cost as unused.
//! <https://learn.microsoft.com/en-us/azure/cost-management-billing/reservations/understand-reserved-instance-usage-ea>

use super::skus::{D2, D4, E2, F4, SHAPES};
use crate::error::Result;
use crate::focus::Money;
use crate::sample::cloud::draft::Draft;
use crate::sample::cloud::{Estate, Held, Hit, Near, Target, Worth};
use crate::sample::company::PAYER;
use crate::sample::company::places::{FRANKFURT, IRELAND, REGIONS, US_EAST};
use crate::sample::estate::fleets::Schedule;
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::guid;

/// How it is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payment {
    Monthly,
    /// At once, before the sample began.
    Before,
    /// At once, on the first day of the sample's second month.
    Upfront,
}

/// A commitment that the company holds.
pub struct Terms {
    pub name: &'static str,
    /// The size and region of a reservation; a savings plan has none.
    pub of: Option<(usize, usize)>,
    pub payment: Payment,
    /// Returned with the re-organisation.
    pub returned: bool,
}

pub const COVERS: usize = 6;

pub static TERMS: [Terms; COVERS] = [
    Terms { name: "VM_RI_web", of: Some((D2, US_EAST)), payment: Payment::Monthly, returned: false },
    Terms { name: "VM_RI_memory", of: Some((E2, IRELAND)), payment: Payment::Monthly, returned: false },
    Terms { name: "VM_RI_batch", of: Some((F4, US_EAST)), payment: Payment::Upfront, returned: false },
    Terms { name: "VM_RI_old", of: Some((D4, FRANKFURT)), payment: Payment::Before, returned: true },
    Terms { name: "Compute_SavingsPlan_core", of: None, payment: Payment::Monthly, returned: false },
    Terms { name: "Compute_SavingsPlan_office", of: None, payment: Payment::Monthly, returned: false },
];

/// Percent of the pay-as-you-go price that an hour costs under a commitment.
const RESERVED: i64 = 62;
const PLANNED: i64 = 72;

impl Terms {
    /// Its id as bills name it.
    pub fn id(&self) -> String {
        let (order, item) = (self.order(), self.item());
        match self.of {
            Some(_) => format!("/providers/Microsoft.Capacity/reservationOrders/{order}/reservations/{item}"),
            None => format!("/providers/Microsoft.BillingBenefits/savingsPlanOrders/{order}/savingsPlans/{item}"),
        }
    }

    pub fn order(&self) -> String {
        guid(&format!("order {}", self.name))
    }

    pub fn item(&self) -> String {
        guid(&format!("item {}", self.name))
    }

    /// The product it was bought as.
    pub fn product(&self) -> String {
        match self.of {
            Some((shape, region)) => {
                format!("Reserved VM Instance, {}, {}, 1 Year", SHAPES[shape].name, REGION_WORDS[region])
            }
            None => "Compute savings plan, 1 Year".to_owned(),
        }
    }

    /// What an hour of a machine costs under it, given its pay-as-you-go price.
    pub fn price(&self, list: Rate) -> Rate {
        list.percent(if self.of.is_some() { RESERVED } else { PLANNED }, 10)
    }

    /// Does it run on a day of the sample?
    pub fn runs(&self, day: u32, (bought, reorganised): (u32, u32)) -> bool {
        match self.payment {
            Payment::Upfront if day < bought => false,
            _ => !(self.returned && day >= reorganised),
        }
    }
}

const REGION_WORDS: [&str; 6] = ["US East", "US West 2", "EU North", "DE West Central", "AP Southeast", "BR South"];

/// What an hour of a commitment costs.
#[derive(Debug, Clone, Copy)]
pub struct Size(Rate);

/// The size of a commitment: as many as it covers, and of the reservation that is too large half more.
///
/// # Errors
/// `Bug` if a price of the tables is none.
pub fn size(estate: &Estate, number: usize) -> Result<Size> {
    let terms = &TERMS[number];
    let covered: Vec<_> = estate.machines.iter().filter(|machine| machine.cover == Some(number)).collect();
    let mut machines = covered.len() as i64;
    let mut hourly = Rate(0);
    match terms.of {
        Some((shape, region)) => {
            if number == 1 {
                machines += (machines / 2).max(1);
            }
            let list = Rate::parse(SHAPES[shape].price)?.percent(REGIONS[region].price_percent, 6);
            hourly.0 = terms.price(list).0 * machines;
        }
        None => {
            for machine in covered {
                let region = estate.things[machine.thing].region.unwrap_or(US_EAST);
                let list = Rate::parse(SHAPES[machine.shape].price)?.percent(REGIONS[region].price_percent, 6);
                hourly = hourly + terms.price(list);
            }
        }
    }
    Ok(Size(hourly))
}

impl Size {
    /// What so many hours of it cost.
    pub fn over(self, hours: i64) -> Money {
        Amount::whole(hours).at(self.0)
    }
}

/// Writes down what is held, and which of it goes unused.
pub fn hold(draft: &mut Draft) {
    for (number, terms) in TERMS.iter().enumerate() {
        let region = terms.of.map(|(_, region)| region);
        draft.estate.held.push(Held { id: terms.id(), account: PAYER, region });
        let of = |schedule: Schedule| {
            draft.estate.machines.iter().any(|machine| machine.cover == Some(number) && machine.schedule == schedule)
        };
        let idle = number == 1 || of(Schedule::Office);
        let target = Target::Commitment(number);
        if idle {
            let (pattern, action) = ("unused_commitments", "use");
            draft.estate.hits.push(Hit { pattern, action, target, worth: Worth::Unused, since: 0 });
        } else if !terms.returned {
            draft.estate.near.push(Near { target, why: "all of it is used" });
        }
    }
}

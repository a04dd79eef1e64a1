//! Which machine each commitment covers in each hour of a month.
//!
//! As in AWS, a reservation applies first, then an EC2 Instance Savings Plan, then a Compute
//! Savings Plan. Unlike in AWS, a plan covers whole machines only.

use crate::sample::calendar::Calendar;
use crate::sample::estate::commitments::{Commitments, SampleHour, term};
use crate::sample::estate::{Estate, Machine};

/// How an hour of a machine is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Treatment {
    Off,
    OnDemand,
    /// By the reservation with this number.
    Reserved(u8),
    /// By the Savings Plan with this number.
    Planned(u8),
}

/// Who was charged how in each hour of one month.
pub struct Coverage {
    hours: usize,
    treatments: Vec<Treatment>,
    /// Machine hours covered by each reservation.
    pub reserved: Vec<i64>,
    /// Commitment used by each plan in each hour, as money × 10¹⁸.
    pub used: Vec<Vec<i128>>,
}

impl Coverage {
    /// Covers a month that begins `first_day` days into the sample.
    pub fn of(estate: &Estate, held: &Commitments, calendar: &Calendar, first_day: u32) -> Coverage {
        let hours = calendar.hours() as usize;
        let mut coverage = Coverage {
            hours,
            treatments: vec![Treatment::Off; hours * estate.machines.len()],
            reserved: vec![0; held.reservations.len()],
            used: vec![vec![0; hours]; held.plans.len()],
        };
        // What always runs goes first, so that a plan sized to it never idles.
        let (mut order, rest): (Vec<usize>, Vec<usize>) =
            (0..estate.machines.len()).partition(|number| held.steady(estate, &estate.machines[*number]));
        order.extend(rest);
        let eligible: Vec<Eligible> = estate.machines.iter().map(|machine| Eligible::of(held, machine)).collect();
        for hour in 0..hours {
            let now = i64::from(first_day) * 24 + hour as i64;
            let mut free: Vec<i64> = held
                .reservations
                .iter()
                .map(|held| if term(held.start).contains(&now) { held.count } else { 0 })
                .collect();
            for &number in &order {
                let machine = &estate.machines[number];
                let resource = &estate.resources[machine.resource];
                let alive = resource.lives(first_day + hour as u32 / 24);
                if alive && machine.schedule.runs(calendar, hour as u32) {
                    let treatment = coverage.treat(held, &eligible[number], &mut free, now, hour);
                    coverage.treatments[number * hours + hour] = treatment;
                }
            }
        }
        coverage
    }

    /// Spends a free reservation or what is left of a plan in this hour, or leaves the machine on demand.
    fn treat(
        &mut self,
        held: &Commitments,
        eligible: &Eligible,
        free: &mut [i64],
        now: SampleHour,
        hour: usize,
    ) -> Treatment {
        if let Some(number) = eligible.reservation.filter(|number| free[*number] > 0) {
            free[number] -= 1;
            self.reserved[number] += 1;
            return Treatment::Reserved(number as u8);
        }
        for (number, price) in &eligible.plans {
            let plan = &held.plans[*number];
            let used = &mut self.used[*number][hour];
            if term(plan.start).contains(&now) && *used + price <= plan.commitment().figure().0 {
                *used += price;
                return Treatment::Planned(*number as u8);
            }
        }
        Treatment::OnDemand
    }

    pub fn treatment(&self, machine: usize, hour: u32) -> Treatment {
        self.treatments[machine * self.hours + hour as usize]
    }
}

/// What may cover a machine, and the price of an hour of it under each plan.
struct Eligible {
    reservation: Option<usize>,
    plans: Vec<(usize, i128)>,
}

impl Eligible {
    fn of(held: &Commitments, machine: &Machine) -> Eligible {
        let plans = held.plans.iter().enumerate().filter(|(_, plan)| plan.covers(machine));
        Eligible {
            reservation: held.reservations.iter().position(|held| held.covers(machine)),
            plans: plans.map(|(number, plan)| (number, machine.units.at(plan.price(machine)).0)).collect(),
        }
    }
}

//! The lines of commitments themselves: what is paid for them, used or not.
//!
//! Per complete month, in exact decimals: unblended = amortised + true-up + upfront, where the
//! true-up takes the month's share of the upfront money back out (peers' "amortised" formulas).

use crate::focus::Money;
use crate::sample::bill::Bill;
use crate::sample::bill::line::Cells;
use crate::sample::calendar::Span;
use crate::sample::columns::Col;
use crate::sample::company::places::REGIONS;
use crate::sample::estate::commitments::{Plan, Reservation, TERM_HOURS, term};
use crate::sample::estate::services::{EC2, RDS, SAVINGS_PLANS};
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::{Chance, code};

/// A line that is printed once.
pub struct OneTime {
    pub cells: Cells,
    pub span: Span,
    pub cost: Money,
}

/// `RIFee` of a month, for the hours of the term in it: the recurring fee of all machines reserved;
/// and how much of it, and of the upfront share, went unused. `None` outside its term.
pub fn reservation_fee(bill: &Bill, held: &Reservation, used: i64, chance: &mut Chance) -> Option<(OneTime, Money)> {
    let (term, month) = (term(held.start), i64::from(bill.first_day) * 24);
    let within = |hour: i64| u32::try_from(hour - month).unwrap_or(0).min(bill.calendar.hours());
    let span = Span { start: within(term.start), end: within(term.end) };
    if span.start == span.end {
        return None;
    }
    let total = i64::from(span.end - span.start) * held.count;
    let unused = total - used;
    let fee = Amount::whole(total).at(held.recurring);
    let mut cells = reservation_cells(bill, "RIFee", held, chance);
    cells
        .amount(Col::UsageAmount, Amount::whole(total))
        .set(Col::NormalizationFactor, format!("{}.0", held.factor))
        .amount(Col::NormalizedUsageAmount, Amount::whole(total * held.factor))
        .rate(Col::UnblendedRate, held.recurring)
        .money(Col::UnblendedCost, fee)
        .rate(Col::BlendedRate, held.recurring)
        .money(Col::BlendedCost, fee)
        .set(
            Col::Description,
            format!("USD {} hourly fee per {}, {} instance", held.recurring.text(), held.system.name(), held.shape),
        )
        .money(Col::RiAmortizedUpfrontForPeriod, Amount::whole(total).at(held.upfront))
        .amount(Col::RiTotalUnits, Amount::whole(total))
        .amount(Col::RiTotalNormalizedUnits, Amount::whole(total * held.factor))
        .amount(Col::RiUnusedQuantity, Amount::whole(unused))
        .amount(Col::RiUnusedNormalizedUnits, Amount::whole(unused * held.factor))
        .money(Col::RiUnusedRecurring, Amount::whole(unused).at(held.recurring))
        .money(Col::RiUnusedAmortizedUpfront, Amount::whole(unused).at(held.upfront));
    let idle = Amount::whole(unused).at(held.recurring) + Amount::whole(unused).at(held.upfront);
    Some((OneTime { cells, span, cost: fee }, idle))
}

/// `Fee`: the upfront money, in the hour of the purchase. `None` if that is not in this month, or
/// if nothing was paid upfront.
pub fn reservation_upfront(bill: &Bill, held: &Reservation, chance: &mut Chance) -> Option<OneTime> {
    let span = purchased(bill, held.start)?;
    let each = Rate(held.upfront.0 * TERM_HOURS);
    let paid = Amount::whole(held.count).at(each);
    if paid.is_zero() {
        return None;
    }
    let mut cells = reservation_cells(bill, "Fee", held, chance);
    bill.purchase(&mut cells, &held.arn);
    cells
        .amount(Col::UsageAmount, Amount::whole(held.count))
        .rate(Col::UnblendedRate, each)
        .money(Col::UnblendedCost, paid)
        .rate(Col::BlendedRate, each)
        .money(Col::BlendedCost, paid)
        .set(Col::Description, format!("Sign up charge for subscription: {}", held.subscription))
        .rate(Col::RiUpfrontValue, each)
        .set(Col::Unit, "Quantity");
    Some(OneTime { cells, span, cost: paid })
}

fn reservation_cells(bill: &Bill, line_type: &str, held: &Reservation, chance: &mut Chance) -> Cells {
    let mut cells = bill.cells(line_type, held.owner, held.product, chance);
    let region = &REGIONS[held.region];
    let kind = if held.product == EC2 || held.product == RDS { "HeavyUsage" } else { "NodeUsage" };
    let usage_type = format!("{}{kind}:{}", region.old_prefix, held.shape);
    cells
        .set(Col::Sku, code(&usage_type, 16))
        .set(Col::UsageType, usage_type.as_str())
        .set(Col::ProductUsageType, usage_type)
        .set(Col::Operation, held.system.operation())
        .set(Col::InstanceType, held.shape)
        .set(Col::Location, region.location)
        .set(Col::LocationType, "AWS Region")
        .set(Col::Region, region.code)
        .set(Col::RegionCode, region.code)
        .set(Col::LeaseContractLength, "1yr")
        .set(Col::OfferingClass, "standard")
        .set(Col::PurchaseOption, held.option)
        .set(Col::PricingCurrency, "USD")
        .set(Col::Term, "Reserved")
        .set(Col::Unit, "Hrs")
        .set(Col::RiArn, held.arn.as_str())
        .set(Col::RiSubscriptionId, held.subscription.as_str())
        .set(Col::RiStartTime, moment(bill, held.start))
        .set(Col::RiEndTime, moment(bill, held.start + TERM_HOURS))
        .set(Col::RiModificationStatus, "Original")
        .set(Col::RiCount, held.count.to_string())
        .set(Col::RiUnitsPer, "1.0")
        .set(Col::RiNormalizedUnitsPer, format!("{}.0", held.factor));
    cells
}

/// `SavingsPlanRecurringFee`, for any run of hours. Figures: 0 the hours, 1 the recurring
/// commitment that is charged, 2 the whole commitment, 3 the part used, 4 the share paid upfront.
pub fn plan_fee(bill: &Bill, plan: &Plan, chance: &mut Chance) -> Cells {
    let mut cells = plan_cells(bill, "SavingsPlanRecurringFee", plan, chance);
    cells
        .figure(Col::UsageAmount, 0)
        .rate(Col::UnblendedRate, plan.recurring)
        .figure(Col::UnblendedCost, 1)
        .rate(Col::BlendedRate, plan.recurring)
        .figure(Col::BlendedCost, 1)
        .set(Col::Description, description(plan))
        .figure(Col::SpTotalCommitment, 2)
        .figure(Col::SpUsedCommitment, 3)
        .figure(Col::SpAmortizedUpfront, 4)
        .figure(Col::SpRecurring, 1)
        .set(Col::SpEffectiveCost, "0.0");
    cells
}

/// `SavingsPlanUpfrontFee`, in the hour of the purchase. `None` if that is not in this month.
pub fn plan_upfront(bill: &Bill, plan: &Plan, chance: &mut Chance) -> Option<OneTime> {
    let span = purchased(bill, plan.start)?;
    let price = Rate(plan.upfront.0 * TERM_HOURS);
    let paid = Amount::ONE.at(price);
    let mut cells = plan_cells(bill, "SavingsPlanUpfrontFee", plan, chance);
    bill.purchase(&mut cells, &plan.arn);
    cells
        .amount(Col::UsageAmount, Amount::ONE)
        .rate(Col::UnblendedRate, price)
        .money(Col::UnblendedCost, paid)
        .rate(Col::BlendedRate, price)
        .money(Col::BlendedCost, paid)
        .set(Col::Description, format!("Upfront fee for {}", description(plan)))
        .set(Col::SpEffectiveCost, "0.0");
    Some(OneTime { cells, span, cost: paid })
}

fn plan_cells(bill: &Bill, line_type: &str, plan: &Plan, chance: &mut Chance) -> Cells {
    let mut cells = bill.cells(line_type, plan.owner, SAVINGS_PLANS, chance);
    cells
        .set(Col::UsageType, plan.usage_type)
        .set(Col::ProductUsageType, plan.usage_type)
        .set(Col::Sku, code(plan.usage_type, 16))
        .set(Col::PricingCurrency, "USD")
        .set(Col::SpArn, plan.arn.as_str())
        .set(Col::SpStartTime, moment(bill, plan.start))
        .set(Col::SpEndTime, moment(bill, plan.start + TERM_HOURS))
        .set(Col::SpOfferingType, plan.offering)
        .set(Col::SpPaymentOption, plan.option)
        .set(Col::SpPurchaseTerm, "1yr");
    if let Some((family, region)) = plan.family {
        cells.set(Col::SpInstanceTypeFamily, family).set(Col::SpRegion, REGIONS[region].code);
    }
    cells
}

fn description(plan: &Plan) -> String {
    match plan.family {
        Some((family, region)) => {
            format!("1 year {} {family} EC2 Instance Savings Plan in {}", plan.option, REGIONS[region].code)
        }
        None => format!("1 year {} Compute Savings Plan", plan.option),
    }
}

/// The hour of a purchase, if it is in this month.
fn purchased(bill: &Bill, start: i64) -> Option<Span> {
    let hour = u32::try_from(start - i64::from(bill.first_day) * 24).ok()?;
    (hour < bill.calendar.hours()).then(|| Span::hour(hour))
}

/// An instant of the sample as commitments print it.
fn moment(bill: &Bill, hour: i64) -> String {
    let begin = bill.calendar.month().start().and_hms_opt(0, 0, 0).unwrap_or_default();
    let instant = begin + chrono::TimeDelta::hours(hour - i64::from(bill.first_day) * 24);
    instant.format("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

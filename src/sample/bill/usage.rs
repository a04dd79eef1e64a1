//! The lines of usage: of metered streams, and of machines on demand, reserved or under a plan.
//!
//! Figures by number, in all of them: 0 the amount, 1 the cost on demand; of streams 2 the discount
//! on it; of machines 2 the normalized amount, and on demand 3 the discount. Reserved usage adds 3
//! the amortised upfront fee, 4 the recurring fee and 5 their sum; usage under a Savings Plan adds 3
//! its cost under the plan.

use crate::sample::bill::Bill;
use crate::sample::bill::line::Cells;
use crate::sample::columns::Col;
use crate::sample::company::places::REGIONS;
use crate::sample::estate::commitments::{Plan, Reservation};
use crate::sample::estate::fleets::System;
use crate::sample::estate::services::{CACHE, EC2, Meter, PRODUCTS, Prefix, RDS, WAF};
use crate::sample::estate::{Machine, Resource, Stream};
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::{Chance, code, number};

/// `Usage` of a metered stream.
pub fn metered(bill: &Bill, resource: &Resource, epoch: usize, stream: &Stream, chance: &mut Chance) -> Cells {
    let meter = stream.meter;
    let mut cells = bill.cells("Usage", resource.account, stream.product, chance);
    let usage_type = format!("{}{}", prefix(resource, meter), meter.usage_type);
    describe(&mut cells, (resource, epoch), (&usage_type, meter.operation), meter.unit, stream.rate);
    let currency = if PRODUCTS[stream.product].seller.is_some() { "EUR" } else { "USD" };
    let sign = if currency == "EUR" { "€" } else { "$" };
    cells
        .set(Col::Description, format!("{sign}{} {}", stream.rate.text(), meter.words))
        .set(Col::ProductFamily, meter.family)
        .set(Col::PricingCurrency, currency);
    if PRODUCTS[stream.product].seller.is_none() {
        cells.figure(if stream.product == WAF { Col::DiscountBundled } else { Col::DiscountEdp }, 2);
    }
    if stream.product != EC2 {
        cells.clear(Col::Zone);
    }
    for (col, value) in meter.details {
        cells.set(*col, *value);
    }
    cells
}

fn prefix(resource: &Resource, meter: &Meter) -> &'static str {
    resource.region.map_or("", |region| match meter.prefix {
        Prefix::Old => REGIONS[region].old_prefix,
        Prefix::New => REGIONS[region].new_prefix,
        Prefix::None => "",
    })
}

fn sku(usage_type: &str, operation: &str, region: Option<usize>) -> String {
    code(&format!("{usage_type} {operation} {}", region.map_or("", |region| REGIONS[region].code)), 16)
}

/// What all usage says of its resource, product and price.
fn describe(
    cells: &mut Cells,
    (resource, epoch): (&Resource, usize),
    (usage_type, operation): (&str, &str),
    unit: &str,
    rate: Rate,
) {
    let region = resource.region.map(|region| &REGIONS[region]);
    let sku = sku(usage_type, operation, resource.region);
    cells
        .set(Col::UsageType, usage_type)
        .set(Col::Operation, operation)
        .set(Col::Zone, resource.zone.as_str())
        .set(Col::ResourceId, resource.id.as_str())
        .figure(Col::UsageAmount, 0)
        .rate(Col::UnblendedRate, rate)
        .figure(Col::UnblendedCost, 1)
        .rate(Col::BlendedRate, rate)
        .figure(Col::BlendedCost, 1)
        .set(Col::ProductUsageType, usage_type)
        .set(Col::ProductOperation, operation)
        .set(Col::RateCode, format!("{sku}.JRTCKXETXF.6YS6EN2CT7"))
        .set(Col::RateId, number(&sku).to_string())
        .set(Col::Sku, sku)
        .set(Col::PricingCurrency, "USD")
        .figure(Col::OnDemandCost, 1)
        .rate(Col::OnDemandRate, rate)
        .set(Col::Term, "OnDemand")
        .set(Col::Unit, unit);
    if let Some(region) = region {
        cells
            .set(Col::Location, region.location)
            .set(Col::LocationType, "AWS Region")
            .set(Col::FromLocation, region.location)
            .set(Col::FromRegionCode, region.code)
            .set(Col::Region, region.code)
            .set(Col::RegionCode, region.code);
    }
    resource.tags(epoch).write(cells);
}

/// The usage type of a machine, after `kind` (`BoxUsage`, `SpotUsage`, …), and the prefix before it.
pub fn machine_usage_type(machine: &Machine) -> (&'static str, String) {
    let (region, name) = (&REGIONS[machine.region], machine.shape.name);
    match machine.system {
        System::Spot => (region.old_prefix, format!("SpotUsage:{name}")),
        System::PostgreSql | System::MySql => (region.old_prefix, format!("InstanceUsage:{name}")),
        System::Redis => (region.old_prefix, format!("NodeUsage:{name}")),
        System::Container => (region.new_prefix, "Fargate-vCPU-Hours:perCPU".to_owned()),
        System::Linux | System::Windows => (region.old_prefix, format!("BoxUsage:{name}")),
    }
}

/// A machine as its resource is tagged at one time.
#[derive(Clone, Copy)]
pub struct Tagged<'a> {
    pub resource: &'a Resource,
    pub epoch: usize,
    pub machine: &'a Machine,
}

/// `Usage` of a machine on demand.
pub fn on_demand(bill: &Bill, it: Tagged, chance: &mut Chance) -> Cells {
    let mut cells = machine_cells(bill, "Usage", it, chance);
    cells.figure(Col::DiscountEdp, 3);
    cells
}

/// `DiscountedUsage`: nothing is charged, the reservation bears it.
pub fn reserved(bill: &Bill, it: Tagged, held: &Reservation, chance: &mut Chance) -> Cells {
    let mut cells = machine_cells(bill, "DiscountedUsage", it, chance);
    cells
        .set(Col::UnblendedRate, "0.0")
        .set(Col::UnblendedCost, "0.0")
        .set(Col::BlendedRate, "0.0")
        .set(Col::BlendedCost, "0.0")
        .set(Col::Description, format!("{}, {} reserved instance applied", held.system.name(), held.shape))
        .set(Col::LeaseContractLength, "1yr")
        .set(Col::OfferingClass, "standard")
        .set(Col::PurchaseOption, held.option)
        .set(Col::Term, "Reserved")
        .figure(Col::RiAmortizedUpfrontForUsage, 3)
        .figure(Col::RiRecurringForUsage, 4)
        .figure(Col::RiEffectiveCost, 5)
        .set(Col::RiArn, held.arn.as_str())
        .set(Col::RiSubscriptionId, held.subscription.as_str());
    cells
}

/// `SavingsPlanCoveredUsage`: charged on demand, and taken back by its negation.
pub fn planned(bill: &Bill, it: Tagged, plan: &Plan, chance: &mut Chance) -> Cells {
    let mut cells = machine_cells(bill, "SavingsPlanCoveredUsage", it, chance);
    cells
        .rate(Col::SpRate, plan.price(it.machine))
        .figure(Col::SpEffectiveCost, 3)
        .set(Col::SpArn, plan.arn.as_str())
        .set(Col::SpOfferingType, plan.offering)
        .set(Col::SpPaymentOption, plan.option)
        .set(Col::SpPurchaseTerm, "1yr");
    cells
}

/// `SavingsPlanNegation`: the same with the signs turned, of no resource and without tags.
pub fn negated(bill: &Bill, it: Tagged, plan: &Plan, chance: &mut Chance) -> Cells {
    let mut cells = machine_cells(bill, "SavingsPlanNegation", it, chance);
    let (prefix, usage_type) = machine_usage_type(it.machine);
    let sku = sku(&format!("{prefix}{usage_type}"), it.machine.system.operation(), it.resource.region);
    let account = &bill.company.accounts[it.resource.account].id;
    cells
        .set(Col::Description, format!("SavingsPlanNegation used by AccountId : {account} and UsageSku : {sku}"))
        .set(Col::SpArn, plan.arn.as_str());
    for col in [
        Col::ResourceId,
        Col::OnDemandCost,
        Col::OnDemandRate,
        Col::TagTeam,
        Col::TagTeamTwin,
        Col::TagEnv,
        Col::TagEnvironment,
        Col::TagApp,
        Col::TagName,
        Col::TagCreatedBy,
    ] {
        cells.clear(col);
    }
    cells
}

fn machine_cells(bill: &Bill, line_type: &str, it: Tagged, chance: &mut Chance) -> Cells {
    let Tagged { resource, epoch, machine } = it;
    let (system, shape) = (machine.system, machine.shape);
    let mut cells = bill.cells(line_type, resource.account, shape.product, chance);
    let unit = if system == System::Container { "vCPU-Hours" } else { "Hrs" };
    let (prefix, usage_type) = machine_usage_type(machine);
    let usage_type = format!("{prefix}{usage_type}");
    describe(&mut cells, (resource, epoch), (&usage_type, system.operation()), unit, machine.rate);
    let location = REGIONS[machine.region].location;
    let (rate, running) = (machine.rate.text(), system.name());
    let description = match system {
        System::Spot => format!("{} {running} Spot Instance-hour in {}", shape.name, location),
        System::PostgreSql | System::MySql => {
            format!("${rate} per {} Single-AZ instance hour (or partial hour) running {running}", shape.name)
        }
        System::Redis => format!("${rate} per {} cache node-hour (or partial hour) running Redis", shape.name),
        System::Container => format!("AWS Fargate - vCPU - {}", location),
        System::Linux | System::Windows => format!("${rate} per On Demand {running} {} Instance Hour", shape.name),
    };
    let family = match shape.product {
        EC2 => "Compute Instance",
        RDS => "Database Instance",
        CACHE => "Cache Instance",
        _ => "Compute",
    };
    cells.set(Col::Description, description).set(Col::ProductFamily, family);
    if shape.factor > 0 {
        cells.amount(Col::NormalizationFactor, Amount::whole(shape.factor)).figure(Col::NormalizedUsageAmount, 2);
    }
    for (col, value) in [
        (Col::InstanceFamily, shape.instance_family),
        (Col::InstanceType, shape.name),
        (Col::Vcpu, shape.vcpu),
        (Col::Memory, shape.memory),
    ] {
        cells.set(col, value);
    }
    if let Some((family, _)) = shape.name.rsplit_once('.') {
        cells.set(Col::InstanceTypeFamily, family.rsplit('.').next().unwrap_or(family));
    }
    match shape.product {
        EC2 => cells.set(Col::OperatingSystem, running).set(Col::Tenancy, "Shared").set(Col::ClockSpeed, "3.1 GHz"),
        RDS => cells.set(Col::DatabaseEngine, running).set(Col::DeploymentOption, "Single-AZ"),
        CACHE => cells.set(Col::CacheEngine, running),
        _ => cells.set(Col::Tenancy, "Shared"),
    };
    cells
}

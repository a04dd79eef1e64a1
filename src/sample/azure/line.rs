//! One line of cost details, in the columns that Microsoft's exports have since 2023.
//! <https://learn.microsoft.com/en-us/azure/cost-management-billing/dataset-schema/cost-usage-details-ea>

use super::commitments::Terms;
use crate::focus::Money;
use crate::sample::bill::line::push_field;
use crate::sample::cloud::Thing;
use crate::sample::numbers::Amount;

/// What the lines of a stream have in common.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub product: String,
    pub part_number: String,
    pub meter_id: String,
    pub family: &'static str,
    pub category: &'static str,
    pub subcategory: &'static str,
    pub meter_region: &'static str,
    pub meter: &'static str,
    pub provider: &'static str,
    pub unit: &'static str,
    pub additional_info: String,
    pub publisher: &'static str,
    pub publisher_type: &'static str,
    pub plan: &'static str,
}

/// A line.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// Of the month, from 0.
    pub day: u32,
    pub subscription: (&'a str, &'a str),
    pub cost_center: &'a str,
    pub thing: Option<&'a Thing>,
    pub location: &'a str,
    pub names: &'a Names,
    pub tags: &'a str,
    pub quantity: Money,
    pub pay_as_you_go: Money,
    pub unit_price: Money,
    pub effective_price: Money,
    pub cost: Money,
    pub charge_type: &'static str,
    pub frequency: &'static str,
    pub pricing_model: &'static str,
    pub benefit: Option<&'a Terms>,
}

/// The billing account, which is an enrolment.
pub const ACCOUNT: (&str, &str) = ("0084417", "Larkfield");

pub const COLUMNS: &str = "BillingAccountId,BillingAccountName,BillingPeriodStartDate,BillingPeriodEndDate,BillingProfileId,\
BillingProfileName,AccountOwnerId,AccountName,SubscriptionId,SubscriptionName,Date,Product,PartNumber,MeterId,ServiceFamily,\
MeterCategory,MeterSubCategory,MeterRegion,MeterName,Quantity,EffectivePrice,Cost,UnitPrice,BillingCurrency,ResourceLocation,\
AvailabilityZone,ConsumedService,ResourceId,ResourceName,ServiceInfo1,ServiceInfo2,AdditionalInfo,Tags,InvoiceSectionId,\
InvoiceSection,CostCenter,UnitOfMeasure,ResourceGroup,ReservationId,ReservationName,ProductOrderId,ProductOrderName,OfferId,\
IsAzureCreditEligible,Term,PublisherName,PlanName,ChargeType,Frequency,PublisherType,PayGPrice,PricingModel,\
CostAllocationRuleName,benefitId,benefitName";

impl Line<'_> {
    /// A purchase, or its return.
    pub fn is_bought(&self) -> bool {
        matches!(self.charge_type, "Purchase" | "Refund")
    }

    /// Appends it to `out`. `days` is the billing period's first and last day and the day's own date.
    pub fn write_csv(&self, [first, last, date]: [&str; 3], out: &mut Vec<u8>) {
        let names = self.names;
        let id = self.thing.map_or("", |thing| thing.id.as_str());
        // A reservation that is bought is a resource; what of it goes unused is none.
        let benefit = self.benefit.map(Terms::id).unwrap_or_default();
        let (order, item) = self.benefit.map_or_else(Default::default, |terms| (terms.order(), terms.item()));
        let is_reservation = self.benefit.is_some_and(|terms| terms.of.is_some());
        let id = if id.is_empty() && is_reservation && self.is_bought() { benefit.as_str() } else { id };
        let zone = self.thing.map_or("", |thing| ["", "1", "2"][thing.zone as usize % 3]);
        let cells: [&str; 55] = [
            ACCOUNT.0,
            ACCOUNT.1,
            first,
            last,
            ACCOUNT.0,
            ACCOUNT.1,
            "billing@larkfield.example",
            "Larkfield Platform",
            self.subscription.0,
            self.subscription.1,
            date,
            &names.product,
            &names.part_number,
            &names.meter_id,
            names.family,
            names.category,
            names.subcategory,
            names.meter_region,
            names.meter,
            &figure(self.quantity),
            &figure(self.effective_price),
            &figure(self.cost),
            &figure(self.unit_price),
            "USD",
            self.location,
            zone,
            names.provider,
            id,
            id.rsplit('/').next().unwrap_or_default(),
            "",
            "",
            &names.additional_info,
            self.tags,
            "",
            "Larkfield",
            self.cost_center,
            names.unit,
            self.thing.map_or("", |thing| thing.group.as_str()),
            if is_reservation { &item } else { "" },
            self.benefit.filter(|_| is_reservation).map_or("", |terms| terms.name),
            &order,
            &self.benefit.map(Terms::product).unwrap_or_default(),
            if self.benefit.is_some() || names.publisher_type == "Marketplace" { "" } else { "MS-AZR-0017P" },
            if names.publisher_type == "Marketplace" { "False" } else { "True" },
            if self.benefit.is_some() { "12" } else { "" },
            names.publisher,
            names.plan,
            self.charge_type,
            self.frequency,
            names.publisher_type,
            &figure(self.pay_as_you_go),
            self.pricing_model,
            "",
            &benefit,
            self.benefit.map_or("", |terms| terms.name),
        ];
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            push_field(cell, out);
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// A figure as .NET prints a double: plain, and with an exponent below 10⁻⁴. Every digit is kept.
pub fn figure(value: Money) -> String {
    let plain = value.to_string();
    let magnitude = value.0.unsigned_abs();
    if magnitude == 0 || magnitude >= 100_000_000_000_000 {
        return plain;
    }
    let digits = magnitude.to_string();
    let exponent = 19 - digits.len();
    let kept = digits.trim_end_matches('0');
    let (head, tail) = kept.split_at(1);
    let sign = if value.0 < 0 { "-" } else { "" };
    let point = if tail.is_empty() { "" } else { "." };
    format!("{sign}{head}{point}{tail}E-{exponent:02}")
}

impl Amount {
    /// The figure of a quantity.
    pub fn quantity(self) -> Money {
        self.figure()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_figures_have_an_exponent() {
        for (value, expected) in [
            ("0", "0"),
            ("1.5", "1.5"),
            ("0.0001", "0.0001"),
            ("0.0000564902", "5.64902E-05"),
            ("-0.00004", "-4E-05"),
            ("0.000000000000000001", "1E-18"),
        ] {
            let value: Money = value.parse().unwrap();
            assert_eq!(figure(value), expected);
            assert_eq!(expected.parse::<Money>().unwrap(), value);
        }
    }

    #[test]
    fn a_line_has_a_cell_for_each_column() {
        assert_eq!(COLUMNS.split(',').count(), 55);
    }
}

//! The table `FOCUS_1_2_AWS` of Data Exports.

use super::data_export::Table;
use super::focus_charge::{Charge, Commitment, charges};
use super::focus_columns::{COLUMNS, FIELDS, Field, service, unit};
use super::line::{Column, Line};
use crate::error::Result;
use crate::focus::Money;
use crate::sample::columns::Col;
use crate::sample::sink::{Head, Row};

/// What a price depends on, by its name in `SkuPriceDetails`.
const PRICE_DETAILS: [(&str, Col); 6] = [
    ("InstanceType", Col::InstanceType),
    ("InstanceSeries", Col::InstanceTypeFamily),
    ("OperatingSystem", Col::OperatingSystem),
    ("CoreCount", Col::Vcpu),
    ("StorageClass", Col::StorageClass),
    ("x_VolumeApiName", Col::VolumeApiName),
];

/// The rows of a FOCUS export.
#[derive(Default)]
pub struct Focus {
    /// Keys of `Tags`, with the cells that they come from.
    tags: Vec<(String, Col)>,
    /// Of the billing period, in microseconds since 1970.
    period: (i64, i64),
}

impl Table for Focus {
    /// In lower case, unlike that of CUR 2.0: seen in a real export.
    const PARTITION: &str = "billing_period";

    fn columns(&self) -> &[Column] {
        COLUMNS
    }

    fn begin(&mut self, head: &Head) {
        let instant = |date: chrono::NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
        self.period = (instant(head.month.start()), instant(head.month.end()));
        // Tags of resources keep their keys; what else is a tag has a prefix.
        let key = |col: Col| match col.name().split_once('/')? {
            ("resourceTags", name) => Some((name.strip_prefix("user:").unwrap_or(name).to_owned(), col)),
            ("costCategory", name) => Some((format!("costCategory/{name}"), col)),
            _ => None,
        };
        self.tags = head.columns.iter().copied().filter_map(key).collect();
        self.tags.sort_by(|(one, _), (other, _)| one.cmp(other));
    }

    fn write(&mut self, row: &Row, out: &mut dyn Line) -> Result<()> {
        for charge in charges(row)?.iter().flatten() {
            FIELDS.iter().for_each(|name| self.cell(*name, charge, row, out));
            out.end()?;
        }
        Ok(())
    }
}

impl Focus {
    fn cell(&self, name: Field, charge: &Charge, row: &Row, out: &mut dyn Line) {
        let commitment = charge.commitment.as_ref();
        let of_commitment = |text: fn(&Commitment) -> &'static str| commitment.map_or("", text);
        let in_currency = |money: Option<Money>| money.filter(|_| !row.get(Col::PricingCurrency).is_empty());
        let service = || service(row.get(Col::ProductCode), row.get(Col::ProductFamily));
        match name {
            Field::AvailabilityZone => out.text(row.get(Col::Zone)),
            Field::BilledCost => out.money(Some(charge.billed)),
            Field::BillingAccountId => out.text(row.get(Col::PayerAccountId)),
            Field::BillingAccountName => out.text(row.get(Col::PayerAccountName)),
            Field::BillingAccountType => out.text("Management Account"),
            Field::BillingCurrency => out.text(row.get(Col::CurrencyCode)),
            Field::BillingPeriodEnd => out.instant(self.period.1),
            Field::BillingPeriodStart => out.instant(self.period.0),
            Field::CapacityReservationId | Field::CapacityReservationStatus => out.text(""),
            Field::ChargeCategory => out.text(charge.category),
            Field::ChargeClass => out.text(charge.class),
            Field::ChargeDescription => out.text(row.get(Col::Description)),
            Field::ChargeFrequency => out.text(charge.frequency),
            Field::ChargePeriodEnd => out.instant(row.period().1),
            Field::ChargePeriodStart => out.instant(row.period().0),
            Field::CommitmentDiscountCategory => out.text(of_commitment(|it| if it.spend { "Spend" } else { "Usage" })),
            Field::CommitmentDiscountId => out.text(commitment.map_or("", |it| it.id)),
            Field::CommitmentDiscountName => out.text(""),
            Field::CommitmentDiscountQuantity => out.money(commitment.and_then(|it| it.quantity)),
            Field::CommitmentDiscountStatus => out.text(of_commitment(|it| it.status)),
            Field::CommitmentDiscountType => {
                out.text(of_commitment(|it| if it.spend { "Savings Plan" } else { "Reserved Instance" }));
            }
            Field::CommitmentDiscountUnit => out.text(match commitment {
                Some(it) if it.quantity.is_some() && it.spend => row.get(Col::CurrencyCode),
                Some(it) if it.quantity.is_some() => unit(row.get(Col::Unit)),
                _ => "",
            }),
            Field::ConsumedQuantity => out.money(charge.quantity.filter(|_| charge.consumed)),
            Field::ConsumedUnit => out.text(if charge.consumed { unit(row.get(Col::Unit)) } else { "" }),
            Field::ContractedCost => out.money(Some(charge.contracted)),
            Field::ContractedUnitPrice => out.money(charge.contracted_price),
            Field::EffectiveCost => out.money(Some(charge.effective)),
            Field::InvoiceId => out.text(row.get(Col::InvoiceId)),
            Field::InvoiceIssuerName => out.text(row.get(Col::InvoicingEntity)),
            Field::ListCost => out.money(Some(charge.list)),
            Field::ListUnitPrice => out.money(charge.list_price),
            Field::PricingCategory => out.text(charge.pricing),
            Field::PricingCurrency => out.text(row.get(Col::PricingCurrency)),
            Field::PricingCurrencyContractedUnitPrice => out.money(in_currency(charge.contracted_price)),
            Field::PricingCurrencyEffectiveCost => out.money(in_currency(Some(charge.effective))),
            Field::PricingCurrencyListUnitPrice => out.money(in_currency(charge.list_price)),
            Field::PricingQuantity => out.money(charge.quantity),
            Field::PricingUnit => out.text(charge.quantity.map_or("", |_| unit(row.get(Col::Unit)))),
            Field::ProviderName => out.text("AWS"),
            Field::PublisherName => out.text(row.get(Col::LegalEntity)),
            Field::RegionId => out.text(row.get(Col::RegionCode)),
            Field::RegionName => {
                out.text(if row.get(Col::LocationType) == "AWS Region" { row.get(Col::Location) } else { "" });
            }
            Field::ResourceId => out.text(resource(charge, row)),
            Field::ResourceName => out.text(row.get(Col::TagName)),
            Field::ResourceType => out.text(resource_type(resource(charge, row))),
            Field::ServiceCategory => out.text(service().0),
            Field::ServiceName => out.text(row.get(Col::ProductName)),
            Field::ServiceSubcategory => out.text(service().1),
            Field::SkuId => out.text(row.get(Col::Sku)),
            Field::SkuMeter => out.text(row.get(Col::UsageType)),
            Field::SkuPriceDetails => texts(PRICE_DETAILS, row, out),
            Field::SkuPriceId => out.text(row.get(Col::RateCode)),
            Field::SubAccountId => out.text(row.get(Col::UsageAccountId)),
            Field::SubAccountName => out.text(row.get(Col::UsageAccountName)),
            Field::SubAccountType => out.text(account_type(row)),
            Field::Tags => texts(self.tags.iter().map(|(key, col)| (key.as_str(), *col)), row, out),
            Field::x_Discounts => {
                let discounts = [("edp_discount", charge.edp), ("bundled_discount", charge.bundled)];
                let discounts = discounts.into_iter().filter_map(|(key, money)| Some((key, money?)));
                out.numbers(&discounts.collect::<Vec<_>>());
            }
            Field::x_Operation => out.text(row.get(Col::Operation)),
            Field::x_ServiceCode => out.text(row.get(Col::ProductCode)),
        }
    }
}

fn account_type(row: &Row) -> &'static str {
    if row.get(Col::UsageAccountId) == row.get(Col::PayerAccountId) { "Management Account" } else { "Member Account" }
}

/// What the charge is on: of a purchase or an unused part, the commitment itself.
fn resource<'a>(charge: &Charge<'a>, row: &Row<'a>) -> &'a str {
    let on = charge.commitment.as_ref().filter(|commitment| commitment.status != "Used");
    on.map_or(row.get(Col::ResourceId), |commitment| commitment.id)
}

/// The cells that hold something, by their keys.
fn texts<'a>(cells: impl IntoIterator<Item = (&'a str, Col)>, row: &Row<'a>, out: &mut dyn Line) {
    let pairs = cells.into_iter().map(|(key, col)| (key, row.get(col))).filter(|(_, text)| !text.is_empty());
    out.texts(&pairs.collect::<Vec<_>>());
}

/// The kind of resource that an id or an ARN names, as seen in AWS's exports.
fn resource_type(id: &str) -> &str {
    match id.split_once('-') {
        _ if id.starts_with("arn:") => {
            let resource = id.splitn(6, ':').nth(5).unwrap_or_default();
            resource.split(['/', ':']).next().filter(|kind| *kind != resource).unwrap_or_default()
        }
        Some(("i", _)) => "instance",
        Some(("vol", _)) => "volume",
        Some(("snap", _)) => "snapshot",
        _ => "",
    }
}

//! One month's bill: what every line of it has in common.

pub mod closing;
pub mod line;
pub mod month;
pub mod press;
pub mod purchases;
pub mod usage;

use crate::sample::bill::line::Cells;
use crate::sample::calendar::Calendar;
use crate::sample::columns::Col;
use crate::sample::company::{Company, PAYER};
use crate::sample::estate::services::PRODUCTS;
use crate::sample::random::{Chance, number};

/// The bill of one month.
pub struct Bill<'a> {
    pub company: &'a Company,
    pub seed: u64,
    /// Counted from the first month of the sample.
    pub index: u32,
    /// The newest month is not invoiced yet.
    pub open: bool,
    pub calendar: Calendar,
    /// Days of the sample before this month.
    pub first_day: u32,
    pub columns: Vec<Col>,
}

impl Bill<'_> {
    /// The cells that say whose line it is, of what kind, and who invoices it.
    pub fn cells(&self, line_type: &str, account: usize, product: usize, chance: &mut Chance) -> Cells {
        let (product, owner) = (&PRODUCTS[product], &self.company.accounts[account]);
        let payer = &self.company.accounts[PAYER];
        let legal_entity = product.seller.unwrap_or(owner.legal_entity);
        let mut cells = Cells::default();
        cells
            .set(Col::LineItemId, chance.line_id())
            .set(Col::InvoicingEntity, legal_entity)
            .set(Col::BillingEntity, if product.seller.is_some() { "AWS Marketplace" } else { "AWS" })
            .set(Col::BillType, "Anniversary")
            .set(Col::PayerAccountId, payer.id.as_str())
            .set(Col::PeriodStart, self.label(0))
            .set(Col::PeriodEnd, self.label(self.calendar.hours()))
            .set(Col::UsageAccountId, owner.id.as_str())
            .set(Col::LineItemType, line_type)
            .set(Col::ProductCode, product.code)
            .set(Col::CurrencyCode, if product.seller.is_some() { "EUR" } else { "USD" })
            .set(Col::LegalEntity, legal_entity)
            .set(Col::ProductName, product.name)
            .set(Col::ServiceCode, product.service_code)
            .set(Col::ServiceName, product.name)
            .set(Col::BusinessUnit, owner.business_unit)
            .set(Col::PayerAccountName, payer.name.as_str())
            .set(Col::UsageAccountName, owner.name.as_str());
        if !self.open {
            cells.set(Col::InvoiceId, self.invoice(legal_entity));
        }
        cells
    }

    /// Makes a line one of a purchase, which is invoiced at once, even in an open month.
    pub fn purchase(&self, cells: &mut Cells, what: &str) {
        cells.set(Col::BillType, "Purchase").set(Col::InvoiceId, self.invoice(what));
    }

    /// The number of the invoice that `what` is on.
    fn invoice(&self, what: &str) -> String {
        number(&format!("{} {} {what}", self.seed, self.calendar.month())).to_string()
    }

    pub fn label(&self, hour: u32) -> String {
        self.calendar.label(hour).to_owned()
    }
}

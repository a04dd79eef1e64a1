//! The lines that AWS works out when the month is metered: discounts, credits, fees, taxes, and
//! the refund that comes with a restatement. Each is a share of sums of the lines before it, cut
//! to the digits AWS invoices.

use super::bill::Bill;
use super::columns::Col;
use super::company::{ACCOUNTS, CHECKOUT, DATA, DEV, MARKET, PAYER};
use super::line::Cells;
use super::numbers::{Amount, share};
use super::random::Chance;
use super::services::{EC2, OBSERVER, PRODUCTS, S3, SUPPORT, WAF};
use crate::focus::Money;

/// Unblended money of a month by account and product; a product has one currency.
#[derive(Debug, Clone)]
pub struct Sums {
    all: Vec<Vec<Money>>,
    usage: Vec<Vec<Money>>,
}

impl Default for Sums {
    fn default() -> Self {
        let zeros = vec![vec![Money::ZERO; PRODUCTS.len()]; ACCOUNTS.len()];
        Sums { all: zeros.clone(), usage: zeros }
    }
}

impl Sums {
    /// Counts a line; `usage` is what the enterprise discount applies to.
    pub fn add(&mut self, account: usize, product: usize, cost: Money, usage: bool) {
        self.all[account][product] += cost;
        if usage {
            self.usage[account][product] += cost;
        }
    }
}

/// A closing line: its cells, whose it is, and what it costs.
pub struct Closing {
    pub cells: Cells,
    pub account: usize,
    pub product: usize,
    pub cost: Money,
}

/// The enterprise discount, in percent × 100.
pub const DISCOUNT: i128 = 500;
/// What the firewall costs less, in percent × 100: it comes free with the content delivery contract.
pub const BUNDLED: i128 = 10_000;

/// Discounts and credits: what lowers the bill before tax.
pub fn reductions(bill: &Bill, sums: &Sums, chance: &mut Chance) -> Vec<Closing> {
    let mut lines = Vec::new();
    for account in 0..ACCOUNTS.len() {
        // What comes free is not discounted too.
        let discounted = |product: &usize| *product != WAF && PRODUCTS[*product].seller.is_none();
        for product in (0..PRODUCTS.len()).filter(discounted) {
            let cost = -share(sums.usage[account][product], DISCOUNT, 10);
            let mut line = closing(bill, "EdpDiscount", (account, product), cost, chance);
            line.cells.set(Col::Description, "Enterprise Discount Program Discount");
            lines.push(line);
        }
        let cost = -share(sums.all[account][WAF], BUNDLED, 10);
        let mut line = closing(bill, "BundledDiscount", (account, WAF), cost, chance);
        line.cells.set(Col::Description, "AWS WAF usage included in the CloudFront security savings bundle");
        lines.push(line);
    }
    for ((account, product), percent, words) in [
        ((DEV, EC2), 2_500, "AWS Activate promotional credit, \"Startup\" tier"),
        ((DATA, S3), 400, "Migration Acceleration Program credit"),
        ((DATA, EC2), 150, "Service credit for SLA breach, eu-west-1"),
    ] {
        let cost = -share(sums.all[account][product], percent, 10);
        let mut line = closing(bill, "Credit", (account, product), cost, chance);
        line.cells.set(Col::Description, words);
        lines.push(line);
    }
    lines.retain(|line| !line.cost.is_zero());
    lines
}

/// The fees of a month that hang on no reservation: support, and a marketplace subscription.
pub fn fees(bill: &Bill, sums: &Sums, chance: &mut Chance) -> Vec<Closing> {
    let charges = sums.all.iter().flat_map(|account| {
        account.iter().enumerate().filter(|(product, _)| PRODUCTS[*product].seller.is_none()).map(|(_, cost)| *cost)
    });
    let charges = charges.fold(Money::ZERO, |sum, cost| sum + cost);
    let first_tier = Money(10_000 * Amount::ONE.figure().0);
    let (low, high) = if charges > first_tier { (first_tier, charges - first_tier) } else { (charges, Money::ZERO) };
    let support = share(low, 1_000, 2) + share(high, 700, 2);
    let mut support = closing(bill, "Fee", (PAYER, SUPPORT), support, chance);
    support
        .cells
        .set(Col::UsageType, "Dollar")
        .set(Col::Description, "AWS Support (Business): 10% of the first $10,000, 7% of usage above");
    let mut market = closing(bill, "Fee", (MARKET, OBSERVER), Money(149 * Amount::ONE.figure().0), chance);
    market
        .cells
        .set(Col::UsageType, "MP:platform_fee")
        .set(Col::Description, "AWS Marketplace software usage|eu-central-1|Gletscher Observe platform fee");
    vec![support, market]
}

/// Tax on what each taxed account was charged for each product. In a restatement the first line
/// has `moved` from the account that used the service to the one that pays the bill.
pub fn taxes(bill: &Bill, sums: &Sums, moved: bool, chance: &mut Chance) -> Vec<Closing> {
    let mut lines = Vec::new();
    for account in (0..ACCOUNTS.len()).filter(|account| ACCOUNTS[*account].tax > 0) {
        let owner = &ACCOUNTS[account];
        for (product, sold) in PRODUCTS.iter().enumerate() {
            let cost = share(sums.all[account][product], owner.tax, 2);
            if cost <= Money::ZERO {
                continue;
            }
            let mut line = closing(bill, "Tax", (account, product), cost, chance);
            line.cells
                .set(Col::TaxType, owner.tax_type)
                .set(Col::Description, format!("Tax for product code {}", sold.code))
                .clear(Col::UnblendedRate)
                .clear(Col::BlendedRate);
            if moved && account == CHECKOUT && product == EC2 {
                line.cells.set(Col::UsageAccountId, ACCOUNTS[PAYER].id);
                line.cells.set(Col::BusinessUnit, ACCOUNTS[PAYER].business_unit);
            }
            lines.push(line);
        }
    }
    lines
}

/// The refund that the restatement of a month brings.
pub fn refund(bill: &Bill, sums: &Sums, chance: &mut Chance) -> Closing {
    let cost = -share(sums.all[DATA][EC2], 200, 2);
    let mut line = closing(bill, "Refund", (DATA, EC2), cost, chance);
    line.cells.set(Col::BillType, "Refund").set(Col::Description, "Refund for \"AmazonEC2\", case 1184402, eu-west-1");
    line
}

fn closing(
    bill: &Bill,
    line_type: &str,
    (account, product): (usize, usize),
    cost: Money,
    chance: &mut Chance,
) -> Closing {
    let mut cells = bill.cells(line_type, account, product, chance);
    cells
        .amount(Col::UsageAmount, Amount::ONE)
        .money(Col::UnblendedRate, cost)
        .money(Col::UnblendedCost, cost)
        .money(Col::BlendedRate, cost)
        .money(Col::BlendedCost, cost);
    Closing { cells, account, product, cost }
}

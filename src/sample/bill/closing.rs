//! The lines that AWS works out when the month is metered: discounts, credits, fees, taxes, and
//! the refund that comes with a restatement. Each is a share of sums of the lines before it.

use super::Bill;
use super::line::Cells;
use crate::focus::Money;
use crate::sample::columns::Col;
use crate::sample::company::{Company, PAYER, Role};
use crate::sample::estate::services::{EC2, OBSERVER, PRODUCTS, S3, SUPPORT, WAF};
use crate::sample::numbers::{Amount, share};
use crate::sample::random::Chance;

/// Unblended money of a month by account and product; a product has one currency.
#[derive(Debug, Clone)]
pub struct Sums {
    all: Vec<Vec<Money>>,
    /// What the enterprise discount takes off, line by line.
    discounts: Vec<Vec<Money>>,
}

impl Sums {
    pub fn new(company: &Company) -> Self {
        let zeros = vec![vec![Money::ZERO; PRODUCTS.len()]; company.accounts.len()];
        Sums { all: zeros.clone(), discounts: zeros }
    }

    /// Counts a line and its discount.
    pub fn add(&mut self, account: usize, product: usize, cost: Money, discount: Money) {
        self.all[account][product] += cost;
        self.discounts[account][product] += discount;
    }
}

/// The enterprise discount, in percent × 100.
pub const DISCOUNT: i128 = 500;

/// What discounts take off a line of usage on demand: the enterprise discount, or all of it where
/// the service comes free with another contract; both negative.
pub fn discounts(product: usize, cost: Money) -> (Option<Money>, Option<Money>) {
    match product {
        // What comes free is not discounted too.
        WAF => (None, Some(-cost)),
        _ if PRODUCTS[product].seller.is_none() => (Some(-share(cost, DISCOUNT, 18)), None),
        _ => (None, None),
    }
}

/// A closing line: its cells, whose it is, and what it costs.
pub struct Closing {
    pub cells: Cells,
    pub account: usize,
    pub product: usize,
    pub cost: Money,
}

/// Discounts and credits: what lowers the bill before tax.
pub fn reductions(bill: &Bill, sums: &Sums, chance: &mut Chance) -> Vec<Closing> {
    let mut lines = Vec::new();
    for account in 0..bill.company.accounts.len() {
        for product in 0..PRODUCTS.len() {
            let cost = sums.discounts[account][product];
            if cost.is_zero() {
                continue;
            }
            let (kind, words) = match product {
                WAF => ("BundledDiscount", "AWS WAF usage included in the CloudFront security savings bundle"),
                _ => ("EdpDiscount", "Enterprise Discount Program Discount"),
            };
            let mut line = closing(bill, kind, (account, product), cost, chance);
            line.cells.set(Col::Description, words);
            lines.push(line);
        }
    }
    let company = bill.company;
    for ((account, product), percent, words) in [
        ((company.development(1), EC2), 2_500, "AWS Activate promotional credit, \"Startup\" tier"),
        ((company.production(3), S3), 400, "Migration Acceleration Program credit"),
        ((company.production(3), EC2), 150, "Service credit for SLA breach, eu-west-1"),
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
    let mut market =
        closing(bill, "Fee", (bill.company.role(Role::Market), OBSERVER), Money(149 * Amount::ONE.figure().0), chance);
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
    let (accounts, moving) = (&bill.company.accounts, bill.company.production(1));
    for (account, owner) in accounts.iter().enumerate().filter(|(_, account)| account.tax > 0) {
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
            if moved && account == moving && product == EC2 {
                let payer = &accounts[PAYER];
                line.account = PAYER;
                line.cells
                    .set(Col::UsageAccountId, payer.id.as_str())
                    .set(Col::UsageAccountName, payer.name.as_str())
                    .set(Col::BusinessUnit, payer.business_unit);
            }
            lines.push(line);
        }
    }
    lines
}

/// The refund that the restatement of a month brings.
pub fn refund(bill: &Bill, sums: &Sums, chance: &mut Chance) -> Closing {
    let account = bill.company.production(3);
    let cost = -share(sums.all[account][EC2], 200, 2);
    let mut line = closing(bill, "Refund", (account, EC2), cost, chance);
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

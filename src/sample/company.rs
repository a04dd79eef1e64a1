//! Larkfield, a company that does not exist: its accounts, the regions it runs in, its teams.

/// An account of the organisation.
pub struct Account {
    pub id: &'static str,
    pub name: &'static str,
    /// The value of `costCategory/BusinessUnit`; empty where nobody claimed the account.
    pub business_unit: &'static str,
    pub environment: &'static str,
    /// Who invoices it: the seller of record of its country.
    pub legal_entity: &'static str,
    /// Tax on its charges in percent × 100; zero means untaxed.
    pub tax: i128,
    pub tax_type: &'static str,
    /// What runs there, as indices into [`APPS`].
    pub apps: &'static [usize],
}

const US: &str = "Amazon Web Services, Inc.";
const EU: &str = "Amazon Web Services EMEA SARL";

pub const PAYER: usize = 0;
pub const WEB: usize = 1;
pub const DATA: usize = 2;
pub const CHECKOUT: usize = 3;
pub const PLATFORM: usize = 4;
pub const STAGING: usize = 5;
pub const DEV: usize = 6;
pub const SECURITY: usize = 7;
/// Only marketplace subscriptions, invoiced in euro.
pub const MARKET: usize = 8;

pub const ACCOUNTS: [Account; 9] = [
    account("418801120017", "larkfield", "Shared", "prod", US, 0, "", &[8]),
    account("204516638824", "web-prod", "Maps", "prod", US, 625, "USSalesTax", &[0, 1, 2]),
    account("533017284406", "data-prod", "Insights", "prod", US, 0, "", &[6, 7]),
    account("861940057312", "checkout-prod", "Commerce", "prod", EU, 1900, "VAT", &[3, 4]),
    // An account id is text: this one would lose its zero as a number.
    account("097250418863", "platform-prod", "Shared", "prod", US, 0, "", &[5, 8]),
    account("370184926651", "staging", "Maps", "staging", US, 0, "", &[0, 1, 3]),
    account("642907713385", "dev", "", "dev", US, 0, "", &[1, 6, 8]),
    account("715526094430", "security", "Shared", "prod", US, 0, "", &[9]),
    account("928164305517", "marketplace", "Commerce", "prod", EU, 1900, "VAT", &[3, 7]),
];

const fn account(
    id: &'static str,
    name: &'static str,
    business_unit: &'static str,
    environment: &'static str,
    legal_entity: &'static str,
    tax: i128,
    tax_type: &'static str,
    apps: &'static [usize],
) -> Account {
    Account { id, name, business_unit, environment, legal_entity, tax, tax_type, apps }
}

/// An application and the team that owns it.
pub const APPS: [(&str, &str); 10] = [
    ("tiles", "maps"),
    ("routing", "maps"),
    ("geocoder", "maps"),
    ("payments", "commerce"),
    ("ledger", "commerce"),
    ("notifications", "platform"),
    ("warehouse", "insights"),
    ("events", "insights"),
    ("ci", "platform"),
    ("auth", "security"),
];

/// A region, with the two prefixes its usage types have and its prices in percent of the first's.
pub struct Region {
    pub code: &'static str,
    /// Of the services that were there first.
    pub old_prefix: &'static str,
    /// Of those that came later.
    pub new_prefix: &'static str,
    pub location: &'static str,
    pub price_percent: i64,
}

pub const US_EAST: usize = 0;
pub const US_WEST: usize = 1;
pub const IRELAND: usize = 2;
pub const FRANKFURT: usize = 3;
pub const SINGAPORE: usize = 4;
pub const SAO_PAULO: usize = 5;

pub const REGIONS: [Region; 6] = [
    region("us-east-1", "", "USE1-", "US East (N. Virginia)", 100),
    region("us-west-2", "USW2-", "USW2-", "US West (Oregon)", 100),
    region("eu-west-1", "EU-", "EUW1-", "EU (Ireland)", 111),
    region("eu-central-1", "EUC1-", "EUC1-", "EU (Frankfurt)", 119),
    region("ap-southeast-1", "APS1-", "APS1-", "Asia Pacific (Singapore)", 123),
    region("sa-east-1", "SAE1-", "SAE1-", "South America (Sao Paulo)", 160),
];

const fn region(
    code: &'static str,
    old_prefix: &'static str,
    new_prefix: &'static str,
    location: &'static str,
    price_percent: i64,
) -> Region {
    Region { code, old_prefix, new_prefix, location, price_percent }
}

/// Where things that are no machines run: account and region, cycled through.
pub const PLACES: [(usize, usize); 17] = [
    (WEB, US_EAST),
    (DATA, IRELAND),
    (CHECKOUT, FRANKFURT),
    (WEB, US_WEST),
    (PLATFORM, US_EAST),
    (STAGING, FRANKFURT),
    (WEB, SINGAPORE),
    (DATA, US_EAST),
    (CHECKOUT, IRELAND),
    (DEV, US_EAST),
    (WEB, SAO_PAULO),
    (PLATFORM, IRELAND),
    (CHECKOUT, SINGAPORE),
    (DATA, IRELAND),
    (SECURITY, US_EAST),
    (STAGING, US_EAST),
    (PAYER, US_EAST),
];

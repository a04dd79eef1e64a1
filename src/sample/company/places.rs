//! The regions the company runs in.

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

//! Exports that come as dumps of a table which is only ever appended to.

/// How the rows of such dumps belong together.
#[derive(Debug, PartialEq, Eq)]
pub struct Slices {
    /// The column with the time of each row's export.
    pub time: &'static str,
    /// Where commitment fees and what they cover are rows of their own.
    pub commitments: Option<&'static Commitments>,
}

/// The words by which commitment fees, and the usage that they cover, are known.
///
/// Google's committed use discounts before the new data model: a fee is a row, covered usage carries a
/// credit (<https://cloud.google.com/docs/cuds-attribution>).
#[derive(Debug, PartialEq, Eq)]
pub struct Commitments {
    pub billing_account: &'static str,
    pub currency: &'static str,
    pub sub_account: &'static str,
    pub start: &'static str,
    pub line_type: &'static str,
    /// The line type that fees and usage have.
    pub regular: &'static str,
    pub cost: &'static str,
    /// A list with the fields `type`, `amount` and `full_name`.
    pub credits: &'static str,
    /// A list with the fields `key` and `value`.
    pub labels: &'static str,
    pub service: &'static str,
    pub sku: &'static str,
    pub description: &'static str,
    pub region: &'static str,
    pub unit: &'static str,
    pub quantity: &'static str,
    pub priced_quantity: &'static str,
    /// Units of the billing currency per US dollar.
    pub conversion_rate: &'static str,
    pub subscription: &'static str,
    /// How the description of every fee begins, and that of a fee for an amount of money.
    pub fee: &'static str,
    pub spend_fee: &'static str,
    /// The types of credits: of a quantity, of an amount of money, and of fees that need no sharing out.
    pub quantity_credit: &'static str,
    pub spend_credit: &'static str,
    pub offset_credit: &'static str,
    /// The label that says which SKU's usage a fee was charged for.
    pub originating_sku: &'static str,
}

/// The columns that sharing out fees adds to the rows of a billing period: what of the fees a row carries
/// (on a fee: what it has given away, below 0), in the billing currency; and the commitment it came from.
pub const COMMITMENT_COST: &str = "x_CommitmentCost";
pub const COMMITMENT_ID: &str = "x_CommitmentId";

//! The words a mapping is written in.

use super::path;

/// Columns that no mapping gives: they follow from the delivery and the row.
pub const GIVEN: [&str; 5] = ["x_SourceId", "x_SourceFile", "x_SourceRow", "x_BillingMonth", "x_ChargeDay"];

/// Columns that a mapping gives.
pub const COLUMNS: usize = 73;

/// A mapping in which some columns come from elsewhere: what a format adds to one it resembles.
pub const fn replaced(
    mut mapping: [(&'static str, From); COLUMNS],
    changes: &[(&'static str, From)],
) -> [(&'static str, From); COLUMNS] {
    let mut change = 0;
    while change < changes.len() {
        let mut at = 0;
        while at < COLUMNS {
            if same(mapping[at].0.as_bytes(), changes[change].0.as_bytes()) {
                mapping[at] = changes[change];
            }
            at += 1;
        }
        change += 1;
    }
    mapping
}

/// Texts cannot be compared yet where constants are made.
const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Where the value of one FOCUS column comes from.
#[derive(Debug, Clone, Copy)]
pub enum From {
    /// A native column; null where the export lacks it.
    Column(&'static str),
    /// The first of several that has a value.
    FirstOf(&'static [From]),
    Literal(&'static str),
    /// A value of a lookup table (see [`super::lookup`]) by the native value of a column.
    Lookup {
        table: &'static str,
        key: &'static str,
        value: &'static str,
    },
    /// The first case whose condition holds.
    When(&'static [(Condition, From)]),
    /// One mapping for deliveries on the gross basis, one for the net.
    ByBasis {
        gross: &'static From,
        net: &'static From,
    },
    /// Sum of signed native money columns, or of sums as [`path`] names them.
    Sum(&'static [(i8, &'static str)]),
    /// What only code can say.
    Derived(Derived),
    /// No value, and why.
    Absent(&'static str),
}

/// A test on native values.
#[derive(Debug, Clone, Copy)]
pub enum Condition {
    Always,
    OneOf(&'static str, &'static [&'static str]),
    Present(&'static str),
    Blank(&'static str),
    StartsWith(&'static str, &'static str),
    Contains(&'static str, &'static str),
    /// A list (see [`path`]) has an item of a filter: `credits[type=PROMOTION]`.
    HasItem(&'static str),
    /// The decimal value is below zero.
    Negative(&'static str),
    All(&'static [Condition]),
    Any(&'static [Condition]),
}

/// Values that need code; each names what it reads.
#[derive(Debug, Clone, Copy)]
pub enum Derived {
    /// A JSON object of every column under a prefix that has a value; `strip` is taken off the keys.
    Object { prefix: &'static str, strip: &'static str },
    /// JSON text of the export, keys sorted, text `NULL` and empty objects' spelling evened out.
    Json(&'static str),
    /// A value of a closed set in whatever case the export writes it.
    Closed(&'static str),
    /// `a × b / c` at 18 decimals, half-even; the value of `a` where `c` is blank or zero.
    Scaled {
        minuend: &'static str,
        subtrahend: &'static str,
        times: &'static [&'static str],
        by: &'static [&'static str],
    },
    /// The part of a text after its last `/` or `:`.
    LastSegment(&'static str),
    /// The kind of resource an ARN or an AWS id names.
    ArnType(&'static str),
    /// The value of the first of these keys that a map in a column has.
    Entry { column: &'static str, keys: &'static [&'static str] },
    /// The entries of a map in a column as a JSON object, keys sorted.
    Entries {
        column: &'static str,
        /// Only keys that begin with it, which is taken off; empty: all keys.
        only: &'static str,
        /// Keys that begin with one of these are left out.
        without: &'static [&'static str],
        /// What the beginning of a key becomes: the first pair that fits.
        rename: &'static [(&'static str, &'static str)],
    },
    /// The machine type that an AWS usage type ends with: `EUW1-BoxUsage:m5.large`.
    MachineType(&'static str),
    /// The first instant, in US Pacific time, of the month a column names as `202610`.
    PacificMonth(&'static str),
    /// The first instant after that month.
    PacificMonthEnd(&'static str),
    /// A JSON object of lists with the fields `key` and `value` (see [`path`]), in order of precedence.
    KeyValues(&'static [&'static str]),
    /// The value of a key in such a list.
    KeyValue { list: &'static str, key: &'static str },
    /// The value of a field of the first item of a list that has one: `credits[type=PROMOTION].id`.
    Item(&'static str),
    /// A JSON object of the sums of one field of a list by another: `amount` by `type`.
    SumsBy { list: &'static str, key: &'static str, amount: &'static str },
    /// The collection in the path that names a resource: `instances` of `//…/zones/a/instances/1`.
    Collection(&'static str),
    /// The first instant of the day after the one in a column: the end of a period whose last day is told.
    NextDay(&'static str),
    /// `price × quantity × rate` at 18 decimals, half-even after each product. Null where the price is
    /// blank or 0 (not told) or the quantity blank; a rate that is blank or not exported is 1.
    Priced { price: &'static str, quantity: Option<&'static str>, rate: &'static str },
    /// A quantity of blocks in units: 0.0004 of `10K` is 4. Azure's unit of measure says the block.
    InUnits { quantity: &'static str, measure: &'static str },
    /// The unit that a price is for, with its block: `10000 Units` of `10K`.
    PriceUnit(&'static str),
    /// The unit inside a block: `Units` of `10K`.
    Unit(&'static str),
    /// The type of the resource that an Azure resource id names, in lower case:
    /// `microsoft.compute/virtualmachines`.
    ArmType(&'static str),
    /// An Azure resource id without a last collection that names no member (`…/reservations/`).
    ArmId(&'static str),
    /// A value of a lookup table by the type of resource that an Azure resource id names; with `parents`,
    /// else by the type it lies in, down to its provider.
    ArmLookup { id: &'static str, table: &'static str, value: &'static str, parents: bool },
    /// The value of the first of these keys of a map that a column may hold; any other text is no map.
    Detail { column: &'static str, keys: &'static [&'static str] },
    /// A JSON object of these columns, where one of them has a value.
    Columns(&'static [&'static str]),
}

impl From {
    /// Every native column it reads.
    pub fn reads(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.gather(&mut names);
        names
    }

    fn gather(&self, names: &mut Vec<&'static str>) {
        match self {
            Self::Column(name) | Self::Lookup { key: name, .. } => names.push(name),
            Self::FirstOf(all) => all.iter().for_each(|from| from.gather(names)),
            Self::When(cases) => {
                for (condition, from) in *cases {
                    condition.gather(names);
                    from.gather(names);
                }
            }
            Self::ByBasis { gross, net } => {
                gross.gather(names);
                net.gather(names);
            }
            Self::Sum(terms) => names.extend(terms.iter().flat_map(|(_, name)| path::columns(name))),
            Self::Derived(derived) => match derived {
                Derived::Object { .. } => {}
                Derived::Json(name) | Derived::Closed(name) | Derived::LastSegment(name) | Derived::ArnType(name) => {
                    names.push(name);
                }
                Derived::MachineType(name)
                | Derived::NextDay(name)
                | Derived::PriceUnit(name)
                | Derived::Unit(name)
                | Derived::ArmType(name)
                | Derived::ArmId(name)
                | Derived::ArmLookup { id: name, .. }
                | Derived::Detail { column: name, .. }
                | Derived::Entry { column: name, .. }
                | Derived::Entries { column: name, .. } => names.push(name),
                Derived::PacificMonth(name) | Derived::PacificMonthEnd(name) | Derived::Collection(name) => {
                    names.push(name);
                }
                Derived::KeyValues(lists) => names.extend(lists.iter().flat_map(|list| path::columns(list))),
                Derived::KeyValue { list, .. } | Derived::Item(list) | Derived::SumsBy { list, .. } => {
                    names.extend(path::columns(list));
                }
                Derived::Priced { price, quantity, rate } => {
                    names.push(price);
                    names.extend(*quantity);
                    names.push(rate);
                }
                Derived::InUnits { quantity, measure } => names.extend([*quantity, *measure]),
                Derived::Columns(columns) => names.extend(*columns),
                Derived::Scaled { minuend, subtrahend, times, by } => {
                    names.extend([*minuend, *subtrahend]);
                    names.extend(times.iter().chain(*by));
                }
            },
            Self::Literal(_) | Self::Absent(_) => {}
        }
    }

    /// Every lookup table it reads.
    pub fn tables(&self) -> Vec<&'static str> {
        match self {
            Self::Lookup { table, .. } | Self::Derived(Derived::ArmLookup { table, .. }) => vec![table],
            Self::Derived(Derived::InUnits { .. } | Derived::PriceUnit(_) | Derived::Unit(_)) => vec!["azure_units"],
            Self::FirstOf(all) => all.iter().flat_map(From::tables).collect(),
            Self::When(cases) => cases.iter().flat_map(|(_, from)| from.tables()).collect(),
            Self::ByBasis { gross, net } => gross.tables().into_iter().chain(net.tables()).collect(),
            _ => Vec::new(),
        }
    }

    /// Every literal it can yield.
    pub fn literals(&self) -> Vec<&'static str> {
        match self {
            Self::Literal(text) => vec![text],
            Self::FirstOf(all) => all.iter().flat_map(From::literals).collect(),
            Self::When(cases) => cases.iter().flat_map(|(_, from)| from.literals()).collect(),
            Self::ByBasis { gross, net } => gross.literals().into_iter().chain(net.literals()).collect(),
            _ => Vec::new(),
        }
    }
}

impl Condition {
    fn gather(&self, names: &mut Vec<&'static str>) {
        match self {
            Self::Always => {}
            Self::OneOf(name, _)
            | Self::Present(name)
            | Self::Blank(name)
            | Self::StartsWith(name, _)
            | Self::Contains(name, _)
            | Self::Negative(name) => names.push(name),
            Self::HasItem(list) => names.extend(path::columns(list)),
            Self::All(all) | Self::Any(all) => all.iter().for_each(|condition| condition.gather(names)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::format::{find, lookup};

    /// A table that a mapping reads and its fingerprint does not know would leave old rows standing.
    #[test]
    fn a_mapping_knows_its_tables() {
        let tables = |id: &str| {
            let format = find(id).unwrap();
            let mut tables: Vec<_> = format.mapping.iter().flat_map(|(_, from)| from.tables()).collect();
            tables.sort_unstable();
            tables.dedup();
            tables
        };
        let azure =
            ["azure_meter_categories", "azure_regions", "azure_resource_types", "azure_services", "azure_units"];
        assert_eq!(tables("azure-cost-details"), azure);
        assert_eq!(tables("aws-cur2"), ["aws_services"]);
        assert!(lookup::text(&azure).len() > 2 * lookup::text(&[]).len());
    }
}

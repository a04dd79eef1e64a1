//! Net or gross: once per delivery, never per row.

use super::BasisWish;
use super::input;
use crate::error::{Error, Result};
use crate::focus::money::{COST_SCALE, parse_decimal};
use crate::focus::{Delivery, LandedDelivery, MoneyBasis};
use crate::format::{Format, Header};
use std::path::{Path, PathBuf};

/// The basis of a delivery: what the config says, else by the header of its first file; where every
/// delivery has the net columns, by its first charge.
pub fn first_basis(delivery: &Delivery, format: &Format, wish: BasisWish) -> Result<MoneyBasis> {
    let files: Vec<_> = delivery.files.iter().map(|file| (file.path.as_path(), file.key.as_str())).collect();
    basis_of(&files, &delivery.origin, format, wish)
}

/// The same of a landed delivery, whose parts hold what its files held.
pub fn landed_basis(landed: &LandedDelivery, format: &Format, wish: BasisWish) -> Result<MoneyBasis> {
    let parts: Vec<(PathBuf, &str)> =
        landed.parts.iter().map(|part| (landed.folder.join(&part.name), part.file.as_str())).collect();
    let files: Vec<_> = parts.iter().map(|(path, key)| (path.as_path(), *key)).collect();
    basis_of(&files, &landed.origin, format, wish)
}

fn basis_of(files: &[(&Path, &str)], origin: &str, format: &Format, wish: BasisWish) -> Result<MoneyBasis> {
    let first = files.first();
    let (first, first_key) = first.ok_or_else(|| Error::source(origin, "names no files", "check the export"))?;
    let Some((_, first_net)) = format.native.net_columns.first() else {
        return Ok(MoneyBasis::Gross);
    };
    let header = Header::new(format.header, input::open(first, first_key)?.header().to_vec());
    if wish == BasisWish::Gross || (wish == BasisWish::Auto && !header.has(first_net)) {
        return Ok(MoneyBasis::Gross);
    }
    if wish == BasisWish::Auto && format.native.net_by_value && !first_charge_has(files, format, first_net)? {
        return Ok(MoneyBasis::Gross);
    }
    let missing: Vec<_> = format
        .native
        .net_columns
        .iter()
        .enumerate()
        .filter(|(at, (gross, net))| !header.has(net) && (*at == 0 || header.has(gross)))
        .map(|(_, (_, net))| *net)
        .collect();
    if missing.is_empty() {
        return Ok(MoneyBasis::Net);
    }
    Err(Error::source(
        *first_key,
        format!("has net costs but lacks {}", missing.join(", ")),
        "export these columns too, or say money_basis = \"gross\" for this source",
    ))
}

/// Does the delivery's first charge have a value in this column?
fn first_charge_has(files: &[(&Path, &str)], format: &Format, column: &str) -> Result<bool> {
    for (path, key) in files {
        let mut input = input::open(path, key)?;
        if input.advance(1)? {
            let position = Header::new(format.header, input.header().to_vec()).position(column);
            return Ok(position.is_some_and(|at| !input.cell(at).is_empty()));
        }
    }
    Ok(false)
}

/// What a charge of a gross delivery must not carry: net costs that only some charges have, and
/// discounts that only net costs know.
pub struct GrossCheck {
    /// The net column, where the first charge had no value in it.
    net: Option<(usize, &'static str)>,
    /// The first column of the format's that says what net costs leave out.
    discount: Option<(usize, &'static str)>,
    last: Vec<u8>,
}

impl GrossCheck {
    pub fn new(format: &Format, header: &Header, basis: MoneyBasis, wish: BasisWish) -> Self {
        let gross = basis == MoneyBasis::Gross;
        let find = |name: &&'static str| header.position(name).map(|at| (at, *name));
        let net = format.native.net_columns.first().filter(|_| format.native.net_by_value && wish == BasisWish::Auto);
        Self {
            net: net.filter(|_| gross).and_then(|(_, net)| find(net)),
            discount: format.native.only_net.iter().filter(|_| gross).find_map(find),
            last: Vec::new(),
        }
    }

    /// Refuses the current row; `refuse` makes the error of a column, its text, what is wrong and the remedy.
    pub fn check<'i>(
        &mut self,
        cell: impl Fn(usize) -> &'i [u8],
        refuse: impl Fn(&str, &[u8], &str, &str) -> Error,
    ) -> Result<()> {
        if let Some((at, name)) = self.net
            && !cell(at).is_empty()
        {
            let what = "a net cost, and the delivery's first charge has none";
            let remedy = "deliver the period again, or say money_basis for this source";
            return Err(refuse(name, cell(at), what, remedy));
        }
        if let Some((at, name)) = self.discount {
            let text = cell(at);
            if text != self.last.as_slice() {
                if is_discount(text) {
                    let what = "a discount, and the gross costs leave it out";
                    let remedy = "export the net costs and leave money_basis out; or let the export write discounts \
                                  as lines (manual discount compatibility)";
                    return Err(refuse(name, text, what, remedy));
                }
                self.last = text.to_vec();
            }
        }
        Ok(())
    }
}

/// An amount that is not 0, or a map with one.
fn is_discount(text: &[u8]) -> bool {
    let amount = |text: &[u8]| parse_decimal(text, COST_SCALE).is_ok_and(|amount| amount.value != 0);
    match serde_json::from_slice::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(map)) => map.values().any(|value| match value {
            serde_json::Value::String(text) => amount(text.as_bytes()),
            value => amount(value.to_string().as_bytes()),
        }),
        _ => amount(text),
    }
}

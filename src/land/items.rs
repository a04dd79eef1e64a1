//! The items of a list in a landed cell: `[{"amount":"-0.5","type":"PROMOTION"}]`.
//!
//! Read by hand and not by the JSON reader that the mapping uses: what sums the source shares nothing with
//! what makes `cost` of it.

use crate::focus::money::{COST_SCALE, Parsed, parse_decimal};
use crate::format::path::List;

/// A cell that is no list of flat objects, or an amount in it that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAList;

/// Σ of a list's amounts, at 18 decimals; an item without the field adds nothing.
pub fn sum(text: &[u8], list: &List) -> Result<Parsed, NotAList> {
    let mut total = Parsed { value: 0, residual: 0 };
    each(text, |item| {
        let is = |(name, value): (&str, &str)| field(item, name) == Some(value.as_bytes());
        let Some(amount) = field(item, list.field).filter(|_| list.only.is_none_or(is)) else { return Ok(()) };
        let parsed = parse_decimal(amount, COST_SCALE).map_err(|_| NotAList)?;
        total.value = total.value.checked_add(parsed.value).ok_or(NotAList)?;
        total.residual += parsed.residual;
        Ok(())
    })?;
    Ok(total)
}

/// The fields of one item: names and values, without escapes.
pub type Item = [(Vec<u8>, Vec<u8>)];

/// The value of an item's field, by its name in any case.
pub fn field<'i>(item: &'i Item, name: &str) -> Option<&'i [u8]> {
    let same = |(own, _): &&(Vec<u8>, Vec<u8>)| own.eq_ignore_ascii_case(name.as_bytes());
    item.iter().find(same).map(|(_, value)| value.as_slice())
}

/// Tells every item of a list; a blank cell has none.
pub fn each(text: &[u8], mut tell: impl FnMut(&Item) -> Result<(), NotAList>) -> Result<(), NotAList> {
    if text.is_empty() {
        return Ok(());
    }
    let mut scanner = Scanner { text, at: 0 };
    scanner.take(b'[')?;
    if scanner.next_is(b']') {
        return Ok(());
    }
    let mut item = Vec::new();
    loop {
        item.clear();
        scanner.object(&mut item)?;
        tell(&item)?;
        match scanner.sign()? {
            b',' => {}
            b']' if scanner.at == text.len() => return Ok(()),
            _ => return Err(NotAList),
        }
    }
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    fn sign(&mut self) -> Result<u8, NotAList> {
        let sign = *self.text.get(self.at).ok_or(NotAList)?;
        self.at += 1;
        Ok(sign)
    }

    fn take(&mut self, wanted: u8) -> Result<(), NotAList> {
        if self.sign()? == wanted { Ok(()) } else { Err(NotAList) }
    }

    /// Is this sign next? Then it is passed.
    fn next_is(&mut self, wanted: u8) -> bool {
        let is = self.text.get(self.at) == Some(&wanted);
        self.at += usize::from(is);
        is
    }

    fn object(&mut self, item: &mut Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), NotAList> {
        self.take(b'{')?;
        if self.next_is(b'}') {
            return Ok(());
        }
        loop {
            let name = self.string()?;
            self.take(b':')?;
            item.push((name, self.string()?));
            match self.sign()? {
                b',' => {}
                b'}' => return Ok(()),
                _ => return Err(NotAList),
            }
        }
    }

    fn string(&mut self) -> Result<Vec<u8>, NotAList> {
        self.take(b'"')?;
        let mut out = Vec::new();
        loop {
            match self.sign()? {
                b'"' => return Ok(out),
                b'\\' => self.escape(&mut out)?,
                sign => out.push(sign),
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), NotAList> {
        let plain = match self.sign()? {
            sign @ (b'"' | b'\\' | b'/') => sign,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                // Only control signs are escaped so in landed texts.
                let code = self.text.get(self.at..self.at + 4).ok_or(NotAList)?;
                self.at += 4;
                let code = std::str::from_utf8(code).ok().and_then(|code| u8::from_str_radix(code, 16).ok());
                code.ok_or(NotAList)?
            }
            _ => return Err(NotAList),
        };
        out.push(plain);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::path;

    fn sum_of(text: &str, name: &'static str) -> Option<i128> {
        sum(text.as_bytes(), &path::list(name).unwrap()).ok().map(|sum| sum.value)
    }

    #[test]
    fn amounts_of_the_items_that_are_asked_for_are_added() {
        let text = r#"[{"amount":"-0.5","type":"A"},{"amount":"-2.25","name":"a \"b\"","type":"B"},{"type":"A"}]"#;
        assert_eq!(sum_of(text, "credits[].amount"), Some(-2_750_000_000_000_000_000));
        assert_eq!(sum_of(text, "credits[type=B].amount"), Some(-2_250_000_000_000_000_000));
        assert_eq!([sum_of("", "c[].amount"), sum_of("[]", "c[].amount")], [Some(0), Some(0)]);
        // Google's FOCUS export writes its fields in capitals.
        assert_eq!(sum_of(r#"[{"Amount":"1"}]"#, "c[].amount"), Some(10i128.pow(18)));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["{}", "[", "[{]", r#"[{"amount":"x"}]"#, r#"[{"amount":"1"}"#, r#"[{"amount":"1"}]x"#] {
            assert_eq!(sum_of(text, "credits[].amount"), None, "{text}");
        }
    }
}

//! Memory sizes: a whole number with KiB, MiB or GiB.

/// Below this the streaming pass has no room for one row group of a wide export.
pub(super) const SMALLEST_LIMIT: u64 = 256 << 20;

/// Bytes of `1GiB`, `512 MiB`. The error says what is wrong with the text.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a memory size");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim_start() {
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(wrong()),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(wrong)?;
    if bytes < SMALLEST_LIMIT { Err(format!("`{text}` is too little memory to work in")) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(parse_size("1GiB"), Ok(1_073_741_824));
        assert_eq!(parse_size("512 MiB"), Ok(536_870_912));
        assert_eq!(parse_size("262144KiB"), Ok(SMALLEST_LIMIT));
        for wrong in ["262143KiB", "255MiB", "1GB", "GiB", "1", "-1GiB", "1.5GiB", "99999999999999GiB", "1gib", ""] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}

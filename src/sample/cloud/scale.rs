//! How large an estate has about the rows asked for: the scale is found by bisection over what the
//! streams and machines of an estate meter in a month of thirty days.

use super::Estate;
use crate::error::Result;

/// The estate for about `rows` rows a month; each machine has `per_machine` rows a day.
pub fn fit(rows: u64, per_machine: u64, draw: impl Fn(u64) -> Result<Estate>) -> Result<Estate> {
    let count = |estate: &Estate| 30 * (estate.streams.len() as u64 + per_machine * estate.machines.len() as u64);
    let mut low = draw(0)?;
    if count(&low) >= rows {
        return Ok(low);
    }
    let (mut below, mut above) = (0, 1_000);
    loop {
        let high = draw(above)?;
        if count(&high) >= rows || above >= 1_000_000 {
            break;
        }
        (below, above, low) = (above, above * 2, high);
    }
    while above - below > 1 {
        let middle = (below + above) / 2;
        let estate = draw(middle)?;
        if count(&estate) >= rows {
            above = middle;
        } else {
            (below, low) = (middle, estate);
        }
    }
    Ok(low)
}

//! Exact sums of cells, for totals and for "other".

use crate::transform::Cell;

/// `a + b`, exact for decimals and integers; null counts as nothing. `None` when a sum leaves its
/// type or the cells are not of one kind.
pub fn add(a: &Cell, b: &Cell) -> Option<Cell> {
    Some(match (a, b) {
        (Cell::Null, other) | (other, Cell::Null) => other.clone(),
        (Cell::Decimal { value: a, scale }, Cell::Decimal { value: b, scale: other }) if scale == other => {
            Cell::Decimal { value: a.checked_add(*b)?, scale: *scale }
        }
        (Cell::Integer(a), Cell::Integer(b)) => Cell::Integer(a.checked_add(*b)?),
        (Cell::Float(a), Cell::Float(b)) => Cell::Float(a + b),
        _ => return None,
    })
}

/// The sum of many cells; null when there is nothing to add.
pub fn sum<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Option<Cell> {
    cells.into_iter().try_fold(Cell::Null, |total, cell| add(&total, cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_and_never_wrap() {
        let cent = |value| Cell::Decimal { value, scale: 18 };
        assert_eq!(sum([&cent(1), &Cell::Null, &cent(-3)]), Some(cent(-2)));
        assert_eq!(sum([]), Some(Cell::Null));
        assert_eq!(add(&cent(i128::MAX), &cent(1)), None);
        assert_eq!(add(&cent(1), &Cell::Decimal { value: 1, scale: 10 }), None);
    }
}

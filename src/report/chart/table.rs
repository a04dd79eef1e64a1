//! `table`: the rows speak for themselves.

use super::Drawing;

/// No figure: the page sets the table alone.
pub fn nothing() -> Drawing {
    Drawing::Nothing
}

//! Names of money and of lists inside an export's columns.
//!
//! A money column may be a sum: `cost+credits[].amount` is a column and, of every item of the list in
//! another one, the field `amount`. A filter picks items: `tags[inherited=false]`. Lists are JSON texts
//! as [`crate::land`] writes them: arrays of flat objects with sorted keys, every value a text.

/// A part of a money column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Column(&'static str),
    List(List),
}

/// Items of a list in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    pub column: &'static str,
    /// A field and the value it must have.
    pub only: Option<(&'static str, &'static str)>,
    /// The field asked for; empty where the items are.
    pub field: &'static str,
}

/// The parts of a money column's name.
pub fn parts(name: &'static str) -> Vec<Part> {
    name.split('+').map(|part| list(part).map_or(Part::Column(part), Part::List)).collect()
}

/// The columns that a name reads.
pub fn columns(name: &'static str) -> impl Iterator<Item = &'static str> {
    parts(name).into_iter().map(|part| match part {
        Part::Column(column) | Part::List(List { column, .. }) => column,
    })
}

/// A name that speaks of a list; `None` for a plain column.
pub fn list(name: &'static str) -> Option<List> {
    let (column, rest) = name.split_once('[')?;
    let (only, field) = rest.split_once(']')?;
    Some(List { column, only: only.split_once('='), field: field.strip_prefix('.').unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_column_or_a_sum() {
        assert_eq!(parts("service.id"), [Part::Column("service.id")]);
        let credits = List { column: "credits", only: None, field: "amount" };
        assert_eq!(parts("cost+credits[].amount"), [Part::Column("cost"), Part::List(credits)]);
        assert_eq!(columns("cost+credits[].amount").collect::<Vec<_>>(), ["cost", "credits"]);
        let direct = List { column: "tags", only: Some(("inherited", "false")), field: "" };
        assert_eq!(list("tags[inherited=false]"), Some(direct));
    }
}

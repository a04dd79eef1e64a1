//! One line of the report: cells by column, and a template that prints the line again and again
//! with another interval and other figures. Most of a line never changes from hour to hour, so
//! a row costs a few copies instead of a hundred fields.

use super::calendar::{Calendar, Span};
use super::columns::Col;
use super::numbers::{Amount, Rate, print};
use crate::focus::Money;

#[derive(Debug, Clone)]
enum Cell {
    Empty,
    Text(String),
    Hole(Hole),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hole {
    Interval,
    Start,
    End,
    /// The nth figure handed to [`Template::render`].
    Figure(u8),
}

/// The cells of a line, empty until set.
#[derive(Debug, Clone)]
pub struct Cells(Vec<Cell>);

impl Default for Cells {
    fn default() -> Self {
        let mut cells = Cells(vec![Cell::Empty; Col::COUNT]);
        cells.0[Col::TimeInterval as usize] = Cell::Hole(Hole::Interval);
        cells.0[Col::UsageStart as usize] = Cell::Hole(Hole::Start);
        cells.0[Col::UsageEnd as usize] = Cell::Hole(Hole::End);
        cells
    }
}

impl Cells {
    /// A text that all rows of the template share.
    pub fn set(&mut self, col: Col, text: impl Into<String>) -> &mut Self {
        self.0[col as usize] = Cell::Text(text.into());
        self
    }

    pub fn clear(&mut self, col: Col) -> &mut Self {
        self.0[col as usize] = Cell::Empty;
        self
    }

    /// A figure that all rows of the template share.
    pub fn money(&mut self, col: Col, value: Money) -> &mut Self {
        let mut text = Vec::new();
        print(value, &mut text);
        self.set(col, String::from_utf8_lossy(&text))
    }

    pub fn amount(&mut self, col: Col, value: Amount) -> &mut Self {
        self.money(col, value.figure())
    }

    pub fn rate(&mut self, col: Col, value: Rate) -> &mut Self {
        self.money(col, value.figure())
    }

    /// The figure with this number among those given with each row.
    pub fn figure(&mut self, col: Col, number: u8) -> &mut Self {
        self.0[col as usize] = Cell::Hole(Hole::Figure(number));
        self
    }
}

/// A line of one month, ready to be printed for any interval.
#[derive(Debug, Clone)]
pub struct Template {
    text: Vec<u8>,
    /// Where in `text` each hole stands, in order.
    holes: Vec<(usize, Hole)>,
}

impl Template {
    pub fn new(columns: &[Col], cells: &Cells) -> Self {
        let mut template = Template { text: Vec::with_capacity(1024), holes: Vec::new() };
        for (position, col) in columns.iter().enumerate() {
            if position > 0 {
                template.text.push(b',');
            }
            match &cells.0[*col as usize] {
                Cell::Empty => {}
                Cell::Text(text) => push_field(text, &mut template.text),
                Cell::Hole(hole) => template.holes.push((template.text.len(), *hole)),
            }
        }
        template.text.push(b'\n');
        template
    }

    /// Appends the row for `span` to `out`.
    pub fn render(&self, calendar: &Calendar, span: Span, figures: &[Money], out: &mut Vec<u8>) {
        let mut from = 0;
        for (at, hole) in &self.holes {
            out.extend_from_slice(&self.text[from..*at]);
            from = *at;
            match hole {
                Hole::Start => out.extend_from_slice(calendar.label(span.start)),
                Hole::End => out.extend_from_slice(calendar.label(span.end)),
                Hole::Interval => {
                    out.extend_from_slice(calendar.label(span.start));
                    out.push(b'/');
                    out.extend_from_slice(calendar.label(span.end));
                }
                Hole::Figure(number) => {
                    if let Some(figure) = figures.get(usize::from(*number)) {
                        print(*figure, out);
                    }
                }
            }
        }
        out.extend_from_slice(&self.text[from..]);
    }
}

/// A CSV field, quoted only where it must be.
fn push_field(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_cells_in_column_order() {
        let calendar = Calendar::new("2026-02".parse().unwrap());
        let mut cells = Cells::default();
        cells.set(Col::TagName, "a \"b\", c").figure(Col::UnblendedCost, 1).figure(Col::UsageAmount, 0);
        let columns = [Col::UsageStart, Col::UnblendedCost, Col::Zone, Col::TagName, Col::UsageAmount, Col::UsageEnd];
        let template = Template::new(&columns, &cells);
        let mut row = Vec::new();
        let figures = [Amount::whole(3).figure(), Rate(416_000_000).figure()];
        template.render(&calendar, Span { start: 24, end: 672 }, &figures, &mut row);
        let expected = "2026-02-02T00:00:00Z,0.0416,,\"a \"\"b\"\", c\",3.0,2026-03-01T00:00:00Z\n";
        assert_eq!(String::from_utf8(row).unwrap(), expected);
    }
}

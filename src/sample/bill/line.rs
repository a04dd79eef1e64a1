//! One line of the report: cells by column, and a template that prints the line again and again
//! with another interval and other figures. Most of a line never changes from hour to hour, so
//! a row costs a few copies instead of a hundred fields.

use crate::focus::Money;
use crate::sample::calendar::{Calendar, Span};
use crate::sample::columns::Col;
use crate::sample::numbers::{Amount, Rate, print};

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
    /// The nth figure handed to [`Filled::fill`].
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
        let mut text = String::new();
        print(value, &mut text);
        self.set(col, text)
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

/// Where a cell of a template is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Empty,
    /// Between these bytes of the values.
    Text(u32, u32),
    Hole(Hole),
}

/// A line of one month, ready to be printed for any interval.
#[derive(Debug, Clone)]
pub struct Template {
    /// By column, those of other exports too.
    places: Box<[Place]>,
    values: String,
    /// The line of the legacy CSV, and where in it each hole stands, in order.
    csv: Vec<u8>,
    holes: Vec<(u32, Hole)>,
}

/// What a row puts into the holes of its template, printed.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    interval: String,
    figures: String,
    /// Where each figure ends.
    ends: Vec<usize>,
}

impl Filled {
    /// Prints the interval and the figures of a row.
    pub fn fill(&mut self, calendar: &Calendar, span: Span, figures: &[Money]) {
        self.interval.clear();
        for part in [calendar.label(span.start), "/", calendar.label(span.end)] {
            self.interval.push_str(part);
        }
        self.figures.clear();
        self.ends.clear();
        for figure in figures {
            print(*figure, &mut self.figures);
            self.ends.push(self.figures.len());
        }
    }

    fn figure(&self, number: u8) -> &str {
        let at = usize::from(number);
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).map_or("", |end| &self.figures[start..*end])
    }

    fn text<'a>(&'a self, hole: Hole, calendar: &'a Calendar, span: Span) -> &'a str {
        match hole {
            Hole::Start => calendar.label(span.start),
            Hole::End => calendar.label(span.end),
            Hole::Interval => &self.interval,
            Hole::Figure(number) => self.figure(number),
        }
    }
}

impl Template {
    pub fn new(columns: &[Col], cells: &Cells) -> Self {
        let (mut values, mut csv, mut holes) = (String::new(), Vec::with_capacity(1024), Vec::new());
        let place = |cell: &Cell| match cell {
            Cell::Empty => Place::Empty,
            Cell::Hole(hole) => Place::Hole(*hole),
            Cell::Text(text) => {
                let start = values.len() as u32;
                values.push_str(text);
                Place::Text(start, values.len() as u32)
            }
        };
        let places = cells.0.iter().map(place).collect();
        for (position, col) in columns.iter().enumerate() {
            if position > 0 {
                csv.push(b',');
            }
            match &cells.0[*col as usize] {
                Cell::Empty => {}
                Cell::Text(text) => push_field(text, &mut csv),
                Cell::Hole(hole) => holes.push((csv.len() as u32, *hole)),
            }
        }
        csv.push(b'\n');
        Template { places, values, csv, holes }
    }

    /// The text of a cell of the row for `span`.
    pub fn get<'a>(&'a self, col: Col, calendar: &'a Calendar, span: Span, filled: &'a Filled) -> &'a str {
        match self.places[col as usize] {
            Place::Empty => "",
            Place::Text(start, end) => &self.values[start as usize..end as usize],
            Place::Hole(hole) => filled.text(hole, calendar, span),
        }
    }

    /// Appends the legacy line of the row for `span` to `out`.
    pub fn write_csv(&self, calendar: &Calendar, span: Span, filled: &Filled, out: &mut Vec<u8>) {
        let mut from = 0;
        for (at, hole) in &self.holes {
            let at = *at as usize;
            out.extend_from_slice(&self.csv[from..at]);
            from = at;
            out.extend_from_slice(filled.text(*hole, calendar, span).as_bytes());
        }
        out.extend_from_slice(&self.csv[from..]);
    }
}

/// A CSV field, quoted only where it must be.
pub(in crate::sample) fn push_field(text: &str, out: &mut Vec<u8>) {
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
        let (mut row, mut filled) = (Vec::new(), Filled::default());
        let figures = [Amount::whole(3).figure(), Rate(416_000_000).figure()];
        let span = Span { start: 24, end: 672 };
        filled.fill(&calendar, span, &figures);
        template.write_csv(&calendar, span, &filled, &mut row);
        assert_eq!(template.get(Col::TagName, &calendar, span, &filled), "a \"b\", c");
        assert_eq!(template.get(Col::UnblendedCost, &calendar, span, &filled), "0.0416");
        let interval = template.get(Col::TimeInterval, &calendar, span, &filled);
        assert_eq!(interval, "2026-02-02T00:00:00Z/2026-03-01T00:00:00Z");
        let expected = "2026-02-02T00:00:00Z,0.0416,,\"a \"\"b\"\", c\",3.0,2026-03-01T00:00:00Z\n";
        assert_eq!(String::from_utf8(row).unwrap(), expected);
    }
}

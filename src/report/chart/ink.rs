//! The colours, by what they mean. Light values here; `chart.css` has the same names for both schemes.
//!
//! Okabe and Ito's palette ("Color Universal Design", 2008), its yellow left out: it cannot be
//! read on white.

/// How many series are told apart by colour.
pub const SERIES: usize = 6;

/// What a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// 0-based; past the palette it is [`Ink::Other`].
    Series(usize),
    /// The rest, summed.
    Other,
    Text,
    Muted,
    Grid,
    Axis,
    /// The prior period, the net of a stack.
    Mark,
}

const SERIES_LIGHT: [&str; SERIES] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];

impl Ink {
    /// A small number to carry through the drawing backend; 1 or more.
    pub fn role(self) -> u8 {
        match self {
            Self::Series(at) if at < SERIES => at as u8 + 1,
            Self::Series(_) | Self::Other => 20,
            Self::Text => 21,
            Self::Muted => 22,
            Self::Grid => 23,
            Self::Axis => 24,
            Self::Mark => 25,
        }
    }

    /// The class suffix and the light colour of a role.
    pub fn of_role(role: u8) -> Option<(String, &'static str)> {
        let named = |name: &str, colour| Some((name.to_string(), colour));
        match role {
            1..=6 => Some((format!("s{role}"), SERIES_LIGHT[usize::from(role) - 1])),
            20 => named("other", "#8b95a3"),
            21 => named("text", "#1b2430"),
            22 => named("muted", "#5b6675"),
            23 => named("grid", "#e3e7ec"),
            24 => named("axis", "#8b95a3"),
            25 => named("mark", "#1b2430"),
            _ => None,
        }
    }
}

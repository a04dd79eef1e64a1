//! What can go wrong, sorted by who can put it right.
//!
//! Every error names the place (file, row, cell, query), what is wrong there, and the remedy.

use std::fmt;

/// One thing that is wrong, told so that a reader who has never seen the code can act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: a file with its row and column, a config key, a query, a cell of the proof.
    pub place: String,
    /// What is wrong there, in one clause.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    pub fn new(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        if !self.remedy.is_empty() {
            write!(f, "\n  remedy: {}", self.remedy)?;
        }
        Ok(())
    }
}

/// The one error type, by who can fix it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// What was typed or configured; the analyst fixes it.
    #[error("settings: {0}")]
    Settings(Problem),
    /// A delivery that is not what it must be; whoever exports or copies it fixes it.
    #[error("source: {0}")]
    Source(Problem),
    /// A query or report file; its author fixes it.
    #[error("catalogue: {0}")]
    Catalogue(Problem),
    /// The lake or the output folder: disk, permissions, another run; the operator fixes it.
    #[error("lake: {0}")]
    Lake(Problem),
    /// A figure that does not tie to its source.
    #[error("does not tie: {0}")]
    Tie(Problem),
    /// Ours.
    #[error("bug in costmill: {0}")]
    Bug(Problem),
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn settings(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Settings(Problem::new(place, what, remedy))
    }

    pub fn source(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Source(Problem::new(place, what, remedy))
    }

    pub fn catalogue(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Catalogue(Problem::new(place, what, remedy))
    }

    pub fn lake(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Lake(Problem::new(place, what, remedy))
    }

    pub fn tie(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Tie(Problem::new(place, what, remedy))
    }

    pub fn bug(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Bug(Problem::new(place, what, "please report it with the command line and the message"))
    }

    /// The exit status this error asks for when it is what ended the run.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Settings(_) | Self::Catalogue(_) => 2,
            Self::Source(_) | Self::Lake(_) | Self::Bug(_) => 1,
            Self::Tie(_) => 4,
        }
    }

    pub fn problem(&self) -> &Problem {
        match self {
            Self::Settings(p) | Self::Source(p) | Self::Catalogue(p) | Self::Lake(p) | Self::Tie(p) | Self::Bug(p) => p,
        }
    }
}

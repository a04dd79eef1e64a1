//! What the company says of its tags: the keys it requires, since when, and what need not have them.

/// A tag key that the company requires, by the name of its dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Team,
    Env,
    App,
}

impl Key {
    pub const ALL: [Key; 3] = [Key::Team, Key::Env, Key::App];

    pub fn name(self) -> &'static str {
        match self {
            Key::Team => "team",
            Key::Env => "env",
            Key::App => "app",
        }
    }
}

/// The days of the sample on which the policy changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// From this day on the key `app` is active at the provider.
    pub app_active: u32,
    /// Until this day what [`EXEMPT`] names needs no `app`.
    pub exempt_until: u32,
}

/// The product whose resources belong to no one application, and its service in FOCUS.
pub const EXEMPT: (usize, &str) = (crate::sample::estate::services::BACKUP, "AWS Backup");

impl Policy {
    pub fn active(self, key: Key, day: u32) -> bool {
        key != Key::App || day >= self.app_active
    }

    /// Whether what [`EXEMPT`] names needs no such tag on a day.
    pub fn exempts(self, key: Key, day: u32) -> bool {
        key == Key::App && day < self.exempt_until
    }
}

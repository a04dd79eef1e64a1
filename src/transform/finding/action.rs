//! The closed sets of a finding's words.

/// What to do, in order of precedence: of several actions on one resource the first counts,
/// because it makes the others pointless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    Delete,
    Schedule,
    Resize,
    Upgrade,
    /// Of a commitment discount: use what is paid for.
    Use,
}

impl Action {
    pub const ALL: [Action; 5] = [Action::Delete, Action::Schedule, Action::Resize, Action::Upgrade, Action::Use];

    /// The value of `x_Action`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Schedule => "schedule",
            Self::Resize => "resize",
            Self::Upgrade => "upgrade",
            Self::Use => "use",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    High,
    Medium,
    Low,
}

impl Confidence {
    pub const ALL: [Confidence; 3] = [Confidence::High, Confidence::Medium, Confidence::Low];

    /// The value of `x_Confidence`.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|confidence| confidence.name() == name)
    }
}

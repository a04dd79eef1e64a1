//! The vocabulary: columns, periods, money, control totals, and the types that pass between
//! stages. Architecture invariant: it names nothing else of ours.

pub mod api;
pub mod artifact;
pub mod change;
pub mod closing;
pub mod column;
pub mod commitment;
pub mod control;
pub mod currency;
pub mod delivery;
pub mod driver;
pub mod external;
pub mod frame;
pub mod line;
pub mod money;
pub mod period;
pub mod permission;
pub mod policy;
pub mod recommendation;
pub mod reporting;
pub mod shares;
pub mod store;
pub mod time;
pub mod utilisation;

pub use api::{Answers, Api, ApiKind, AskedMonth, Login, ToldFigure, ToldService};
pub use artifact::Artifact;
pub use change::{ChangeCell, ChangeKey, Figures};
pub use closing::{FinalRule, Invoicing, PeriodState};
pub use column::{COSTS, Column, Kind};
pub use commitment::{CommitmentKind, CommitmentUse, Share, UseUnit};
pub use control::{ControlCell, ControlKey, ControlTotals};
pub use delivery::{
    Delivery, DeliveryKind, ExportFile, ExportRange, LandedDelivery, LandedFile, LandedPart, MoneyBasis,
};
pub use external::{ExternalTotal, Told, TotalKind, TotalPart, TotalPlace};
pub use frame::FocusFrame;
pub use money::Money;
pub use period::{BillingMonth, Slot};
pub use policy::Policy;
pub use recommendation::{Recommendation, RecommendedAction};
pub use reporting::{Rates, Reporting, SourcedRate};
pub use store::{LakeLocation, StoreAddress, StoreKind};

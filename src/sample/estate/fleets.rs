//! The ordinary machines: groups of the same shape in one place, and the hours they run.
//! Reservations and Savings Plans discount machines only.

use super::shapes::{
    C5_2XLARGE, C6G_XLARGE, CACHE_R6G, DB_R5_LARGE, DB_T3_MEDIUM, FARGATE, M5_LARGE, M5_XLARGE, M6I_XLARGE, R5_XLARGE,
    Shape, T3_LARGE_WINDOWS, T3_MEDIUM,
};
use crate::sample::calendar::Calendar;
use crate::sample::company::places::{FRANKFURT, IRELAND, SAO_PAULO, SINGAPORE, US_EAST, US_WEST};

/// When a machine runs, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    Always,
    /// Monday to Friday, all day.
    Weekdays,
    /// Monday to Friday, 07:00 to 19:00.
    Office,
    /// Every day, 07:00 to 19:00.
    Daytime,
    /// 01:00 to 05:00.
    Nightly,
}

impl Schedule {
    pub fn runs(self, calendar: &Calendar, hour: u32) -> bool {
        let weekday = !calendar.is_weekend(hour / 24);
        let by_day = (7..19).contains(&(hour % 24));
        match self {
            Schedule::Always => true,
            Schedule::Weekdays => weekday,
            Schedule::Office => weekday && by_day,
            Schedule::Daytime => by_day,
            Schedule::Nightly => (1..5).contains(&(hour % 24)),
        }
    }
}

/// Machines of one shape in one place.
pub struct Fleet {
    pub shape: &'static Shape,
    pub environment: &'static str,
    pub region: usize,
    pub schedule: Schedule,
    pub system: System,
    /// Units in 10⁻² each machine meters in an hour; instances meter 1.
    pub units: i64,
}

/// What runs on it, which decides the price list's operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Linux,
    Windows,
    /// Linux on spare capacity.
    Spot,
    PostgreSql,
    MySql,
    Redis,
    Container,
}

impl System {
    /// The value of `lineItem/Operation`.
    pub fn operation(self) -> &'static str {
        match self {
            System::Linux => "RunInstances",
            System::Windows => "RunInstances:0002",
            System::Spot => "RunInstances:SV001",
            System::PostgreSql => "CreateDBInstance:0014",
            System::MySql => "CreateDBInstance:0002",
            System::Redis => "CreateCacheCluster:0002",
            System::Container => "FargateTask",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            System::Linux | System::Spot => "Linux",
            System::Windows => "Windows",
            System::PostgreSql => "PostgreSQL",
            System::MySql => "MySQL",
            System::Redis => "Redis",
            System::Container => "",
        }
    }
}

/// How many machines the smallest and the full estate have.
pub const MACHINES: (usize, usize) = (FLEETS.len(), 560);

/// Fleets whose machines come and go in a larger estate; no reservation is sized to them.
pub const CHURNING: [usize; 2] = [5, 7];

use Schedule::{Always, Daytime, Nightly, Office, Weekdays};

/// Machine n belongs to fleet n mod the number of fleets.
pub static FLEETS: [Fleet; 16] = [
    fleet(&M5_LARGE, ("prod", US_EAST), Always, System::Linux, 100),
    fleet(&M6I_XLARGE, ("prod", US_EAST), Weekdays, System::Linux, 100),
    fleet(&C5_2XLARGE, ("prod", US_WEST), Always, System::Linux, 100),
    fleet(&R5_XLARGE, ("prod", IRELAND), Daytime, System::Linux, 100),
    fleet(&R5_XLARGE, ("prod", IRELAND), Daytime, System::Linux, 100),
    fleet(&T3_MEDIUM, ("staging", FRANKFURT), Office, System::Linux, 100),
    fleet(&M6I_XLARGE, ("prod", FRANKFURT), Always, System::Linux, 100),
    fleet(&T3_LARGE_WINDOWS, ("dev", US_EAST), Office, System::Windows, 100),
    fleet(&C6G_XLARGE, ("prod", US_EAST), Nightly, System::Linux, 100),
    fleet(&M5_XLARGE, ("prod", US_EAST), Nightly, System::Spot, 100),
    fleet(&DB_R5_LARGE, ("prod", FRANKFURT), Always, System::PostgreSql, 100),
    fleet(&DB_T3_MEDIUM, ("staging", US_EAST), Office, System::MySql, 100),
    fleet(&CACHE_R6G, ("prod", US_EAST), Always, System::Redis, 100),
    fleet(&FARGATE, ("prod", IRELAND), Always, System::Container, 200),
    fleet(&FARGATE, ("prod", SINGAPORE), Office, System::Container, 50),
    fleet(&M5_LARGE, ("prod", SAO_PAULO), Always, System::Linux, 100),
];

const fn fleet(
    shape: &'static Shape,
    (environment, region): (&'static str, usize),
    schedule: Schedule,
    system: System,
    units: i64,
) -> Fleet {
    Fleet { shape, environment, region, schedule, system, units }
}

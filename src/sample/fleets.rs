//! The machines: groups of the same shape in one place, and the hours they run.
//! Reservations and Savings Plans discount machines only.

use super::calendar::Calendar;
use super::company::{
    CHECKOUT, DATA, DEV, FRANKFURT, IRELAND, PLATFORM, SAO_PAULO, SINGAPORE, STAGING, US_EAST, US_WEST, WEB,
};
use super::services::{CACHE, EC2, ECS, RDS};

/// When a machine runs, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    Always,
    /// Monday to Friday, all day.
    Weekdays,
    /// Monday to Friday, 07:00 to 19:00.
    Office,
    /// 01:00 to 05:00.
    Nightly,
}

impl Schedule {
    pub fn runs(self, calendar: &Calendar, hour: u32) -> bool {
        let weekday = !calendar.is_weekend(hour / 24);
        match self {
            Schedule::Always => true,
            Schedule::Weekdays => weekday,
            Schedule::Office => weekday && (7..19).contains(&(hour % 24)),
            Schedule::Nightly => (1..5).contains(&(hour % 24)),
        }
    }
}

/// A shape of machine as the price list has it.
pub struct Shape {
    pub name: &'static str,
    pub product: usize,
    pub price: &'static str,
    pub instance_family: &'static str,
    pub vcpu: &'static str,
    pub memory: &'static str,
    /// Size in normalized units (large = 4).
    pub factor: i64,
}

const fn shape(
    name: &'static str,
    product: usize,
    price: &'static str,
    instance_family: &'static str,
    size: (&'static str, &'static str, i64),
) -> Shape {
    let (vcpu, memory, factor) = size;
    Shape { name, product, price, instance_family, vcpu, memory, factor }
}

const M5_LARGE: Shape = shape("m5.large", EC2, "0.096", "General purpose", ("2", "8 GiB", 4));
const M5_XLARGE: Shape = shape("m5.xlarge", EC2, "0.192", "General purpose", ("4", "16 GiB", 8));
const C5_2XLARGE: Shape = shape("c5.2xlarge", EC2, "0.34", "Compute optimized", ("8", "16 GiB", 16));
const R5_XLARGE: Shape = shape("r5.xlarge", EC2, "0.252", "Memory optimized", ("4", "32 GiB", 8));
const T3_MEDIUM: Shape = shape("t3.medium", EC2, "0.0416", "General purpose", ("2", "4 GiB", 2));
const T3_LARGE: Shape = shape("t3.large", EC2, "0.1108", "General purpose", ("2", "8 GiB", 4));
const M6I_XLARGE: Shape = shape("m6i.xlarge", EC2, "0.192", "General purpose", ("4", "16 GiB", 8));
const C6G_XLARGE: Shape = shape("c6g.xlarge", EC2, "0.136", "Compute optimized", ("4", "8 GiB", 8));
const DB_R5_LARGE: Shape = shape("db.r5.large", RDS, "0.25", "Memory optimized", ("2", "16 GiB", 4));
const DB_T3_MEDIUM: Shape = shape("db.t3.medium", RDS, "0.072", "General purpose", ("2", "4 GiB", 2));
const CACHE_R6G: Shape = shape("cache.r6g.large", CACHE, "0.206", "Memory optimized", ("2", "13.07 GiB", 4));
/// A container task: its vCPU hours.
const FARGATE: Shape = shape("", ECS, "0.04048", "", ("", "", 0));

/// Machines of one shape in one place.
pub struct Fleet {
    pub shape: Shape,
    pub account: usize,
    pub region: usize,
    pub schedule: Schedule,
    /// Index into the applications.
    pub app: usize,
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

use Schedule::{Always, Nightly, Office, Weekdays};

/// Machine n belongs to fleet n mod the number of fleets.
pub const FLEETS: [Fleet; 16] = [
    fleet(M5_LARGE, (WEB, US_EAST), Always, 0, System::Linux, 100),
    fleet(M5_LARGE, (WEB, US_EAST), Weekdays, 1, System::Linux, 100),
    fleet(C5_2XLARGE, (WEB, US_WEST), Always, 1, System::Linux, 100),
    fleet(R5_XLARGE, (DATA, IRELAND), Office, 6, System::Linux, 100),
    fleet(R5_XLARGE, (DATA, IRELAND), Weekdays, 7, System::Linux, 100),
    fleet(T3_MEDIUM, (STAGING, FRANKFURT), Office, 0, System::Linux, 100),
    fleet(M6I_XLARGE, (CHECKOUT, FRANKFURT), Always, 3, System::Linux, 100),
    fleet(T3_LARGE, (DEV, US_EAST), Office, 6, System::Windows, 100),
    fleet(C6G_XLARGE, (PLATFORM, US_EAST), Nightly, 8, System::Linux, 100),
    fleet(M5_XLARGE, (DATA, US_EAST), Nightly, 6, System::Spot, 100),
    fleet(DB_R5_LARGE, (CHECKOUT, FRANKFURT), Always, 4, System::PostgreSql, 100),
    fleet(DB_T3_MEDIUM, (STAGING, US_EAST), Always, 3, System::MySql, 100),
    fleet(CACHE_R6G, (WEB, US_EAST), Always, 2, System::Redis, 100),
    fleet(FARGATE, (PLATFORM, IRELAND), Always, 5, System::Container, 200),
    fleet(FARGATE, (CHECKOUT, SINGAPORE), Office, 3, System::Container, 50),
    fleet(M5_LARGE, (WEB, SAO_PAULO), Always, 0, System::Linux, 100),
];

const fn fleet(
    shape: Shape,
    (account, region): (usize, usize),
    schedule: Schedule,
    app: usize,
    system: System,
    units: i64,
) -> Fleet {
    Fleet { shape, account, region, schedule, app, system, units }
}

//! What Google Cloud sells the company, with the names and units of its price list. Prices are on demand,
//! of the first region, near the list.

use crate::sample::estate::services::Flow;

/// A unit of a price, and the base unit in which usage is told beside it.
pub struct Unit {
    pub pricing: &'static str,
    pub usage: &'static str,
    /// Base units in one of the price's.
    pub factor: i128,
}

const fn unit(pricing: &'static str, usage: &'static str, factor: i128) -> Unit {
    Unit { pricing, usage, factor }
}

const GIB: i128 = 1 << 30;
pub static HOUR: Unit = unit("hour", "seconds", 3_600);
pub static GIB_HOUR: Unit = unit("gibibyte hour", "byte-seconds", GIB * 3_600);
/// A month of these is one of 30 days.
static GIB_MONTH: Unit = unit("gibibyte month", "byte-seconds", GIB * 2_592_000);
static GIBIBYTE: Unit = unit("gibibyte", "bytes", GIB);
static COUNT: Unit = unit("count", "requests", 1);
static SECOND: Unit = unit("second", "seconds", 1);
static TEBIBYTE: Unit = unit("tebibyte", "bytes", GIB * 1_024);
static MONTH: Unit = unit("month", "seconds", 2_592_000);

/// Its id and description.
pub type Service = (&'static str, &'static str);

pub const COMPUTE: Service = ("6F81-5844-456A", "Compute Engine");
pub const SQL: Service = ("9662-B51E-5089", "Cloud SQL");
pub const SUPPORT: Service = ("2062-016F-44A2", "Support");
pub const INVOICE: Service = ("1F3B-2C17-0A8E", "Invoice");
const STORAGE: Service = ("95FF-2EF5-5EA1", "Cloud Storage");
const BIGQUERY: Service = ("24E6-581D-38E5", "BigQuery");
const NETWORKING: Service = ("E505-1604-58F8", "Networking");
const RUN: Service = ("152E-C115-5142", "Cloud Run");
const GKE: Service = ("CCD8-9BF1-090E", "Kubernetes Engine");
const PUBSUB: Service = ("A1E8-BE35-7EBC", "Cloud Pub/Sub");
const LOGGING: Service = ("5490-F7B7-8DF6", "Cloud Logging");
const REDIS: Service = ("5AF5-2C11-D467", "Cloud Memorystore for Redis");
const SECRETS: Service = ("EE82-7A5E-871C", "Secret Manager");
const ARTIFACTS: Service = ("149C-F9EC-3994", "Artifact Registry");

/// A line of the price list; `{in}` is the region's name.
pub struct Sku {
    pub service: Service,
    pub name: &'static str,
    pub unit: &'static Unit,
    pub price: &'static str,
    pub flow: Flow,
}

macro_rules! skus {
    ($($index:ident $service:ident $name:literal $unit:ident $price:literal $flow:expr;)*) => {
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($index),* }
        $(pub const $index: usize = Place::$index as usize;)*
        pub static SKUS: &[Sku] =
            &[$(Sku { service: $service, name: $name, unit: &$unit, price: $price, flow: $flow }),*];
    };
}

skus! {
    BUCKET STORAGE "Standard Storage {in}" GIB_MONTH "0.023" Flow::Storage(300, 8_000);
    BUCKET_WRITES STORAGE "Regional Standard Class A Operations" COUNT "0.000005" Flow::Requests(900, 200_000);
    ANALYSIS BIGQUERY "Analysis ({in})" TEBIBYTE "6.25" Flow::Volume(1, 3);
    RUN_CPU RUN "CPU Allocation Time" SECOND "0.000024" Flow::Requests(20_000, 900_000);
    RUN_REQUESTS RUN "Requests" COUNT "0.0000004" Flow::Requests(90_000, 4_000_000);
    CLUSTER GKE "Zonal Kubernetes Clusters" HOUR "0.1" Flow::Hours(100);
    MESSAGES PUBSUB "Message Delivery Basic" GIBIBYTE "0.039062" Flow::Volume(5, 90);
    LOGS LOGGING "Log Storage cost" GIBIBYTE "0.5" Flow::Volume(3, 40);
    CACHE REDIS "Redis Capacity Basic M1 {in}" GIB_HOUR "0.049" Flow::Hours(400);
    SECRET SECRETS "Secret version replica storage" MONTH "0.06" Flow::Storage(5, 40);
    IMAGES ARTIFACTS "Artifact Registry Storage" GIB_MONTH "0.1" Flow::Storage(30, 400);
    EGRESS NETWORKING "Network Internet Data Transfer Out from {in} to Worldwide" GIBIBYTE "0.085" Flow::Volume(1, 40);
    BALANCED_DISK COMPUTE "Balanced PD Capacity in {in}" GIB_MONTH "0.1" Flow::Storage(60, 400);
    STANDARD_DISK COMPUTE "Storage PD Capacity in {in}" GIB_MONTH "0.04" Flow::Storage(200, 900);
    SNAPSHOTS COMPUTE "Storage PD Snapshot in {in}" GIB_MONTH "0.05" Flow::Storage(50, 500);
    IDLE_ADDRESS COMPUTE "Static Ip Charge in {in}" HOUR "0.01" Flow::Hours(100);
    USED_ADDRESS COMPUTE "External IP Charge on a Standard VM in {in}" HOUR "0.004" Flow::Hours(100);
    FORWARDING COMPUTE "Network Load Balancing: Forwarding Rule Minimum Service Charge in {in}" HOUR "0.025" Flow::Hours(100);
    FORWARDED COMPUTE "Network Load Balancing: Data Processing Charge in {in}" GIBIBYTE "0.008" Flow::Volume(4, 300);
    SQL_CORES SQL "Cloud SQL for PostgreSQL: Zonal - vCPU in {in}" HOUR "0.0413" Flow::Hours(200);
    SQL_MEMORY SQL "Cloud SQL for PostgreSQL: Zonal - RAM in {in}" GIB_HOUR "0.007" Flow::Hours(800);
    SQL_STORED SQL "Cloud SQL for PostgreSQL: Zonal - Standard storage in {in}" GIB_MONTH "0.17" Flow::Storage(60, 500);
    HA_CORES SQL "Cloud SQL for PostgreSQL: Regional - vCPU in {in}" HOUR "0.0826" Flow::Hours(200);
    HA_MEMORY SQL "Cloud SQL for PostgreSQL: Regional - RAM in {in}" GIB_HOUR "0.014" Flow::Hours(800);
    HA_STORED SQL "Cloud SQL for PostgreSQL: Regional - Standard storage in {in}" GIB_MONTH "0.34" Flow::Storage(60, 500);
}

/// An ordinary kind of resource: its id (none where the export names none), what it meters, how many there
/// are in the smallest and in the full estate.
pub struct Kind {
    pub id: &'static str,
    pub skus: &'static [usize],
    pub count: (usize, usize),
}

const fn kind(id: &'static str, skus: &'static [usize], count: (usize, usize)) -> Kind {
    Kind { id, skus, count }
}

pub const DATABASE: &str = "//cloudsql.googleapis.com/projects/{account}/instances/{name}";

pub static KINDS: [Kind; 11] = [
    kind("//storage.googleapis.com/projects/_/buckets/{name}-{hex}", &[BUCKET, BUCKET_WRITES], (2, 120)),
    kind("", &[ANALYSIS], (1, 60)),
    kind(
        "//run.googleapis.com/projects/{account}/locations/{region}/services/{name}",
        &[RUN_CPU, RUN_REQUESTS],
        (1, 70),
    ),
    kind("//container.googleapis.com/projects/{account}/zones/{region}-{zone}/clusters/{name}", &[CLUSTER], (1, 30)),
    kind("", &[MESSAGES], (1, 30)),
    kind("", &[LOGS], (1, 50)),
    kind("//redis.googleapis.com/projects/{account}/locations/{region}/instances/{name}", &[CACHE], (1, 30)),
    kind("//secretmanager.googleapis.com/projects/{account}/secrets/{name}", &[SECRET], (1, 30)),
    kind("", &[IMAGES], (1, 30)),
    kind(DATABASE, &[SQL_CORES, SQL_MEMORY, SQL_STORED], (1, 50)),
    kind("//compute.googleapis.com/projects/{account}/global/snapshots/{digits}", &[SNAPSHOTS], (1, 40)),
];

/// A machine type: cores and memory are priced apart.
pub struct Shape {
    pub name: &'static str,
    pub cores: &'static str,
    pub memory: &'static str,
    pub core_price: &'static str,
    pub memory_price: &'static str,
    pub vcpus: i64,
    pub gibibytes: i64,
    /// Google discounts sustained use of it.
    pub sustained: bool,
}

const N2: (&str, &str, &str, &str) =
    ("N2 Instance Core running in {in}", "N2 Instance Ram running in {in}", "0.031611", "0.004237");
const E2: (&str, &str, &str, &str) =
    ("E2 Instance Core running in {in}", "E2 Instance Ram running in {in}", "0.021811", "0.002923");

const fn shape(
    name: &'static str,
    of: (&'static str, &'static str, &'static str, &'static str),
    (vcpus, gibibytes): (i64, i64),
    sustained: bool,
) -> Shape {
    let (cores, memory, core_price, memory_price) = of;
    Shape { name, cores, memory, core_price, memory_price, vcpus, gibibytes, sustained }
}

pub const N2_4: usize = 0;
pub const N2_8: usize = 1;
pub const E2_2: usize = 2;
pub const E2_4: usize = 3;

pub static SHAPES: [Shape; 4] = [
    shape("n2-standard-4", N2, (4, 16), true),
    shape("n2-standard-8", N2, (8, 32), true),
    shape("e2-standard-2", E2, (2, 8), false),
    shape("e2-standard-4", E2, (4, 16), false),
];

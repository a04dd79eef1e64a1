//! What Azure sells the company, with the names and units of its price list. Prices are pay-as-you-go, of
//! the first region, near the list.

use crate::sample::estate::services::Flow;

/// A line of the price list.
pub struct Sku {
    pub category: &'static str,
    pub subcategory: &'static str,
    pub meter: &'static str,
    pub family: &'static str,
    /// The resource provider that meters it.
    pub provider: &'static str,
    pub unit: &'static str,
    pub price: &'static str,
    pub flow: Flow,
}

macro_rules! skus {
    ($($index:ident $category:literal $subcategory:literal $meter:literal $family:literal $provider:literal $unit:literal $price:literal $flow:expr;)*) => {
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($index),* }
        $(pub const $index: usize = Place::$index as usize;)*
        pub static SKUS: &[Sku] = &[$(Sku {
            category: $category, subcategory: $subcategory, meter: $meter, family: $family,
            provider: $provider, unit: $unit, price: $price, flow: $flow,
        }),*];
    };
}

skus! {
    BLOB_STORED "Storage" "Tiered Block Blob" "Hot LRS Data Stored" "Storage" "Microsoft.Storage" "1 GB/Month" "0.0184" Flow::Storage(400, 9_000);
    BLOB_WRITES "Storage" "Tiered Block Blob" "Hot LRS Write Operations" "Storage" "Microsoft.Storage" "10K" "0.05" Flow::Volume(5, 300);
    FILES "Storage" "Files v2" "Hot LRS Data Stored" "Storage" "Microsoft.Storage" "1 GB/Month" "0.0255" Flow::Storage(100, 2_000);
    SQL_CORES "SQL Database" "SQL Database Single/Elastic Pool General Purpose - Compute Gen5" "vCore" "Databases" "Microsoft.Sql" "1 Hour" "0.126" Flow::Hours(400);
    SQL_STORED "SQL Database" "SQL Database Single/Elastic Pool General Purpose - Storage" "General Purpose Data Stored" "Databases" "Microsoft.Sql" "1 GB/Month" "0.115" Flow::Storage(50, 800);
    COSMOS "Azure Cosmos DB" "Azure Cosmos DB" "100 RU/s" "Databases" "Microsoft.DocumentDB" "1/Hour" "0.008" Flow::Hours(1_000);
    POSTGRES "Azure Database for PostgreSQL" "Azure Database for PostgreSQL Flexible Server General Purpose Dsv4 Series Compute" "D2s v4" "Databases" "Microsoft.DBforPostgreSQL" "1 Hour" "0.178" Flow::Hours(100);
    REDIS "Redis Cache" "Azure Redis Cache Standard" "C1 Cache" "Databases" "Microsoft.Cache" "1 Hour" "0.138" Flow::Hours(100);
    APP_PLAN "Azure App Service" "Azure App Service Premium v3 Plan" "P1 v3 App" "Compute" "Microsoft.Web" "1 Hour" "0.169" Flow::Hours(100);
    FUNCTIONS "Functions" "Functions" "Standard Total Executions" "Compute" "Microsoft.Web" "10" "0.000002" Flow::Requests(90_000, 4_000_000);
    AKS "Azure Kubernetes Service" "Azure Kubernetes Service" "Standard Uptime SLA" "Compute" "Microsoft.ContainerService" "1 Hour" "0.1" Flow::Hours(100);
    LOGS "Log Analytics" "Log Analytics" "Pay-as-you-go Data Ingestion" "Management and Governance" "microsoft.operationalinsights" "1 GB" "2.3" Flow::Volume(2, 30);
    VAULT "Key Vault" "Key Vault" "Operations" "Security" "Microsoft.KeyVault" "10K" "0.03" Flow::Volume(1, 20);
    EVENTS "Event Hubs" "Event Hubs" "Standard Throughput Unit" "Internet of Things" "Microsoft.EventHub" "1 Hour" "0.03" Flow::Hours(200);
    REGISTRY "Container Registry" "Container Registry" "Standard Registry Unit" "Containers" "Microsoft.ContainerRegistry" "1/Day" "0.6667" Flow::Steady(100);
    PUBLIC_IP "Virtual Network" "IP Addresses" "Standard IPv4 Static Public IP" "Networking" "Microsoft.Network" "1 Hour" "0.005" Flow::Hours(100);
    BALANCER "Load Balancer" "Load Balancer" "Standard Included LB Rules and Outbound Rules" "Networking" "Microsoft.Network" "1 Hour" "0.025" Flow::Hours(100);
    BALANCER_DATA "Load Balancer" "Load Balancer" "Standard Data Processed" "Networking" "Microsoft.Network" "1 GB" "0.005" Flow::Volume(5, 400);
    EGRESS "Bandwidth" "Rtn Preference: MGN" "Standard Data Transfer Out" "Networking" "Microsoft.Compute" "1 GB" "0.087" Flow::Volume(1, 60);
    PREMIUM_DISK "Storage" "Premium SSD Managed Disks" "P10 LRS Disk" "Storage" "Microsoft.Compute" "1/Month" "19.71" Flow::Storage(1, 1);
    SSD_DISK "Storage" "Standard SSD Managed Disks" "E15 LRS Disk" "Storage" "Microsoft.Compute" "1/Month" "19.2" Flow::Storage(1, 1);
    SSD_OPERATIONS "Storage" "Standard SSD Managed Disks" "E15 LRS Disk Operations" "Storage" "Microsoft.Compute" "10K" "0.002" Flow::Volume(2, 40);
    HDD_DISK "Storage" "Standard HDD Managed Disks" "S20 LRS Disk" "Storage" "Microsoft.Compute" "1/Month" "21.76" Flow::Storage(1, 1);
    HDD_OPERATIONS "Storage" "Standard HDD Managed Disks" "S20 LRS Disk Operations" "Storage" "Microsoft.Compute" "10K" "0.0005" Flow::Volume(2, 40);
    PREMIUM_SNAPSHOT "Storage" "Premium SSD Managed Disks" "Premium LRS Snapshots" "Storage" "Microsoft.Compute" "1 GB/Month" "0.12" Flow::Storage(100, 900);
    SNAPSHOT "Storage" "Standard HDD Managed Disks" "LRS Snapshots" "Storage" "Microsoft.Compute" "1 GB/Month" "0.05" Flow::Storage(100, 900);
    GATEWAY "Application Gateway" "Application Gateway Standard v2" "Standard Fixed Cost" "Networking" "Microsoft.Network" "1 Hour" "0.246" Flow::Hours(100);
    GATEWAY_UNITS "Application Gateway" "Application Gateway Standard v2" "Standard Capacity Units" "Networking" "Microsoft.Network" "1 Hour" "0.008" Flow::Volume(2, 60);
    FIREWALL "Azure Firewall" "Azure Firewall" "Standard Deployment" "Networking" "Microsoft.Network" "1 Hour" "1.25" Flow::Hours(100);
    FIREWALL_DATA "Azure Firewall" "Azure Firewall" "Standard Data Processed" "Networking" "Microsoft.Network" "1 GB" "0.016" Flow::Volume(2, 90);
}

/// An ordinary kind of resource: its id, what it meters, how many there are in the smallest and in the full
/// estate.
pub struct Kind {
    pub id: &'static str,
    pub skus: &'static [usize],
    pub count: (usize, usize),
}

const fn kind(id: &'static str, skus: &'static [usize], count: (usize, usize)) -> Kind {
    Kind { id, skus, count }
}

pub static KINDS: [Kind; 14] = [
    kind("Microsoft.Storage/storageAccounts/st{plain}", &[BLOB_STORED, BLOB_WRITES], (2, 120)),
    kind("Microsoft.Storage/storageAccounts/files{plain}", &[FILES], (1, 40)),
    kind("Microsoft.Sql/servers/{name}/databases/main", &[SQL_CORES, SQL_STORED], (1, 70)),
    kind("Microsoft.DocumentDB/databaseAccounts/{name}", &[COSMOS], (1, 40)),
    kind("Microsoft.DBforPostgreSQL/flexibleServers/{name}", &[POSTGRES], (1, 40)),
    kind("Microsoft.Cache/Redis/{name}", &[REDIS], (1, 40)),
    kind("Microsoft.Web/serverFarms/{name}", &[APP_PLAN], (1, 70)),
    kind("Microsoft.Web/sites/fn-{name}", &[FUNCTIONS], (1, 60)),
    kind("Microsoft.ContainerService/managedClusters/{name}", &[AKS], (1, 30)),
    kind("Microsoft.OperationalInsights/workspaces/{name}", &[LOGS], (1, 60)),
    kind("Microsoft.KeyVault/vaults/kv-{name}", &[VAULT], (1, 60)),
    kind("Microsoft.EventHub/namespaces/{name}", &[EVENTS], (1, 30)),
    kind("Microsoft.ContainerRegistry/registries/{plain}", &[REGISTRY], (1, 16)),
    kind("Microsoft.Network/loadBalancers/{name}", &[BALANCER, BALANCER_DATA], (1, 40)),
];

/// A size of machine.
pub struct Shape {
    /// As Azure Resource Manager calls it.
    pub name: &'static str,
    pub subcategory: &'static str,
    pub meter: &'static str,
    pub vcpus: u32,
    pub price: &'static str,
}

const fn shape(
    name: &'static str,
    subcategory: &'static str,
    meter: &'static str,
    vcpus: u32,
    price: &'static str,
) -> Shape {
    Shape { name, subcategory, meter, vcpus, price }
}

pub const D2: usize = 0;
pub const D4: usize = 1;
pub const D8: usize = 2;
pub const E2: usize = 3;
pub const E4: usize = 4;
pub const F4: usize = 5;
pub const B2: usize = 6;

pub static SHAPES: [Shape; 7] = [
    shape("Standard_D2s_v5", "Dsv5 Series", "D2s v5", 2, "0.096"),
    shape("Standard_D4s_v5", "Dsv5 Series", "D4s v5", 4, "0.192"),
    shape("Standard_D8s_v5", "Dsv5 Series", "D8s v5", 8, "0.384"),
    shape("Standard_E2s_v5", "Esv5 Series", "E2s v5", 2, "0.126"),
    shape("Standard_E4s_v5", "Esv5 Series", "E4s v5", 4, "0.252"),
    shape("Standard_F4s_v2", "FSv2 Series", "F4s v2", 4, "0.169"),
    shape("Standard_B2s", "BS Series", "B2s", 2, "0.0416"),
];

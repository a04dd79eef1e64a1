--- title = "Use of machines"
--- question = "Which virtual machines were charged in the last full days, of which type, for how many hours and at what cost? Without spot machines: those are priced by the moment."
--- reads = ["resource_day", "machine_type"]
--- [columns]
--- ProviderName = "FOCUS"
--- BillingAccountId = "FOCUS"
--- SubAccountId = "FOCUS"
--- SubAccountName = "FOCUS"
--- RegionId = "FOCUS"
--- ServiceName = "FOCUS"
--- ResourceId = "FOCUS"
--- ResourceName = "FOCUS"
--- ResourceType = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_InstanceType = "costmill"
--- x_Operation = "costmill"
--- x_Tenancy = { type = "text", meaning = "shared, or dedicated: hardware of one customer, at prices of its own" }
--- x_InstanceTypes = { type = "integer", meaning = "Machine types that it had in the last 35 full days" }
--- x_Operations = { type = "integer", meaning = "Operations, thus operating systems and licences, that it had in the last 7 full days" }
--- x_Tenancies = { type = "integer", meaning = "Tenancies that it had in the last 7 full days" }
--- x_FirstDay = { type = "date", meaning = "The first of the last 35 full days on which it was charged" }
--- x_DaysOf7 = { type = "integer", meaning = "Days of the last 7 full days on which it was charged" }
--- x_DaysOf14 = { type = "integer", meaning = "Days of the last 14 full days on which it was charged" }
--- x_HoursOf7 = { type = "number", meaning = "Hours charged in the last 7 full days" }
--- x_HoursOf14 = { type = "number", meaning = "Hours charged in the last 14 full days" }
--- x_OtherEnvironmentRows = { type = "integer", meaning = "Rows of the last 14 full days that are not known to be non-production" }
--- x_Cost = { type = "number", meaning = "EffectiveCost of its hours in the last 7 full days" }
--- x_UncoveredCost = { type = "number", meaning = "The part of it that no commitment discount covers" }
--- x_OnDemandHours = { type = "number", meaning = "Hours of the last 7 full days on demand, free ones left out" }
--- x_OnDemandCost = { type = "number", meaning = "EffectiveCost of those hours, with the discount lines that stand on them" }
WITH charged AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
    ResourceId, ResourceName, ResourceType, BillingCurrency, x_ChargeDay, x_Environment, CommitmentDiscountStatus,
    -- The usage type of an hour ends in the machine type: `EU-BoxUsage:m5.large`.
    COALESCE(NULLIF(x_InstanceType, ''), NULLIF(SPLIT_PART(x_UsageType, ':', 2), '')) AS x_InstanceType,
    -- An operating system with its licences, which has prices of its own: some bills say it by the operation, some
    -- by the series of sizes (`Dsv5 Series Windows`), and some have licences as charges of their own.
    CASE
      WHEN x_ServiceCode = 'AmazonEC2' THEN x_Operation
      WHEN x_Operation LIKE '%Windows%' THEN 'Windows'
      ELSE 'Linux'
    END AS x_Operation,
    PricingQuantity, EffectiveCost,
    CASE WHEN x_UsageType LIKE '%DedicatedUsage:%' OR x_UsageType LIKE '%Sole Tenancy%' THEN 'dedicated' ELSE 'shared' END AS x_Tenancy,
    -- Cores and memory that are priced apart: the cores say the hours.
    CASE WHEN x_UsageType LIKE '%Instance Core running%' THEN 'cores' WHEN x_UsageType LIKE '%Instance Ram running%' THEN 'memory' ELSE 'machine' END AS x_Part,
    -- As metric/machine_unit_price prices an hour. The ContractedCost of a reserved hour is no price of this
    -- kind: it is the public one, before a negotiated discount.
    CASE WHEN PricingCategory = 'Standard' AND CommitmentDiscountStatus IS NULL AND EffectiveCost <> 0 THEN 1 ELSE 0 END AS x_IsOnDemand
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND COALESCE(PricingCategory, 'Standard') <> 'Dynamic'
    AND (
      (x_ServiceCode = 'AmazonEC2' AND x_UsageType NOT LIKE '%HostBoxUsage:%'
        AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%HeavyUsage:%' OR x_UsageType LIKE '%DedicatedUsage:%'))
      -- Capacity that no machine takes up is no machine.
      OR (x_ServiceCode = 'Virtual Machines' AND x_InstanceType <> '' AND LOWER(ResourceId) NOT LIKE '%/capacityreservationgroups/%')
      OR (x_ServiceCode = '6F81-5844-456A' AND x_InstanceType <> ''
        AND (x_UsageType LIKE '%Instance Core running%' OR x_UsageType LIKE '%Instance Ram running%'))
    )
    -- What of a reservation goes unused is no machine, though it names the reservation as its resource.
    AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
),
hours AS (
  SELECT
    c.ProviderName, c.BillingAccountId, c.SubAccountId, c.SubAccountName, c.RegionId, c.ServiceName,
    c.ResourceId, c.ResourceName, c.ResourceType, c.BillingCurrency, c.x_ChargeDay, c.x_Environment, c.CommitmentDiscountStatus,
    c.x_InstanceType, c.x_Operation, c.EffectiveCost, c.x_Tenancy, c.x_IsOnDemand,
    -- Of a type that the lookup does not know nobody can tell the hours.
    CASE
      WHEN c.x_Part = 'machine' THEN CAST(c.PricingQuantity AS DECIMAL(38,10))
      WHEN c.x_Part = 'cores' AND t.x_Vcpu IS NOT NULL
        THEN CAST(CAST(c.PricingQuantity AS DOUBLE) / t.x_Vcpu AS DECIMAL(38,10))
    END AS PricingQuantity
  FROM charged AS c
  LEFT JOIN machine_type AS t ON t.x_InstanceType = c.x_InstanceType
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, MAX(SubAccountName) AS SubAccountName, RegionId, MAX(ServiceName) AS ServiceName,
  ResourceId, MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType, BillingCurrency,
  MAX(CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_InstanceType END) AS x_InstanceType,
  MAX(CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_Operation END) AS x_Operation,
  MAX(CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_Tenancy END) AS x_Tenancy,
  COUNT(DISTINCT x_InstanceType) AS x_InstanceTypes,
  COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_Operation END) AS x_Operations,
  COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_Tenancy END) AS x_Tenancies,
  MIN(x_ChargeDay) AS x_FirstDay,
  COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_ChargeDay END) AS x_DaysOf7,
  COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_ChargeDay END) AS x_DaysOf14,
  CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_HoursOf7,
  CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_14_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_HoursOf14,
  SUM(CASE WHEN x_ChargeDay >= :first_of_14_days AND COALESCE(x_Environment, '') <> 'non-production' THEN 1 ELSE 0 END) AS x_OtherEnvironmentRows,
  CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
  CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost,
  CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND x_IsOnDemand = 1 THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_OnDemandHours,
  CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND x_IsOnDemand = 1 THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_OnDemandCost
FROM hours
GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
HAVING COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_ChargeDay END) > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
  SubAccountName, ServiceName, ResourceName, ResourceType, x_InstanceType, x_Operation, x_Tenancy

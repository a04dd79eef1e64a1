--- title = "Use of machines"
--- question = "Which virtual machines were charged in the last full days, of which type, for how many hours and at what cost? Without spot machines: those are priced by the moment."
--- reads = ["resource_day"]
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
WITH hours AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
    ResourceId, ResourceName, ResourceType, BillingCurrency, x_ChargeDay, x_Environment, CommitmentDiscountStatus,
    -- The usage type of an hour ends in the machine type: `EU-BoxUsage:m5.large`.
    COALESCE(NULLIF(x_InstanceType, ''), NULLIF(SPLIT_PART(x_UsageType, ':', 2), '')) AS x_InstanceType,
    x_Operation, PricingQuantity, EffectiveCost,
    CASE WHEN x_UsageType LIKE '%DedicatedUsage:%' THEN 'dedicated' ELSE 'shared' END AS x_Tenancy,
    -- As metric/machine_unit_price prices an hour. The ContractedCost of a reserved hour is no price of this
    -- kind: it is the public one, before a negotiated discount.
    CASE WHEN PricingCategory = 'Standard' AND CommitmentDiscountStatus IS NULL AND EffectiveCost <> 0 THEN 1 ELSE 0 END AS x_IsOnDemand
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode = 'AmazonEC2' AND COALESCE(PricingCategory, 'Standard') <> 'Dynamic'
    AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%HeavyUsage:%' OR x_UsageType LIKE '%DedicatedUsage:%')
    AND x_UsageType NOT LIKE '%HostBoxUsage:%'
    -- What of a reservation goes unused is no machine, though it names the reservation as its resource.
    AND COALESCE(CommitmentDiscountStatus, '') <> 'Unused'
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

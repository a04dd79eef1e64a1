--- title = "Unit prices of machines"
--- question = "What does an hour of each machine type cost on demand, by this bill? The mean over the hours that no commitment discount covers, free hours left out, of the last 35 full days."
--- reads = ["resource_day", "machine_type"]
--- [columns]
--- ProviderName = "FOCUS"
--- BillingAccountId = "FOCUS"
--- RegionId = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_InstanceType = "costmill"
--- x_Operation = "costmill"
--- x_Tenancy = { type = "text", meaning = "shared, or dedicated: hardware of one customer, at prices of its own" }
--- x_Hours = { type = "number", meaning = "Hours behind the price" }
--- x_UnitPrice = { type = "number", meaning = "EffectiveCost of an hour" }
WITH charged AS (
  SELECT
    ProviderName, BillingAccountId, RegionId, BillingCurrency,
    COALESCE(NULLIF(x_InstanceType, ''), NULLIF(SPLIT_PART(x_UsageType, ':', 2), '')) AS x_InstanceType,
    -- An operation is an operating system with its licences: it has prices of its own. As metric/machine_use has it.
    CASE
      WHEN x_ServiceCode = 'AmazonEC2' THEN x_Operation
      WHEN x_Operation LIKE '%Windows%' THEN 'Windows'
      ELSE 'Linux'
    END AS x_Operation,
    PricingQuantity, EffectiveCost,
    CASE WHEN x_UsageType LIKE '%DedicatedUsage:%' OR x_UsageType LIKE '%Sole Tenancy%' THEN 'dedicated' ELSE 'shared' END AS x_Tenancy,
    CASE WHEN x_UsageType LIKE '%Instance Core running%' THEN 'cores' WHEN x_UsageType LIKE '%Instance Ram running%' THEN 'memory' ELSE 'machine' END AS x_Part
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day
    AND PricingCategory = 'Standard' AND CommitmentDiscountStatus IS NULL
    AND (
      (x_ServiceCode = 'AmazonEC2' AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%DedicatedUsage:%') AND x_UsageType NOT LIKE '%HostBoxUsage:%')
      OR (x_ServiceCode = 'Virtual Machines' AND x_InstanceType <> '')
      OR (x_ServiceCode = '6F81-5844-456A' AND x_InstanceType <> ''
        AND (x_UsageType LIKE '%Instance Core running%' OR x_UsageType LIKE '%Instance Ram running%'))
    )
    -- Not the free hours; discounts, which are negative, belong to the price.
    AND EffectiveCost <> 0
),
hours AS (
  SELECT
    c.ProviderName, c.BillingAccountId, c.RegionId, c.BillingCurrency, c.x_InstanceType, c.x_Operation, c.x_Tenancy, c.EffectiveCost,
    CASE
      WHEN c.x_Part = 'machine' THEN CAST(c.PricingQuantity AS DECIMAL(38,10))
      WHEN c.x_Part = 'cores' AND t.x_Vcpu IS NOT NULL
        THEN CAST(CAST(c.PricingQuantity AS DOUBLE) / t.x_Vcpu AS DECIMAL(38,10))
    END AS PricingQuantity
  FROM charged AS c
  LEFT JOIN machine_type AS t ON t.x_InstanceType = c.x_InstanceType
),
sums AS (
  SELECT
    ProviderName, BillingAccountId, RegionId, BillingCurrency, x_InstanceType, x_Operation, x_Tenancy,
    CAST(SUM(PricingQuantity) AS DOUBLE) AS x_Hours, CAST(SUM(EffectiveCost) AS DOUBLE) AS x_Cost
  FROM hours
  GROUP BY ProviderName, BillingAccountId, RegionId, BillingCurrency, x_InstanceType, x_Operation, x_Tenancy
)
SELECT
  ProviderName, BillingAccountId, RegionId, BillingCurrency, x_InstanceType, x_Operation, x_Tenancy,
  x_Hours, x_Cost / x_Hours AS x_UnitPrice
FROM sums
WHERE x_Hours > 0 AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, RegionId, BillingCurrency, x_InstanceType, x_Operation, x_Tenancy

--- title = "Resources without a name"
--- question = "How much of each service's resource cost is of resources whose name the bill does not tell?"
--- reads = ["resource_month"]
--- [columns]
--- ServiceName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_Resources = { type = "integer", meaning = "Resources of the billing period" }
--- x_WithoutName = { type = "integer", meaning = "Those without a ResourceName" }
--- x_WithoutNameCost = { type = "money", meaning = "EffectiveCost of those" }
WITH resources AS (
  SELECT
    ServiceName, BillingCurrency, SubAccountId, ResourceId, MAX(ResourceName) AS ResourceName,
    SUM(EffectiveCost) AS EffectiveCost
  FROM resource_month
  WHERE x_BillingMonth = :billing_period AND ResourceId IS NOT NULL
  GROUP BY ServiceName, BillingCurrency, SubAccountId, ResourceId
)
SELECT
  ServiceName, BillingCurrency,
  COUNT(*) AS x_Resources,
  SUM(CASE WHEN ResourceName IS NULL THEN 1 ELSE 0 END) AS x_WithoutName,
  SUM(CASE WHEN ResourceName IS NULL THEN EffectiveCost END) AS x_WithoutNameCost
FROM resources
GROUP BY ServiceName, BillingCurrency
HAVING SUM(CASE WHEN ResourceName IS NULL THEN 1 ELSE 0 END) > 0
ORDER BY x_WithoutNameCost DESC NULLS LAST, ServiceName, BillingCurrency

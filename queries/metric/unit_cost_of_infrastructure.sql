--- title = "Unit cost of infrastructure"
--- question = "What did a vCPU-hour, a GB-month, a GB transferred and 1,000 requests cost in the billing period, on EffectiveCost of the daily charges that the provider prices in that unit? A machine type that the lookup does not know is left out: see quality/unknown_machine_types."
--- reads = ["resource_day", "machine_type"]
--- [columns]
--- x_Unit = "`vCPU-hour`, `GB-month`, `GB transferred` or `1,000 requests`"
--- ServiceName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_Quantity = { type = "quantity", meaning = "How many units" }
--- x_UnitCost = { type = "number", meaning = "EffectiveCost per unit; empty when the quantity is 0" }
--- x_PriorUnitCost = { type = "number", meaning = "The same of the prior billing period; empty where that has none" }
WITH rows_priced AS (
  SELECT
    x_BillingMonth, ServiceName, BillingCurrency, PricingUnit, EffectiveCost, PricingQuantity,
    -- Databases and caches run on machines of the same types.
    CASE
      WHEN x_InstanceType LIKE 'db.%' THEN SUBSTR(x_InstanceType, 4)
      WHEN x_InstanceType LIKE 'cache.%' THEN SUBSTR(x_InstanceType, 7)
      ELSE x_InstanceType
    END AS x_Type,
    CASE WHEN x_UsageType LIKE '%DataTransfer%' OR x_UsageType LIKE '%-Out-Bytes' OR x_UsageType LIKE '%-In-Bytes'
      THEN 1 ELSE 0
    END AS x_IsTransfer
  FROM resource_day
  -- Shares of a cost that stands on another row carry its quantity a second time.
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period) AND COALESCE(x_SplitCost, 0) = 0
),
priced AS (
  SELECT
    x_BillingMonth, ServiceName, BillingCurrency, PricingUnit, x_Type, x_IsTransfer,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(PricingQuantity) AS x_Priced
  FROM rows_priced
  GROUP BY x_BillingMonth, ServiceName, BillingCurrency, PricingUnit, x_Type, x_IsTransfer
),
units AS (
  SELECT
    p.x_BillingMonth, p.ServiceName, p.BillingCurrency, p.EffectiveCost,
    CASE
      WHEN p.PricingUnit IN ('vCPU-Hours', 'vCPU-hours') THEN 'vCPU-hour'
      WHEN p.PricingUnit IN ('Hrs', 'Hours', 'hours', 'Hour') AND t.x_Vcpu > 0 THEN 'vCPU-hour'
      WHEN p.PricingUnit IN ('GB-Mo', 'GB-Months', 'GB-Month') THEN 'GB-month'
      WHEN p.PricingUnit IN ('GB', 'GigaBytes', 'Gigabytes') AND p.x_IsTransfer = 1 THEN 'GB transferred'
      WHEN p.PricingUnit IN ('Requests', 'Request', 'API Requests') THEN '1,000 requests'
    END AS x_Unit,
    -- Back to exact, so that a sum is the same whatever the order.
    CAST(
      CASE
        WHEN p.PricingUnit IN ('Hrs', 'Hours', 'hours', 'Hour') THEN CAST(p.x_Priced AS DOUBLE) * CAST(t.x_Vcpu AS DOUBLE)
        WHEN p.PricingUnit IN ('Requests', 'Request', 'API Requests') THEN CAST(p.x_Priced AS DOUBLE) * 0.001
        ELSE CAST(p.x_Priced AS DOUBLE)
      END AS DECIMAL(38,10)
    ) AS x_Quantity
  FROM priced AS p
  LEFT JOIN machine_type AS t ON t.x_InstanceType = p.x_Type
),
sums AS (
  SELECT
    x_BillingMonth, x_Unit, ServiceName, BillingCurrency,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(x_Quantity) AS x_Quantity
  FROM units
  WHERE x_Unit IS NOT NULL
  GROUP BY x_BillingMonth, x_Unit, ServiceName, BillingCurrency
),
prior AS (
  SELECT
    x_Unit, ServiceName, BillingCurrency,
    CASE WHEN x_Quantity <> 0 THEN CAST(EffectiveCost AS DOUBLE) / CAST(x_Quantity AS DOUBLE) END AS x_PriorUnitCost
  FROM sums
  WHERE x_BillingMonth = :prior_billing_period
)
SELECT
  s.x_Unit, s.ServiceName, s.BillingCurrency, s.EffectiveCost, s.x_Quantity,
  CASE WHEN s.x_Quantity <> 0 THEN CAST(s.EffectiveCost AS DOUBLE) / CAST(s.x_Quantity AS DOUBLE) END AS x_UnitCost,
  p.x_PriorUnitCost
FROM sums AS s
LEFT JOIN prior AS p
  ON p.x_Unit = s.x_Unit AND p.ServiceName = s.ServiceName AND p.BillingCurrency = s.BillingCurrency
WHERE s.x_BillingMonth = :billing_period
ORDER BY x_Unit, EffectiveCost DESC NULLS LAST, ServiceName, BillingCurrency

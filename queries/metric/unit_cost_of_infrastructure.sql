--- title = "Unit cost of infrastructure"
--- question = "What did a vCPU-hour, a GB-month, a GB moved in each direction and 1,000 requests cost in the billing period, on EffectiveCost of the daily charges that the provider prices in that unit? What is charged by the vCPU-hour on top of a machine's own hours, such as CPU credits and extended support, stands apart as a surcharge. A machine type that the lookup does not know is left out: see quality/unknown_machine_types."
--- reads = ["resource_day", "machine_type"]
--- [columns]
--- x_Unit = "`vCPU-hour`, `vCPU-hour, surcharge`, `vCPU-hour, other`, `GB-month`, `1,000 requests`, or `GB` with where it went: between zones, to and from the internet, another region or the content network, or another way"
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
    COALESCE(PricingUnit, '') IN ('Hrs', 'Hours', 'hours', 'Hour') AS x_IsByHour,
    -- Containers without machines are vCPU-hours of their own, whatever their pricing unit is called. The rest
    -- that is priced so rides on the hours of a machine, or may: its hours would count twice.
    CASE
      WHEN x_UsageType LIKE '%Fargate%vCPU-Hours%' THEN 'own'
      WHEN x_UsageType LIKE '%CPUCredits%' OR x_UsageType LIKE '%ExtendedSupport%'
        OR x_UsageType LIKE '%EBSOptimized%' THEN 'surcharge'
      ELSE 'machine'
    END AS x_Hours,
    -- Each direction has its own price, most of them 0: their mean is the price of none.
    CASE
      WHEN x_UsageType LIKE '%AWS-Out-Bytes' THEN 'GB to another region'
      WHEN x_UsageType LIKE '%AWS-In-Bytes' THEN 'GB from another region'
      WHEN x_UsageType LIKE '%CloudFront-Out-Bytes' THEN 'GB to the content network'
      WHEN x_UsageType LIKE '%CloudFront-In-Bytes' THEN 'GB from the content network'
      WHEN x_UsageType LIKE '%DataTransfer-Regional-Bytes' OR x_UsageType LIKE '%DataTransfer-xAZ-%'
        THEN 'GB between zones'
      WHEN x_UsageType LIKE '%DataTransfer-Out-Bytes' THEN 'GB to the internet'
      WHEN x_UsageType LIKE '%DataTransfer-In-Bytes' THEN 'GB from the internet'
      WHEN x_UsageType LIKE '%DataTransfer%' OR x_UsageType LIKE '%-Out-Bytes' OR x_UsageType LIKE '%-In-Bytes'
        THEN 'GB transferred, other'
    END AS x_Way
  FROM resource_day
  -- Shares of a cost that stands on another row carry its quantity a second time.
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period) AND COALESCE(x_SplitCost, 0) = 0
),
priced AS (
  SELECT
    x_BillingMonth, ServiceName, BillingCurrency, PricingUnit, x_IsByHour, x_Type, x_Hours, x_Way,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(PricingQuantity) AS x_Priced
  FROM rows_priced
  GROUP BY x_BillingMonth, ServiceName, BillingCurrency, PricingUnit, x_IsByHour, x_Type, x_Hours, x_Way
),
units AS (
  SELECT
    p.x_BillingMonth, p.ServiceName, p.BillingCurrency, p.EffectiveCost,
    CASE
      WHEN p.x_Hours = 'own' AND (p.x_IsByHour OR p.PricingUnit IN ('vCPU-Hours', 'vCPU-hours')) THEN 'vCPU-hour'
      WHEN p.PricingUnit IN ('vCPU-Hours', 'vCPU-hours') AND p.x_Hours = 'surcharge' THEN 'vCPU-hour, surcharge'
      WHEN p.PricingUnit IN ('vCPU-Hours', 'vCPU-hours') THEN 'vCPU-hour, other'
      WHEN p.x_IsByHour AND p.x_Hours = 'machine' AND t.x_Vcpu > 0 THEN 'vCPU-hour'
      WHEN p.x_IsByHour AND p.x_Hours = 'surcharge' AND t.x_Vcpu > 0 THEN 'vCPU-hour, surcharge'
      WHEN p.PricingUnit IN ('GB-Mo', 'GB-Months', 'GB-Month') THEN 'GB-month'
      WHEN p.PricingUnit IN ('GB', 'GigaBytes', 'Gigabytes') THEN p.x_Way
      WHEN p.PricingUnit IN ('Requests', 'Request', 'API Requests') THEN '1,000 requests'
    END AS x_Unit,
    -- Back to exact, so that a sum is the same whatever the order.
    CAST(
      CASE
        WHEN p.x_IsByHour AND p.x_Hours <> 'own' THEN CAST(p.x_Priced AS DOUBLE) * CAST(t.x_Vcpu AS DOUBLE)
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

--- title = "Services, by a cost tool and in cost"
--- question = "What does the provider's cost tool say that each service costs, and what does `cost` have of it? Tools name services in their own ways, so this is for reading: only totals and accounts are gates."
--- reads = ["told_service", "told_service_name", "cost_daily"]
--- [columns]
--- x_SourceId = "FOCUS"
--- x_Service = { type = "text", meaning = "The service; where the two name it in two ways, as `cost` does; taxes are one" }
--- BillingCurrency = "FOCUS"
--- x_ToldBilledCost = { type = "money", meaning = "BilledCost, as the tool tells it" }
--- BilledCost = "FOCUS"
--- x_ToldBilledCostDifference = { type = "money", meaning = "What is told minus what `cost` has" }
--- x_ToldEffectiveCost = { type = "money", meaning = "EffectiveCost, as the tool tells it" }
--- EffectiveCost = "FOCUS"
--- x_ToldEffectiveCostDifference = { type = "money", meaning = "What is told minus what `cost` has" }
WITH told AS (
  SELECT
    t.x_SourceId, t.BillingCurrency, t.x_TotalMetric, t.x_ToldAmount,
    COALESCE(n.x_Service, t.x_ToldService) AS x_Service
  FROM told_service AS t
  LEFT JOIN told_service_name AS n ON n.x_ToldService = t.x_ToldService
),
sources AS (
  SELECT DISTINCT x_SourceId FROM told_service
),
ours AS (
  SELECT
    c.x_SourceId, c.BillingCurrency, c.BilledCost, c.EffectiveCost,
    CASE WHEN c.ChargeCategory = 'Tax' THEN 'Tax' ELSE c.ServiceName END AS x_Service
  FROM cost_daily AS c
  JOIN sources AS s ON s.x_SourceId = c.x_SourceId
  WHERE c.x_BillingMonth = :billing_period
),
amounts AS (
  SELECT
    x_SourceId, x_Service, BillingCurrency,
    CASE WHEN x_TotalMetric = 'BilledCost' THEN x_ToldAmount ELSE CAST(0 AS DECIMAL(38,18)) END AS x_ToldBilledCost,
    CASE WHEN x_TotalMetric = 'EffectiveCost' THEN x_ToldAmount ELSE CAST(0 AS DECIMAL(38,18)) END AS x_ToldEffectiveCost,
    CAST(0 AS DECIMAL(38,18)) AS BilledCost, CAST(0 AS DECIMAL(38,18)) AS EffectiveCost
  FROM told
  UNION ALL
  SELECT
    x_SourceId, x_Service, BillingCurrency,
    CAST(0 AS DECIMAL(38,18)) AS x_ToldBilledCost, CAST(0 AS DECIMAL(38,18)) AS x_ToldEffectiveCost,
    BilledCost, EffectiveCost
  FROM ours
),
summed AS (
  SELECT
    x_SourceId, x_Service, BillingCurrency,
    SUM(x_ToldBilledCost) AS x_ToldBilledCost,
    SUM(BilledCost) AS BilledCost,
    SUM(x_ToldEffectiveCost) AS x_ToldEffectiveCost,
    SUM(EffectiveCost) AS EffectiveCost
  FROM amounts
  GROUP BY x_SourceId, x_Service, BillingCurrency
)
SELECT
  x_SourceId, x_Service, BillingCurrency,
  x_ToldBilledCost, BilledCost, x_ToldBilledCost - BilledCost AS x_ToldBilledCostDifference,
  x_ToldEffectiveCost, EffectiveCost, x_ToldEffectiveCost - EffectiveCost AS x_ToldEffectiveCostDifference
FROM summed
ORDER BY ABS(x_ToldBilledCost - BilledCost) DESC, x_SourceId, x_Service, BillingCurrency

--- title = "Cost by provider"
--- question = "What did each provider cost in the billing period, and how did that change from the month before? Providers of either month; one without charges in a month costs 0 in it."
--- reads = ["cost_daily"]
--- [columns]
--- ProviderName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_PriorEffectiveCost = { type = "money", meaning = "EffectiveCost of the prior billing period; empty when that period is not in the lake" }
--- x_EffectiveCostChange = { type = "money", meaning = "EffectiveCost minus that of the prior billing period" }
--- x_EffectiveCostChangeShare = { type = "ratio", meaning = "The change as a share of the size of the prior EffectiveCost; empty when that is 0" }
--- BilledCost = "FOCUS"
--- x_PriorBilledCost = { type = "money", meaning = "BilledCost of the prior billing period; empty when that period is not in the lake" }
--- x_BilledCostChange = { type = "money", meaning = "BilledCost minus that of the prior billing period" }
--- x_BilledCostChangeShare = { type = "ratio", meaning = "The change as a share of the size of the prior BilledCost; empty when that is 0" }
WITH months AS (
  -- A month that is not in the lake has no figures: not a cost of 0, not a change of -100 %.
  SELECT
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN 1 ELSE 0 END) AS x_BillingPeriodRows,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN 1 ELSE 0 END) AS x_PriorRows
  FROM cost_daily
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period)
  LIMIT 1
),
by_key AS (
  SELECT
    ProviderName, BillingCurrency,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN EffectiveCost ELSE 0 END) AS EffectiveCost,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN EffectiveCost ELSE 0 END) AS x_PriorEffectiveCost,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN BilledCost ELSE 0 END) AS BilledCost,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN BilledCost ELSE 0 END) AS x_PriorBilledCost
  FROM cost_daily
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period)
  GROUP BY ProviderName, BillingCurrency
),
known AS (
  SELECT
    k.ProviderName, k.BillingCurrency, k.EffectiveCost, k.BilledCost,
    CASE WHEN m.x_PriorRows > 0 THEN k.x_PriorEffectiveCost END AS x_PriorEffectiveCost,
    CASE WHEN m.x_PriorRows > 0 THEN k.x_PriorBilledCost END AS x_PriorBilledCost
  FROM by_key AS k
  CROSS JOIN months AS m
  WHERE m.x_BillingPeriodRows > 0
)
SELECT
  ProviderName, BillingCurrency,
  EffectiveCost,
  x_PriorEffectiveCost,
  EffectiveCost - x_PriorEffectiveCost AS x_EffectiveCostChange,
  CASE WHEN x_PriorEffectiveCost <> 0
    THEN CAST(EffectiveCost - x_PriorEffectiveCost AS DOUBLE) / CAST(ABS(x_PriorEffectiveCost) AS DOUBLE)
  END AS x_EffectiveCostChangeShare,
  BilledCost,
  x_PriorBilledCost,
  BilledCost - x_PriorBilledCost AS x_BilledCostChange,
  CASE WHEN x_PriorBilledCost <> 0
    THEN CAST(BilledCost - x_PriorBilledCost AS DOUBLE) / CAST(ABS(x_PriorBilledCost) AS DOUBLE)
  END AS x_BilledCostChangeShare
FROM known
ORDER BY EffectiveCost DESC NULLS LAST, ProviderName, BillingCurrency

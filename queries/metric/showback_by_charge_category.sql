--- title = "Showback by charge category"
--- question = "What kinds of charges make up what each team answers for, corrections of earlier periods apart? On the declared basis."
--- reads = ["cost_daily"]
--- [columns]
--- x_Team = "costmill"
--- ChargeCategory = "FOCUS"
--- ChargeClass = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost of the billing period on the basis of the statements" }
--- x_PriorCost = { type = "money", meaning = "The same of the prior billing period; empty when that period is not in the lake" }
--- x_CostChange = { type = "money", meaning = "Cost minus that of the prior billing period" }
--- x_CostChangeShare = { type = "ratio", meaning = "The change as a share of the size of the prior cost; empty when that is 0" }
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
    x_Team, ChargeCategory, ChargeClass, BillingCurrency,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN :showback_basis ELSE 0 END) AS x_Cost,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN :showback_basis ELSE 0 END) AS x_PriorCost
  FROM cost_daily
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period)
  GROUP BY x_Team, ChargeCategory, ChargeClass, BillingCurrency
),
known AS (
  SELECT
    k.x_Team, k.ChargeCategory, k.ChargeClass, k.BillingCurrency, k.x_Cost,
    CASE WHEN m.x_PriorRows > 0 THEN k.x_PriorCost END AS x_PriorCost
  FROM by_key AS k
  CROSS JOIN months AS m
  WHERE m.x_BillingPeriodRows > 0
)
SELECT
  x_Team, ChargeCategory, ChargeClass, BillingCurrency,
  x_Cost,
  x_PriorCost,
  x_Cost - x_PriorCost AS x_CostChange,
  CASE WHEN x_PriorCost <> 0
    THEN CAST(x_Cost - x_PriorCost AS DOUBLE) / CAST(ABS(x_PriorCost) AS DOUBLE)
  END AS x_CostChangeShare
FROM known
ORDER BY x_Team, x_Cost DESC NULLS LAST, ChargeCategory, ChargeClass, BillingCurrency

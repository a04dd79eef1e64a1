--- title = "Showback by service"
--- question = "What did each service cost each team in the billing period, and how did that change from the month before? On the declared basis; services of either month."
--- reads = ["cost_daily", "team"]
--- [columns]
--- x_Team = "costmill"
--- x_CostCentre = "costmill"
--- x_BillTo = "costmill"
--- ServiceName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_Basis = "costmill"
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
    x_Team, ServiceName, BillingCurrency,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN :showback_basis ELSE 0 END) AS x_Cost,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN :showback_basis ELSE 0 END) AS x_PriorCost
  FROM cost_daily
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period)
  GROUP BY x_Team, ServiceName, BillingCurrency
),
known AS (
  SELECT
    k.x_Team, k.ServiceName, k.BillingCurrency, k.x_Cost,
    CASE WHEN m.x_PriorRows > 0 THEN k.x_PriorCost END AS x_PriorCost
  FROM by_key AS k
  CROSS JOIN months AS m
  WHERE m.x_BillingPeriodRows > 0
)
SELECT
  k.x_Team, t.x_CostCentre, t.x_BillTo, k.ServiceName, k.BillingCurrency,
  :showback_basis_name AS x_Basis,
  k.x_Cost,
  k.x_PriorCost,
  k.x_Cost - k.x_PriorCost AS x_CostChange,
  CASE WHEN k.x_PriorCost <> 0
    THEN CAST(k.x_Cost - k.x_PriorCost AS DOUBLE) / CAST(ABS(k.x_PriorCost) AS DOUBLE)
  END AS x_CostChangeShare
FROM known AS k
LEFT JOIN team AS t ON t.x_Team = k.x_Team
ORDER BY x_Team, x_Cost DESC NULLS LAST, ServiceName, BillingCurrency

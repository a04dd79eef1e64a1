--- title = "Showback by team"
--- question = "What does each team answer for in the billing period, on the declared basis? The teams and `unallocated` add up to the basis exactly; `unallocated` is a row even at 0."
--- reads = ["cost_daily", "team"]
--- [columns]
--- x_Team = "costmill"
--- x_CostCentre = "costmill"
--- x_BillTo = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Basis = "costmill"
--- x_Policy = "Whose tax, support, credits and refunds are in the figures"
--- x_Cost = { type = "money", meaning = "Cost of the billing period on the basis of the statements" }
--- x_PriorCost = { type = "money", meaning = "The same of the prior billing period; empty when that period is not in the lake" }
--- x_CostChange = { type = "money", meaning = "Cost minus that of the prior billing period" }
--- x_CostChangeShare = { type = "ratio", meaning = "The change as a share of the size of the prior cost; empty when that is 0" }
--- x_YearToDateCost = { type = "money", meaning = "Cost of the year's billing periods up to this one that are in the lake" }
--- x_YearToDateMonths = { type = "integer", meaning = "How many billing periods of the year are in the lake, up to this one" }
WITH months AS (
  -- A month that is not in the lake has no figures: not a cost of 0, not a change of -100 %.
  SELECT
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN 1 ELSE 0 END) AS x_BillingPeriodRows,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN 1 ELSE 0 END) AS x_PriorRows,
    COUNT(DISTINCT CASE WHEN x_BillingMonth >= :first_billing_period_of_year THEN x_BillingMonth END) AS x_YearToDateMonths
  FROM cost_daily
  WHERE x_BillingMonth = :prior_billing_period
    OR (x_BillingMonth >= :first_billing_period_of_year AND x_BillingMonth <= :billing_period)
  LIMIT 1
),
charged AS (
  SELECT x_Team, BillingCurrency, x_BillingMonth, SUM(:showback_basis) AS x_Cost
  FROM cost_daily
  WHERE x_BillingMonth = :prior_billing_period
    OR (x_BillingMonth >= :first_billing_period_of_year AND x_BillingMonth <= :billing_period)
  GROUP BY x_Team, BillingCurrency, x_BillingMonth
),
with_rest AS (
  SELECT x_Team, BillingCurrency, x_BillingMonth, x_Cost FROM charged
  UNION ALL
  -- The rest is shown where there is none, too.
  SELECT DISTINCT 'unallocated' AS x_Team, BillingCurrency, :billing_period AS x_BillingMonth, CAST(0 AS DECIMAL(38,18)) AS x_Cost
  FROM charged
),
by_team AS (
  SELECT
    x_Team, BillingCurrency,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN x_Cost ELSE 0 END) AS x_Cost,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN x_Cost ELSE 0 END) AS x_PriorCost,
    SUM(CASE WHEN x_BillingMonth >= :first_billing_period_of_year THEN x_Cost ELSE 0 END) AS x_YearToDateCost
  FROM with_rest
  GROUP BY x_Team, BillingCurrency
),
known AS (
  SELECT
    k.x_Team, k.BillingCurrency, k.x_Cost, k.x_YearToDateCost, m.x_YearToDateMonths,
    CASE WHEN m.x_PriorRows > 0 THEN k.x_PriorCost END AS x_PriorCost
  FROM by_team AS k
  CROSS JOIN months AS m
  WHERE m.x_BillingPeriodRows > 0
)
SELECT
  k.x_Team, t.x_CostCentre, t.x_BillTo, k.BillingCurrency,
  :showback_basis_name AS x_Basis,
  :showback_policy AS x_Policy,
  k.x_Cost,
  k.x_PriorCost,
  k.x_Cost - k.x_PriorCost AS x_CostChange,
  CASE WHEN k.x_PriorCost <> 0
    THEN CAST(k.x_Cost - k.x_PriorCost AS DOUBLE) / CAST(ABS(k.x_PriorCost) AS DOUBLE)
  END AS x_CostChangeShare,
  k.x_YearToDateCost,
  k.x_YearToDateMonths
FROM known AS k
LEFT JOIN team AS t ON t.x_Team = k.x_Team
ORDER BY x_Cost DESC NULLS LAST, x_Team, BillingCurrency

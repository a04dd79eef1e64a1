--- title = "Showback with adjustments"
--- question = "What does each team that has adjustments answer for in all: its charges of the billing period, and what closed periods are put right by?"
--- reads = ["cost_daily", "period_change"]
--- [columns]
--- x_Team = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Basis = "costmill"
--- x_Cost = { type = "money", meaning = "Cost of the billing period on the basis of the statements" }
--- x_Adjustment = { type = "money", meaning = "What closed periods are put right by in this one's statements" }
--- x_CostAndAdjustment = { type = "money", meaning = "Both together" }
WITH adjusted AS (
  SELECT
    x_Team, BillingCurrency,
    SUM(CASE WHEN :showback_basis_name = 'BilledCost' THEN x_BilledCostChange ELSE x_EffectiveCostChange END) AS x_Adjustment
  FROM period_change
  WHERE x_Change = 'adjustment'
  GROUP BY x_Team, BillingCurrency
),
charged AS (
  SELECT x_Team, BillingCurrency, SUM(:showback_basis) AS x_Cost
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period
  GROUP BY x_Team, BillingCurrency
),
known AS (
  -- A team may have adjustments and no charges of this period.
  SELECT a.x_Team, a.BillingCurrency, a.x_Adjustment, COALESCE(c.x_Cost, a.x_Adjustment - a.x_Adjustment) AS x_Cost
  FROM adjusted AS a
  LEFT JOIN charged AS c ON c.x_Team = a.x_Team AND c.BillingCurrency = a.BillingCurrency
)
SELECT
  x_Team, BillingCurrency,
  :showback_basis_name AS x_Basis,
  x_Cost,
  x_Adjustment,
  x_Cost + x_Adjustment AS x_CostAndAdjustment
FROM known
ORDER BY x_Cost DESC NULLS LAST, x_Team, BillingCurrency

--- title = "Restatements of earlier months by team"
--- question = "Which earlier statements of the team were made again while this month was the newest, and what do they say more or less?"
--- reads = ["period_change"]
--- [columns]
--- x_Team = "costmill"
--- x_ChangedMonth = "costmill"
--- x_ChangedBy = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Basis = "costmill"
--- x_Restated = { type = "money", meaning = "What the earlier month moved by, on the basis of the statements" }
--- x_RowsChange = "costmill"
SELECT
  x_Team, x_ChangedMonth, x_ChangedBy, BillingCurrency,
  :showback_basis_name AS x_Basis,
  SUM(CASE WHEN :showback_basis_name = 'BilledCost' THEN x_BilledCostChange ELSE x_EffectiveCostChange END) AS x_Restated,
  SUM(x_RowsChange) AS x_RowsChange
FROM period_change
WHERE x_Change = 'restatement'
GROUP BY x_Team, x_ChangedMonth, x_ChangedBy, BillingCurrency
ORDER BY x_ChangedMonth, x_Team, x_ChangedBy, BillingCurrency

--- title = "Adjustments by team"
--- question = "What does each team answer for in this period because a later delivery of a closed one says otherwise than it was closed with?"
--- reads = ["period_change"]
--- [columns]
--- x_Team = "costmill"
--- x_ChangedMonth = "costmill"
--- ServiceName = "FOCUS"
--- ChargeCategory = "FOCUS"
--- SubAccountId = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_Basis = "costmill"
--- x_Adjustment = { type = "money", meaning = "What the closed period moved by, on the basis of the statements" }
SELECT
  x_Team, x_ChangedMonth, ServiceName, ChargeCategory, SubAccountId, BillingCurrency,
  :showback_basis_name AS x_Basis,
  SUM(CASE WHEN :showback_basis_name = 'BilledCost' THEN x_BilledCostChange ELSE x_EffectiveCostChange END) AS x_Adjustment
FROM period_change
WHERE x_Change = 'adjustment'
GROUP BY x_Team, x_ChangedMonth, ServiceName, ChargeCategory, SubAccountId, BillingCurrency
ORDER BY x_ChangedMonth, x_Team, ServiceName, ChargeCategory, SubAccountId, BillingCurrency

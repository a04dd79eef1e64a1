--- title = "Changes to earlier months"
--- question = "Which earlier billing periods moved while this one was the newest, or are closed and put right here, and by how much?"
--- reads = ["period_change"]
--- [columns]
--- x_Change = "costmill"
--- x_ChangedMonth = "costmill"
--- x_ChangedBy = "costmill"
--- BillingCurrency = "FOCUS"
--- x_EffectiveCostChange = "costmill"
--- x_BilledCostChange = "costmill"
--- x_RowsChange = "costmill"
SELECT
  x_Change, x_ChangedMonth, x_ChangedBy, BillingCurrency,
  SUM(x_EffectiveCostChange) AS x_EffectiveCostChange,
  SUM(x_BilledCostChange) AS x_BilledCostChange,
  SUM(x_RowsChange) AS x_RowsChange
FROM period_change
GROUP BY x_Change, x_ChangedMonth, x_ChangedBy, BillingCurrency
ORDER BY x_Change, x_ChangedMonth, x_ChangedBy, BillingCurrency

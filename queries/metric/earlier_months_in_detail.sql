--- title = "Changes to earlier months in detail"
--- question = "By which charge category, service, sub account and team did earlier billing periods move?"
--- reads = ["period_change"]
--- [columns]
--- x_Change = "costmill"
--- x_ChangedMonth = "costmill"
--- ChargeCategory = "FOCUS"
--- ServiceName = "FOCUS"
--- SubAccountId = "FOCUS"
--- x_Team = "costmill"
--- BillingCurrency = "FOCUS"
--- x_EffectiveCostChange = "costmill"
--- x_BilledCostChange = "costmill"
--- x_RowsChange = "costmill"
SELECT
  x_Change, x_ChangedMonth, ChargeCategory, ServiceName, SubAccountId, x_Team, BillingCurrency,
  SUM(x_EffectiveCostChange) AS x_EffectiveCostChange,
  SUM(x_BilledCostChange) AS x_BilledCostChange,
  SUM(x_RowsChange) AS x_RowsChange
FROM period_change
GROUP BY x_Change, x_ChangedMonth, ChargeCategory, ServiceName, SubAccountId, x_Team, BillingCurrency
ORDER BY x_Change, x_ChangedMonth, ABS(SUM(x_EffectiveCostChange)) DESC NULLS LAST, ChargeCategory, ServiceName, SubAccountId,
  x_Team, BillingCurrency

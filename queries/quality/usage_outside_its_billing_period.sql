--- title = "Usage outside its billing period"
--- question = "Which usage is billed in this billing period and stands on a day of another month, an earlier one that came late or one in the future? It is in no day of this month's charts."
--- reads = ["cost_daily"]
--- [columns]
--- x_SourceId = "costmill"
--- x_ChargeDay = "costmill"
--- SubAccountId = "FOCUS"
--- ServiceName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_Rows = "costmill"
SELECT
  x_SourceId, x_ChargeDay, SubAccountId, ServiceName, BillingCurrency,
  SUM(EffectiveCost) AS EffectiveCost,
  SUM(x_Rows) AS x_Rows
FROM cost_daily
WHERE x_BillingMonth = :billing_period AND ChargeCategory = 'Usage' AND STRFTIME(x_ChargeDay, '%Y-%m') <> x_BillingMonth
GROUP BY x_SourceId, x_ChargeDay, SubAccountId, ServiceName, BillingCurrency
ORDER BY x_ChargeDay, x_SourceId, SubAccountId, ServiceName, BillingCurrency

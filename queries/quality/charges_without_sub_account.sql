--- title = "Charges without a sub account"
--- question = "Which charges of the billing period name no sub account, so that no account rule can give them to a team?"
--- reads = ["cost_daily"]
--- [columns]
--- x_SourceId = "costmill"
--- ProviderName = "FOCUS"
--- BillingAccountId = "FOCUS"
--- ServiceName = "FOCUS"
--- ChargeCategory = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_Rows = "costmill"
SELECT
  x_SourceId, ProviderName, BillingAccountId, ServiceName, ChargeCategory, BillingCurrency,
  SUM(EffectiveCost) AS EffectiveCost,
  SUM(x_Rows) AS x_Rows
FROM cost_daily
WHERE x_BillingMonth = :billing_period AND COALESCE(SubAccountId, '') = ''
GROUP BY x_SourceId, ProviderName, BillingAccountId, ServiceName, ChargeCategory, BillingCurrency
ORDER BY EffectiveCost DESC NULLS LAST, x_SourceId, ProviderName, BillingAccountId, ServiceName, ChargeCategory, BillingCurrency

--- title = "Services without a category"
--- question = "Which services of the billing period stand under `Other`, because nobody said what kind of service they are?"
--- reads = ["cost_daily"]
--- [columns]
--- ProviderName = "FOCUS"
--- ServiceName = "FOCUS"
--- ServiceCategory = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_Rows = "costmill"
SELECT
  ProviderName, ServiceName, ServiceCategory, BillingCurrency,
  SUM(EffectiveCost) AS EffectiveCost,
  SUM(x_Rows) AS x_Rows
FROM cost_daily
WHERE x_BillingMonth = :billing_period AND COALESCE(ServiceCategory, 'Other') = 'Other'
GROUP BY ProviderName, ServiceName, ServiceCategory, BillingCurrency
ORDER BY EffectiveCost DESC NULLS LAST, ProviderName, ServiceName, ServiceCategory, BillingCurrency

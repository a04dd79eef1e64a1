--- title = "Sub accounts in several currencies"
--- question = "Which sub accounts are billed in more than one currency in the billing period, so that no one figure is their cost?"
--- reads = ["cost_daily"]
--- [columns]
--- BillingAccountId = "FOCUS"
--- SubAccountId = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_Rows = "costmill"
WITH sums AS (
  SELECT
    BillingAccountId, SubAccountId, BillingCurrency,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(x_Rows) AS x_Rows
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period
  GROUP BY BillingAccountId, SubAccountId, BillingCurrency
),
counted AS (
  SELECT
    BillingAccountId, SubAccountId, BillingCurrency, EffectiveCost, x_Rows,
    COUNT(*) OVER (PARTITION BY BillingAccountId, SubAccountId) AS x_Currencies
  FROM sums
)
SELECT BillingAccountId, SubAccountId, BillingCurrency, EffectiveCost, x_Rows
FROM counted
WHERE x_Currencies > 1
ORDER BY BillingAccountId, SubAccountId, BillingCurrency

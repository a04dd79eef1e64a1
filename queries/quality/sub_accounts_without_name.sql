--- title = "Sub accounts without a name"
--- question = "Which sub accounts have a number and no name, in the bill or in the accounts file?"
--- reads = ["cost_daily"]
--- [columns]
--- BillingAccountId = "FOCUS"
--- SubAccountId = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
WITH named AS (
  SELECT BillingAccountId, SubAccountId, BillingCurrency, MAX(SubAccountName) AS x_Name, SUM(EffectiveCost) AS EffectiveCost
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND SubAccountId <> ''
  GROUP BY BillingAccountId, SubAccountId, BillingCurrency
)
SELECT BillingAccountId, SubAccountId, BillingCurrency, EffectiveCost
FROM named
WHERE COALESCE(x_Name, '') = ''
ORDER BY EffectiveCost DESC NULLS LAST, BillingAccountId, SubAccountId, BillingCurrency

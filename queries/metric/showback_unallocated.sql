--- title = "What belongs to no team"
--- question = "Which charges of the billing period belong to no team, by sub account and charge category? On the declared basis; the largest first."
--- reads = ["cost_daily"]
--- [columns]
--- x_TeamBy = "costmill"
--- SubAccountId = "FOCUS"
--- SubAccountName = "FOCUS"
--- ChargeCategory = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost of the billing period on the basis of the statements" }
SELECT
  x_TeamBy, SubAccountId,
  -- A renamed sub account stays one row.
  MAX(SubAccountName) AS SubAccountName,
  ChargeCategory, BillingCurrency, SUM(:showback_basis) AS x_Cost
FROM cost_daily
WHERE x_BillingMonth = :billing_period AND x_Team = 'unallocated'
GROUP BY x_TeamBy, SubAccountId, ChargeCategory, BillingCurrency
ORDER BY x_Cost DESC NULLS LAST, x_TeamBy, SubAccountId, SubAccountName, ChargeCategory, BillingCurrency

--- title = "What made the charges theirs"
--- question = "By which tag, rule or policy did each team come by its cost of the billing period? On the declared basis."
--- reads = ["cost_daily"]
--- [columns]
--- x_Team = "costmill"
--- x_TeamBy = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost of the billing period on the basis of the statements" }
SELECT x_Team, x_TeamBy, BillingCurrency, SUM(:showback_basis) AS x_Cost
FROM cost_daily
WHERE x_BillingMonth = :billing_period
GROUP BY x_Team, x_TeamBy, BillingCurrency
ORDER BY x_Team, x_Cost DESC NULLS LAST, x_TeamBy, BillingCurrency

--- title = "Showback by month"
--- question = "What did each team answer for in each of the thirteen billing periods up to this one? On the declared basis; a month that is not in the lake has no row."
--- reads = ["cost_daily"]
--- [columns]
--- x_Team = "costmill"
--- x_BillingMonth = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost of the month on the basis of the statements, by the owner rules of when the month was published" }
SELECT x_Team, x_BillingMonth, BillingCurrency, SUM(:showback_basis) AS x_Cost
FROM cost_daily
WHERE x_BillingMonth >= :year_ago_billing_period AND x_BillingMonth <= :billing_period
GROUP BY x_Team, x_BillingMonth, BillingCurrency
ORDER BY x_Team, x_BillingMonth, BillingCurrency

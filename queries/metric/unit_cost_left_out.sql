--- title = "Cost that no unit cost holds"
--- question = "Which cost of the billing period belongs to a unit metric and to no unit cost of it, and why? With metric/unit_cost_by_month it adds up to the metric's whole cost."
--- reads = ["metric/unit_charges"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Dimension = "costmill"
--- BillingCurrency = "FOCUS"
--- x_ChargeSpan = "costmill"
--- x_Why = "Why it is left out"
--- x_Cost = { type = "money", meaning = "Cost on the metric's basis" }
SELECT x_UnitMetric, x_Dimension, BillingCurrency, x_ChargeSpan, x_Why, SUM(x_Cost) AS x_Cost
FROM unit_charges
WHERE x_BillingMonth = :billing_period AND x_Why IS NOT NULL
GROUP BY x_UnitMetric, x_Dimension, BillingCurrency, x_ChargeSpan, x_Why
ORDER BY x_UnitMetric, x_Cost DESC NULLS LAST, x_Dimension, BillingCurrency, x_ChargeSpan, x_Why

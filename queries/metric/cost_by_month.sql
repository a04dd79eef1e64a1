--- title = "Cost by month"
--- question = "What did each of the thirteen billing periods up to this one cost, by charge category? A month that is not in the lake has no row."
--- reads = ["cost_daily"]
--- [columns]
--- x_BillingMonth = "costmill"
--- ChargeCategory = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- BilledCost = "FOCUS"
SELECT
  x_BillingMonth, ChargeCategory, BillingCurrency,
  SUM(EffectiveCost) AS EffectiveCost,
  SUM(BilledCost) AS BilledCost
FROM cost_daily
WHERE x_BillingMonth >= :year_ago_billing_period AND x_BillingMonth <= :billing_period
GROUP BY x_BillingMonth, ChargeCategory, BillingCurrency
ORDER BY x_BillingMonth, ChargeCategory, BillingCurrency

--- title = "EffectiveCost by day"
--- question = "What did each day of the billing period cost, by service category? Fees, taxes and purchases stand on the one day that the provider puts them on."
--- reads = ["cost_daily"]
--- [columns]
--- x_ChargeDay = "costmill"
--- ServiceCategory = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
SELECT x_ChargeDay, ServiceCategory, BillingCurrency, SUM(EffectiveCost) AS EffectiveCost
FROM cost_daily
WHERE x_BillingMonth = :billing_period
GROUP BY x_ChargeDay, ServiceCategory, BillingCurrency
ORDER BY x_ChargeDay, ServiceCategory, BillingCurrency

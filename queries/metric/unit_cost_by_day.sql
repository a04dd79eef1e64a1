--- title = "Unit cost by day"
--- question = "What did one unit cost on each full day of the billing period? A day without a driver row has no figure. Charges longer than a day, such as fees of the month, and purchases stand on no day: see metric/unit_cost_left_out."
--- reads = ["unit_metric", "metric/unit_days"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Title = "costmill"
--- x_Unit = "costmill"
--- x_Dimension = "costmill"
--- x_ChargeDay = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost of the day on the metric's basis" }
--- x_Quantity = { type = "quantity", meaning = "The driver's quantity of the day; empty without a row" }
--- x_UnitCost = { type = "number", meaning = "Cost per unit; empty where the day has no driver row, or a quantity of 0" }
SELECT
  d.x_UnitMetric, m.x_Title, m.x_Unit, d.x_Dimension, d.x_ChargeDay, d.BillingCurrency, d.x_Cost, d.x_Quantity,
  CASE WHEN d.x_Quantity <> 0 THEN CAST(d.x_Cost AS DOUBLE) / CAST(d.x_Quantity AS DOUBLE) * m.x_Per END AS x_UnitCost
FROM unit_days AS d
JOIN unit_metric AS m ON m.x_UnitMetric = d.x_UnitMetric
WHERE d.x_BillingMonth = :billing_period
ORDER BY x_UnitMetric, x_Dimension, BillingCurrency, x_ChargeDay

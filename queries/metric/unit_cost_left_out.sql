--- title = "Cost that no unit cost holds"
--- question = "Which cost of the billing period belongs to a unit metric and to no unit cost of it, and why? With metric/unit_cost_by_month it adds up to the metric's whole cost."
--- reads = ["unit_daily", "unit_driver", "unit_metric"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Dimension = "costmill"
--- BillingCurrency = "FOCUS"
--- x_ChargeSpan = "costmill"
--- x_Why = "Why it is left out"
--- x_Cost = { type = "money", meaning = "Cost on the metric's basis" }
WITH charged AS (
  SELECT
    d.x_UnitMetric, d.x_Dimension, d.x_BillingMonth, d.x_ChargeDay, d.x_ChargeSpan, d.BillingCurrency,
    SUM(CASE WHEN m.x_Basis = 'BilledCost' THEN d.BilledCost ELSE d.EffectiveCost END) AS x_Cost
  FROM unit_daily AS d
  JOIN unit_metric AS m ON m.x_UnitMetric = d.x_UnitMetric
  WHERE d.x_BillingMonth = :billing_period
  GROUP BY d.x_UnitMetric, d.x_Dimension, d.x_BillingMonth, d.x_ChargeDay, d.x_ChargeSpan, d.BillingCurrency
),
reasons AS (
  SELECT
    c.x_UnitMetric, c.x_Dimension, c.BillingCurrency, c.x_ChargeSpan, c.x_Cost,
    CASE
      WHEN c.x_ChargeSpan <> 'day' THEN 'charged for longer than a day'
      WHEN STRFTIME(c.x_ChargeDay, '%Y-%m') <> c.x_BillingMonth THEN 'charged for a day of another month'
      WHEN c.x_ChargeDay > :last_full_day THEN 'the day is not complete'
      WHEN c.x_Dimension IS NULL THEN 'the charge has no value of the dimension'
      WHEN q.x_Quantity IS NULL THEN 'the day has no driver row'
    END AS x_Why
  FROM charged AS c
  LEFT JOIN unit_driver AS q
    ON q.x_UnitMetric = c.x_UnitMetric AND q.x_ChargeDay = c.x_ChargeDay AND q.x_Dimension = c.x_Dimension
)
SELECT x_UnitMetric, x_Dimension, BillingCurrency, x_ChargeSpan, x_Why, SUM(x_Cost) AS x_Cost
FROM reasons
WHERE x_Why IS NOT NULL
GROUP BY x_UnitMetric, x_Dimension, BillingCurrency, x_ChargeSpan, x_Why
ORDER BY x_UnitMetric, x_Cost DESC NULLS LAST, x_Dimension, BillingCurrency, x_ChargeSpan, x_Why

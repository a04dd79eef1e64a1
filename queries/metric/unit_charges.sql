--- title = "Charges of unit metrics"
--- question = "Which cost of the thirteen billing periods up to this one belongs to a unit metric, on which day, and why is it in no unit cost where it is in none?"
--- reads = ["unit_daily", "unit_driver", "unit_metric", "metric/unit_span"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Team = "costmill"
--- x_Dimension = "costmill"
--- x_BillingMonth = "costmill"
--- x_ChargeDay = "costmill"
--- x_ChargeSpan = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost on the metric's basis" }
--- x_IsOfDay = { type = "boolean", meaning = "Is it of a full day on which the metric counts? Without a driver row it has no figure there" }
--- x_Why = "Why it is left out; empty where it is not"
WITH charged AS (
  SELECT
    d.x_UnitMetric, d.x_Team, d.x_Dimension, d.x_BillingMonth, d.x_ChargeDay, d.x_ChargeSpan, d.BillingCurrency,
    SUM(CASE WHEN m.x_Basis = 'BilledCost' THEN d.BilledCost ELSE d.EffectiveCost END) AS x_Cost
  FROM unit_daily AS d
  JOIN unit_metric AS m ON m.x_UnitMetric = d.x_UnitMetric
  WHERE d.x_BillingMonth >= :year_ago_billing_period AND d.x_BillingMonth <= :billing_period
  GROUP BY d.x_UnitMetric, d.x_Team, d.x_Dimension, d.x_BillingMonth, d.x_ChargeDay, d.x_ChargeSpan, d.BillingCurrency
),
reasons AS (
  SELECT
    c.x_UnitMetric, c.x_Team, c.x_Dimension, c.x_BillingMonth, c.x_ChargeDay, c.x_ChargeSpan, c.BillingCurrency,
    c.x_Cost,
    CASE
      WHEN c.x_ChargeSpan = 'purchase' THEN 'a purchase is not of the day it stands on'
      WHEN c.x_ChargeSpan <> 'day' THEN 'charged for longer than a day'
      WHEN STRFTIME(c.x_ChargeDay, '%Y-%m') <> c.x_BillingMonth THEN 'charged for a day of another month'
      WHEN c.x_ChargeDay > :last_full_day THEN 'the day is not complete'
      WHEN c.x_Dimension IS NULL THEN 'the charge has no value of the dimension'
      WHEN c.x_ChargeDay < s.x_ChargeableFrom THEN 'a tag key of the metric was not active yet'
      WHEN q.x_Quantity IS NULL THEN 'the day has no driver row'
    END AS x_Why
  FROM charged AS c
  JOIN unit_span AS s ON s.x_UnitMetric = c.x_UnitMetric
  LEFT JOIN unit_driver AS q
    ON q.x_UnitMetric = c.x_UnitMetric AND q.x_ChargeDay = c.x_ChargeDay AND q.x_Dimension = c.x_Dimension
)
SELECT
  x_UnitMetric, x_Team, x_Dimension, x_BillingMonth, x_ChargeDay, x_ChargeSpan, BillingCurrency, x_Cost,
  COALESCE(x_Why, 'the day has no driver row') = 'the day has no driver row' AS x_IsOfDay,
  x_Why
FROM reasons
ORDER BY x_UnitMetric, x_BillingMonth, x_ChargeDay, x_Dimension, x_Team, x_ChargeSpan, BillingCurrency

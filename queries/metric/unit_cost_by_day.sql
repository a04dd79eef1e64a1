--- title = "Unit cost by day"
--- question = "What did one unit cost on each full day of the billing period? A day without a driver row has no figure. Charges longer than a day, such as fees of the month, stand on no day: see metric/unit_cost_left_out."
--- reads = ["unit_daily", "unit_driver", "unit_metric"]
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
WITH charges AS (
  SELECT
    d.x_UnitMetric, d.x_BillingMonth, d.x_ChargeDay, d.BillingCurrency,
    -- Without a driver there is one row that says so, not one per dimension.
    CASE WHEN m.x_HasDriver THEN d.x_Dimension ELSE '' END AS x_Dimension,
    CASE WHEN m.x_Basis = 'BilledCost' THEN d.BilledCost ELSE d.EffectiveCost END AS x_Cost
  FROM unit_daily AS d
  JOIN unit_metric AS m ON m.x_UnitMetric = d.x_UnitMetric
  WHERE d.x_BillingMonth = :billing_period
    -- What is left out stands in metric/unit_cost_left_out.
    AND d.x_ChargeSpan = 'day' AND d.x_ChargeDay <= :last_full_day
    AND STRFTIME(d.x_ChargeDay, '%Y-%m') = d.x_BillingMonth AND d.x_Dimension IS NOT NULL
),
charged AS (
  SELECT x_UnitMetric, x_BillingMonth, x_ChargeDay, BillingCurrency, x_Dimension, SUM(x_Cost) AS x_Cost
  FROM charges
  GROUP BY x_UnitMetric, x_BillingMonth, x_ChargeDay, BillingCurrency, x_Dimension
),
days AS (
  SELECT
    c.x_UnitMetric, c.x_BillingMonth, c.x_ChargeDay, c.BillingCurrency, c.x_Dimension, c.x_Cost,
    -- Exact, so that a sum is the same whatever the order.
    CAST(q.x_Quantity AS DECIMAL(38,10)) AS x_Quantity
  FROM charged AS c
  LEFT JOIN unit_driver AS q
    ON q.x_UnitMetric = c.x_UnitMetric AND q.x_ChargeDay = c.x_ChargeDay AND q.x_Dimension = c.x_Dimension
)
SELECT
  d.x_UnitMetric, m.x_Title, m.x_Unit, d.x_Dimension, d.x_ChargeDay, d.BillingCurrency, d.x_Cost, d.x_Quantity,
  CASE WHEN d.x_Quantity <> 0 THEN CAST(d.x_Cost AS DOUBLE) / CAST(d.x_Quantity AS DOUBLE) * m.x_Per END AS x_UnitCost
FROM days AS d
JOIN unit_metric AS m ON m.x_UnitMetric = d.x_UnitMetric
ORDER BY x_UnitMetric, x_Dimension, BillingCurrency, x_ChargeDay

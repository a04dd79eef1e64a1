--- title = "Days of unit metrics"
--- question = "Which days count in the unit costs of the thirteen billing periods up to this one, with what cost and what quantity? The full days from the first on which the metric can be charged for. A day with a driver row and no charge cost nothing, and its quantity counts."
--- reads = ["unit_driver", "unit_metric", "metric/unit_charges", "metric/unit_span"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Dimension = "costmill"
--- x_BillingMonth = "costmill"
--- x_ChargeDay = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost of the day on the metric's basis" }
--- x_Quantity = { type = "quantity", meaning = "The driver's quantity of the day; empty without a row" }
WITH charges AS (
  SELECT
    c.x_UnitMetric, c.x_BillingMonth, c.x_ChargeDay, c.BillingCurrency, c.x_Cost,
    -- Without a driver there is one row that says so, not one per dimension.
    CASE WHEN m.x_HasDriver THEN c.x_Dimension ELSE '' END AS x_Dimension
  FROM unit_charges AS c
  JOIN unit_metric AS m ON m.x_UnitMetric = c.x_UnitMetric
  WHERE c.x_IsOfDay
),
charged AS (
  SELECT x_UnitMetric, x_Dimension, x_BillingMonth, x_ChargeDay, BillingCurrency, SUM(x_Cost) AS x_Cost
  FROM charges
  GROUP BY x_UnitMetric, x_Dimension, x_BillingMonth, x_ChargeDay, BillingCurrency
),
counted AS (
  SELECT
    q.x_UnitMetric, q.x_Dimension, STRFTIME(q.x_ChargeDay, '%Y-%m') AS x_BillingMonth, q.x_ChargeDay,
    -- Exact, so that a sum is the same whatever the order.
    CAST(q.x_Quantity AS DECIMAL(38,10)) AS x_Quantity
  FROM unit_driver AS q
  JOIN unit_span AS s ON s.x_UnitMetric = q.x_UnitMetric
  WHERE q.x_ChargeDay >= s.x_ChargeableFrom AND q.x_ChargeDay <= :last_full_day
),
-- A dimension that no day of the month with a driver row charges for has no figure, rather than a unit cost of 0.
known AS (
  SELECT DISTINCT c.x_UnitMetric, c.x_Dimension, c.x_BillingMonth, c.BillingCurrency
  FROM charged AS c
  JOIN counted AS n
    ON n.x_UnitMetric = c.x_UnitMetric AND n.x_Dimension = c.x_Dimension AND n.x_ChargeDay = c.x_ChargeDay
),
days AS (
  SELECT
    x_UnitMetric, x_Dimension, x_BillingMonth, x_ChargeDay, BillingCurrency, x_Cost,
    CAST(NULL AS DECIMAL(38,10)) AS x_Quantity
  FROM charged
  UNION ALL
  SELECT
    k.x_UnitMetric, k.x_Dimension, k.x_BillingMonth, n.x_ChargeDay, k.BillingCurrency,
    CAST(0 AS DECIMAL(38,18)) AS x_Cost, n.x_Quantity
  FROM known AS k
  JOIN counted AS n
    ON n.x_UnitMetric = k.x_UnitMetric AND n.x_Dimension = k.x_Dimension AND n.x_BillingMonth = k.x_BillingMonth
)
SELECT
  x_UnitMetric, x_Dimension, x_BillingMonth, x_ChargeDay, BillingCurrency,
  SUM(x_Cost) AS x_Cost,
  MAX(x_Quantity) AS x_Quantity
FROM days
GROUP BY x_UnitMetric, x_Dimension, x_BillingMonth, x_ChargeDay, BillingCurrency
ORDER BY x_UnitMetric, x_Dimension, BillingCurrency, x_ChargeDay, x_BillingMonth

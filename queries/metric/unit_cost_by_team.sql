--- title = "Unit cost by team"
--- question = "What do each team's own charges add to the cost of one unit, and how did that change? The full days that have a driver row count; the unit costs of the teams add up to that of all."
--- reads = ["unit_daily", "unit_driver", "unit_metric"]
--- [columns]
--- x_Team = "costmill"
--- x_UnitMetric = "costmill"
--- x_Title = "costmill"
--- x_Unit = "costmill"
--- x_Dimension = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "The team's cost on the metric's basis, of daily charges on days with a driver row; empty without any" }
--- x_Quantity = { type = "quantity", meaning = "The driver's quantity of all full days, which is that of all teams" }
--- x_UnitCost = { type = "number", meaning = "The team's cost, divided by quantity, times the quantity that makes one unit" }
--- x_PriorUnitCost = { type = "number", meaning = "The same of the prior billing period; empty where that has none" }
--- x_UnitCostChangeShare = { type = "ratio", meaning = "Change as a share of that of the prior billing period" }
--- x_DaysWithoutDriver = { type = "integer", meaning = "Full days with charges and without a driver row, left out" }
WITH charged AS (
  SELECT
    d.x_Team, d.x_UnitMetric, d.x_BillingMonth, d.x_ChargeDay, d.BillingCurrency, d.x_Dimension,
    SUM(CASE WHEN m.x_Basis = 'BilledCost' THEN d.BilledCost ELSE d.EffectiveCost END) AS x_Cost
  FROM unit_daily AS d
  JOIN unit_metric AS m ON m.x_UnitMetric = d.x_UnitMetric
  WHERE d.x_BillingMonth >= :prior_billing_period AND d.x_BillingMonth <= :billing_period
    AND m.x_HasDriver
    AND d.x_ChargeSpan = 'day' AND d.x_ChargeDay <= :last_full_day
    AND STRFTIME(d.x_ChargeDay, '%Y-%m') = d.x_BillingMonth AND d.x_Dimension IS NOT NULL
  GROUP BY d.x_Team, d.x_UnitMetric, d.x_BillingMonth, d.x_ChargeDay, d.BillingCurrency, d.x_Dimension
),
days AS (
  SELECT
    c.x_Team, c.x_UnitMetric, c.x_BillingMonth, c.BillingCurrency, c.x_Dimension, c.x_Cost,
    q.x_Quantity
  FROM charged AS c
  LEFT JOIN unit_driver AS q
    ON q.x_UnitMetric = c.x_UnitMetric AND q.x_ChargeDay = c.x_ChargeDay AND q.x_Dimension = c.x_Dimension
),
months AS (
  SELECT
    x_Team, x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency,
    SUM(CASE WHEN x_Quantity IS NOT NULL THEN x_Cost END) AS x_CostOfDays,
    SUM(CASE WHEN x_Quantity IS NOT NULL THEN 1 ELSE 0 END) AS x_DaysWithDriver,
    SUM(CASE WHEN x_Quantity IS NULL THEN 1 ELSE 0 END) AS x_DaysWithoutDriver
  FROM days
  GROUP BY x_Team, x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency
),
counted AS (
  SELECT
    x_UnitMetric, x_Dimension, STRFTIME(x_ChargeDay, '%Y-%m') AS x_BillingMonth,
    -- Exact, so that a sum is the same whatever the order.
    CAST(x_Quantity AS DECIMAL(38,10)) AS x_Quantity
  FROM unit_driver
  WHERE x_ChargeDay <= :last_full_day
),
quantities AS (
  SELECT x_UnitMetric, x_Dimension, x_BillingMonth, SUM(x_Quantity) AS x_Quantity
  FROM counted
  GROUP BY x_UnitMetric, x_Dimension, x_BillingMonth
),
figures AS (
  SELECT
    k.x_Team, m.x_UnitMetric, m.x_Title, m.x_Unit, k.x_Dimension, k.x_BillingMonth, k.BillingCurrency,
    k.x_DaysWithoutDriver,
    -- An engine may sum nothing to 0; a figure that is not there must not be one.
    CASE WHEN k.x_DaysWithDriver > 0 THEN k.x_CostOfDays END AS x_Cost,
    CASE WHEN k.x_DaysWithDriver > 0 THEN q.x_Quantity END AS x_Quantity,
    CASE WHEN k.x_DaysWithDriver > 0 AND q.x_Quantity <> 0
      THEN CAST(k.x_CostOfDays AS DOUBLE) / CAST(q.x_Quantity AS DOUBLE) * m.x_Per
    END AS x_UnitCost
  FROM months AS k
  JOIN unit_metric AS m ON m.x_UnitMetric = k.x_UnitMetric
  LEFT JOIN quantities AS q
    ON q.x_UnitMetric = k.x_UnitMetric AND q.x_Dimension = k.x_Dimension AND q.x_BillingMonth = k.x_BillingMonth
),
prior AS (
  SELECT x_Team, x_UnitMetric, x_Dimension, BillingCurrency, x_UnitCost AS x_PriorUnitCost
  FROM figures
  WHERE x_BillingMonth = :prior_billing_period
)
SELECT
  f.x_Team, f.x_UnitMetric, f.x_Title, f.x_Unit, f.x_Dimension, f.BillingCurrency,
  f.x_Cost, f.x_Quantity, f.x_UnitCost, p.x_PriorUnitCost,
  CASE WHEN p.x_PriorUnitCost <> 0 THEN (f.x_UnitCost - p.x_PriorUnitCost) / ABS(p.x_PriorUnitCost) END
    AS x_UnitCostChangeShare,
  f.x_DaysWithoutDriver
FROM figures AS f
LEFT JOIN prior AS p
  ON p.x_Team = f.x_Team AND p.x_UnitMetric = f.x_UnitMetric AND p.x_Dimension = f.x_Dimension
  AND p.BillingCurrency = f.BillingCurrency
WHERE f.x_BillingMonth = :billing_period
ORDER BY x_Team, x_UnitMetric, x_Cost DESC NULLS LAST, x_Dimension, BillingCurrency

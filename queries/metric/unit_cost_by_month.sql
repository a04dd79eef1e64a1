--- title = "Unit cost by month"
--- question = "What did one unit cost in each of the thirteen billing periods up to this one, and did the price or the volume change? The full days that have a driver row count, with what they cost; charges of the other days and charges longer than a day are left out and stand in metric/unit_cost_left_out."
--- reads = ["unit_daily", "unit_driver", "unit_metric"]
--- [params]
--- only_this_period = false
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Title = "costmill"
--- x_Unit = "costmill"
--- x_Dimension = "costmill"
--- x_BillingMonth = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost on the metric's basis, of daily charges on days with a driver row; empty without any" }
--- x_Quantity = { type = "quantity", meaning = "The driver's quantity of all full days, also of those that cost nothing" }
--- x_UnitCost = { type = "number", meaning = "Cost per unit: cost, divided by quantity, times the quantity that makes one unit" }
--- x_PriorUnitCost = { type = "number", meaning = "Unit cost of the month before; empty where that has none" }
--- x_UnitCostChangeShare = { type = "ratio", meaning = "Price: change of the unit cost as a share of that of the month before" }
--- x_QuantityChangeShare = { type = "ratio", meaning = "Volume: change of the quantity as a share of that of the month before" }
--- x_DaysWithoutDriver = { type = "integer", meaning = "Full days with charges and without a driver row, left out" }
--- x_Note = "What the figure lacks; empty when nothing"
WITH charges AS (
  SELECT
    d.x_UnitMetric, d.x_BillingMonth, d.x_ChargeDay, d.BillingCurrency,
    -- Without a driver there is one row that says so, not one per dimension.
    CASE WHEN m.x_HasDriver THEN d.x_Dimension ELSE '' END AS x_Dimension,
    CASE WHEN m.x_Basis = 'BilledCost' THEN d.BilledCost ELSE d.EffectiveCost END AS x_Cost
  FROM unit_daily AS d
  JOIN unit_metric AS m ON m.x_UnitMetric = d.x_UnitMetric
  WHERE d.x_BillingMonth >= :year_ago_billing_period AND d.x_BillingMonth <= :billing_period
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
    q.x_Quantity
  FROM charged AS c
  LEFT JOIN unit_driver AS q
    ON q.x_UnitMetric = c.x_UnitMetric AND q.x_ChargeDay = c.x_ChargeDay AND q.x_Dimension = c.x_Dimension
),
months AS (
  SELECT
    x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency,
    SUM(CASE WHEN x_Quantity IS NOT NULL THEN x_Cost END) AS x_CostOfDays,
    SUM(CASE WHEN x_Quantity IS NOT NULL THEN 1 ELSE 0 END) AS x_DaysWithDriver,
    SUM(CASE WHEN x_Quantity IS NULL THEN 1 ELSE 0 END) AS x_DaysWithoutDriver
  FROM days
  GROUP BY x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency
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
known AS (
  SELECT
    m.x_UnitMetric, m.x_Dimension, m.x_BillingMonth, m.BillingCurrency, m.x_CostOfDays, m.x_DaysWithDriver,
    m.x_DaysWithoutDriver, q.x_Quantity
  FROM months AS m
  LEFT JOIN quantities AS q
    ON q.x_UnitMetric = m.x_UnitMetric AND q.x_Dimension = m.x_Dimension AND q.x_BillingMonth = m.x_BillingMonth
),
figures AS (
  SELECT
    m.x_UnitMetric, m.x_Title, m.x_Unit, m.x_HasDriver, k.x_Dimension, k.x_BillingMonth, k.BillingCurrency,
    k.x_DaysWithDriver, k.x_DaysWithoutDriver,
    -- An engine may sum nothing to 0; a figure that is not there must not be one.
    CASE WHEN k.x_DaysWithDriver > 0 THEN k.x_CostOfDays END AS x_Cost,
    CASE WHEN k.x_DaysWithDriver > 0 THEN k.x_Quantity END AS x_Quantity,
    CASE WHEN k.x_DaysWithDriver > 0 AND k.x_Quantity <> 0
      THEN CAST(k.x_CostOfDays AS DOUBLE) / CAST(k.x_Quantity AS DOUBLE) * m.x_Per
    END AS x_UnitCost,
    12 * CAST(SUBSTR(k.x_BillingMonth, 1, 4) AS BIGINT) + CAST(SUBSTR(k.x_BillingMonth, 6, 2) AS BIGINT) AS x_Month
  FROM unit_metric AS m
  LEFT JOIN known AS k ON k.x_UnitMetric = m.x_UnitMetric
),
before AS (
  SELECT
    x_UnitMetric, x_Dimension, BillingCurrency, x_Month + 1 AS x_Month,
    x_UnitCost AS x_PriorUnitCost, x_Quantity AS x_PriorQuantity
  FROM figures
)
SELECT
  f.x_UnitMetric, f.x_Title, f.x_Unit, f.x_Dimension,
  COALESCE(f.x_BillingMonth, :billing_period) AS x_BillingMonth,
  f.BillingCurrency, f.x_Cost, f.x_Quantity, f.x_UnitCost, p.x_PriorUnitCost,
  CASE WHEN p.x_PriorUnitCost <> 0 THEN (f.x_UnitCost - p.x_PriorUnitCost) / ABS(p.x_PriorUnitCost) END
    AS x_UnitCostChangeShare,
  CASE WHEN p.x_PriorQuantity <> 0
    THEN CAST(f.x_Quantity - p.x_PriorQuantity AS DOUBLE) / CAST(p.x_PriorQuantity AS DOUBLE)
  END AS x_QuantityChangeShare,
  f.x_DaysWithoutDriver,
  CASE
    WHEN f.x_BillingMonth IS NULL THEN 'no daily charge of a full day belongs to the metric'
    WHEN NOT f.x_HasDriver THEN 'there is no driver: no figure'
    WHEN f.x_DaysWithDriver = 0 THEN 'no day has a driver row: no figure'
    WHEN f.x_Quantity = 0 THEN 'the quantity is 0: no figure'
    WHEN f.x_DaysWithoutDriver > 0 THEN 'days without a driver row are left out'
  END AS x_Note
FROM figures AS f
LEFT JOIN before AS p
  ON p.x_UnitMetric = f.x_UnitMetric AND p.x_Dimension = f.x_Dimension AND p.BillingCurrency = f.BillingCurrency
  AND p.x_Month = f.x_Month
WHERE NOT :only_this_period OR COALESCE(f.x_BillingMonth, :billing_period) = :billing_period
ORDER BY x_UnitMetric, x_Dimension, BillingCurrency, x_BillingMonth

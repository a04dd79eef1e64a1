--- title = "Unit cost by team"
--- question = "What do each team's own charges add to the cost of one unit, and how did that change? The days count that count in metric/unit_cost_by_month; the unit costs of the teams add up to that of all. A team with charges of a metric has a row for it, with a note where there is no figure."
--- reads = ["unit_metric", "metric/unit_charges", "metric/unit_days", "metric/unit_span"]
--- [columns]
--- x_Team = "costmill"
--- x_UnitMetric = "costmill"
--- x_Title = "costmill"
--- x_Unit = "costmill"
--- x_Dimension = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "The team's cost on the metric's basis, of daily charges on the days that count; empty without any" }
--- x_Quantity = { type = "quantity", meaning = "The driver's quantity of the days that count, which is that of all teams: their sum, or of a level their mean" }
--- x_UnitCost = { type = "number", meaning = "The team's cost, divided by quantity, times the quantity that makes one unit" }
--- x_PriorUnitCost = { type = "number", meaning = "The same of the prior billing period; empty where that has none" }
--- x_UnitCostChangeShare = { type = "ratio", meaning = "Change as a share of that of the prior billing period; of a level, of the unit cost of a day" }
--- x_DaysWithoutDriver = { type = "integer", meaning = "Full days with charges of the team and without a driver row, left out" }
--- x_Note = "What the figure lacks; empty when nothing"
WITH charges AS (
  SELECT
    c.x_Team, c.x_UnitMetric, c.x_BillingMonth, c.x_ChargeDay, c.BillingCurrency, c.x_Cost, c.x_Why,
    CASE WHEN m.x_HasDriver THEN c.x_Dimension ELSE '' END AS x_Dimension
  FROM unit_charges AS c
  JOIN unit_metric AS m ON m.x_UnitMetric = c.x_UnitMetric
  WHERE c.x_IsOfDay AND c.x_BillingMonth >= :prior_billing_period
),
months AS (
  SELECT
    x_Team, x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency,
    SUM(CASE WHEN x_Why IS NULL THEN x_Cost END) AS x_Cost,
    SUM(CASE WHEN x_Why IS NULL THEN 1 ELSE 0 END) AS x_Counted,
    COUNT(DISTINCT CASE WHEN x_Why IS NOT NULL THEN x_ChargeDay END) AS x_DaysWithoutDriver
  FROM charges
  GROUP BY x_Team, x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency
),
-- A team whose charges of the metric are all of no day that counts says so.
charged AS (
  SELECT DISTINCT x_Team, x_UnitMetric, BillingCurrency FROM unit_charges WHERE x_BillingMonth = :billing_period
),
asked AS (
  SELECT DISTINCT x_Team, x_UnitMetric, BillingCurrency FROM months WHERE x_BillingMonth = :billing_period
),
known AS (
  SELECT
    x_Team, x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency, x_Cost, x_Counted, x_DaysWithoutDriver,
    TRUE AS x_IsCharged
  FROM months
  UNION ALL
  SELECT
    c.x_Team, c.x_UnitMetric, CAST(NULL AS VARCHAR) AS x_Dimension, :billing_period AS x_BillingMonth,
    c.BillingCurrency, CAST(NULL AS DECIMAL(38,18)) AS x_Cost, CAST(0 AS BIGINT) AS x_Counted,
    CAST(0 AS BIGINT) AS x_DaysWithoutDriver, FALSE AS x_IsCharged
  FROM charged AS c
  LEFT JOIN asked AS a
    ON a.x_Team = c.x_Team AND a.x_UnitMetric = c.x_UnitMetric AND a.BillingCurrency = c.BillingCurrency
  WHERE a.x_Team IS NULL
),
quantities AS (
  SELECT
    x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency,
    SUM(x_Quantity) AS x_Sum,
    SUM(CASE WHEN x_Quantity IS NOT NULL THEN 1 ELSE 0 END) AS x_Days
  FROM unit_days
  GROUP BY x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency
),
figures AS (
  SELECT
    k.x_Team, m.x_UnitMetric, m.x_Title, m.x_Unit, m.x_Per, m.x_HasDriver, m.x_IsLevel, s.x_ChargeableFrom,
    k.x_IsCharged, k.x_Dimension, k.x_BillingMonth, k.BillingCurrency, k.x_Counted, k.x_DaysWithoutDriver,
    -- An engine may sum nothing to 0; a figure that is not there must not be one.
    CASE WHEN k.x_Counted > 0 THEN k.x_Cost END AS x_Cost,
    CASE WHEN k.x_Counted > 0 THEN q.x_Sum END AS x_Sum,
    CASE WHEN k.x_Counted > 0 THEN CAST(q.x_Sum AS DOUBLE) / CAST(q.x_Days AS DOUBLE) END AS x_Mean
  FROM known AS k
  JOIN unit_metric AS m ON m.x_UnitMetric = k.x_UnitMetric
  JOIN unit_span AS s ON s.x_UnitMetric = k.x_UnitMetric
  LEFT JOIN quantities AS q
    ON q.x_UnitMetric = k.x_UnitMetric AND q.x_Dimension = k.x_Dimension AND q.x_BillingMonth = k.x_BillingMonth
    AND q.BillingCurrency = k.BillingCurrency
),
priced AS (
  SELECT
    x_Team, x_UnitMetric, x_Title, x_Unit, x_HasDriver, x_ChargeableFrom, x_IsCharged, x_Dimension, x_BillingMonth,
    BillingCurrency, x_Counted, x_DaysWithoutDriver, x_Cost,
    CASE WHEN x_IsLevel THEN CAST(x_Mean AS DECIMAL(38,10)) ELSE x_Sum END AS x_Quantity,
    CASE WHEN x_Sum <> 0
      THEN CAST(x_Cost AS DOUBLE) / CASE WHEN x_IsLevel THEN x_Mean ELSE CAST(x_Sum AS DOUBLE) END * x_Per
    END AS x_UnitCost,
    -- Months differ in days that count. Per day they compare: of a flow it is the unit cost.
    CASE WHEN x_Sum <> 0 THEN CAST(x_Cost AS DOUBLE) / CAST(x_Sum AS DOUBLE) * x_Per END AS x_DayUnitCost
  FROM figures
),
prior AS (
  SELECT
    x_Team, x_UnitMetric, x_Dimension, BillingCurrency, x_UnitCost AS x_PriorUnitCost,
    x_DayUnitCost AS x_PriorDayUnitCost
  FROM priced
  WHERE x_BillingMonth = :prior_billing_period
)
SELECT
  f.x_Team, f.x_UnitMetric, f.x_Title, f.x_Unit, f.x_Dimension, f.BillingCurrency,
  f.x_Cost, f.x_Quantity, f.x_UnitCost, p.x_PriorUnitCost,
  CASE WHEN p.x_PriorDayUnitCost <> 0
    THEN (f.x_DayUnitCost - p.x_PriorDayUnitCost) / ABS(p.x_PriorDayUnitCost)
  END AS x_UnitCostChangeShare,
  f.x_DaysWithoutDriver,
  CASE
    WHEN NOT f.x_HasDriver THEN 'there is no driver: no figure'
    WHEN f.x_IsCharged AND f.x_Counted = 0 THEN 'no day has a driver row: no figure'
    WHEN f.x_IsCharged AND f.x_UnitCost IS NULL THEN 'the quantity is 0: no figure'
    WHEN f.x_IsCharged AND f.x_DaysWithoutDriver > 0 THEN 'days without a driver row are left out'
    WHEN f.x_IsCharged THEN NULL
    WHEN STRFTIME(:last_full_day, '%Y-%m') < :billing_period THEN 'no day of the month is complete yet: no figure'
    WHEN f.x_ChargeableFrom > :last_full_day THEN 'a tag key of the metric is not active yet: no figure'
    ELSE 'no charge of the team is of a full day and a dimension: no figure'
  END AS x_Note
FROM priced AS f
LEFT JOIN prior AS p
  ON p.x_Team = f.x_Team AND p.x_UnitMetric = f.x_UnitMetric AND p.x_Dimension = f.x_Dimension
  AND p.BillingCurrency = f.BillingCurrency
WHERE f.x_BillingMonth = :billing_period
ORDER BY x_Team, x_UnitMetric, x_Cost DESC NULLS LAST, x_Dimension, BillingCurrency

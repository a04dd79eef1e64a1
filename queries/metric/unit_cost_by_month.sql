--- title = "Unit cost by month"
--- question = "What did one unit cost in each of the thirteen billing periods up to this one, and did the price or the volume change? The full days with a driver row count, from the first on which the metric can be charged for, with what they cost; what is left out stands in metric/unit_cost_left_out. The billing period has a row for every metric, with a note where there is no figure."
--- reads = ["unit_driver", "unit_metric", "metric/unit_days", "metric/unit_span"]
--- [params]
--- only_this_period = false
--- only_lacking = false
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Title = "costmill"
--- x_Unit = "costmill"
--- x_Dimension = "costmill"
--- x_BillingMonth = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Cost = { type = "money", meaning = "Cost on the metric's basis, of daily charges on the days that count; empty without any" }
--- x_Quantity = { type = "quantity", meaning = "The driver's quantity of the days that count, also of those that cost nothing: their sum, or of a level their mean" }
--- x_UnitCost = { type = "number", meaning = "Cost per unit: cost, divided by quantity, times the quantity that makes one unit" }
--- x_PriorUnitCost = { type = "number", meaning = "Unit cost of the month before; empty where that has none" }
--- x_UnitCostChangeShare = { type = "ratio", meaning = "Price: change of the unit cost as a share of that of the month before; of a level, of the unit cost of a day" }
--- x_QuantityChangeShare = { type = "ratio", meaning = "Volume: change of the quantity of a day that counts, as a share of that of the month before" }
--- x_Days = { type = "integer", meaning = "Days that count: full days with a driver row, on which the metric can be charged for" }
--- x_DaysWithoutDriver = { type = "integer", meaning = "Full days with charges and without a driver row, left out" }
--- x_DaysWithoutCharge = { type = "integer", meaning = "Full days with a driver row before the first on which the metric can be charged for, left out" }
--- x_Note = "What the figure lacks; empty when nothing"
WITH months AS (
  SELECT
    x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency,
    SUM(CASE WHEN x_Quantity IS NOT NULL THEN x_Cost END) AS x_Cost,
    SUM(x_Quantity) AS x_Sum,
    SUM(CASE WHEN x_Quantity IS NOT NULL THEN 1 ELSE 0 END) AS x_Days,
    SUM(CASE WHEN x_Quantity IS NULL THEN 1 ELSE 0 END) AS x_DaysWithoutDriver
  FROM unit_days
  GROUP BY x_UnitMetric, x_Dimension, x_BillingMonth, BillingCurrency
),
early AS (
  SELECT
    q.x_UnitMetric, q.x_Dimension, STRFTIME(q.x_ChargeDay, '%Y-%m') AS x_BillingMonth, COUNT(*) AS x_DaysWithoutCharge
  FROM unit_driver AS q
  JOIN unit_span AS s ON s.x_UnitMetric = q.x_UnitMetric
  WHERE q.x_ChargeDay < s.x_ChargeableFrom AND q.x_ChargeDay <= :last_full_day
  GROUP BY q.x_UnitMetric, q.x_Dimension, STRFTIME(q.x_ChargeDay, '%Y-%m')
),
wanted AS (
  SELECT x_UnitMetric, x_BillingMonth FROM months
  UNION ALL
  -- A metric without any row of the billing period says why.
  SELECT x_UnitMetric, :billing_period AS x_BillingMonth FROM unit_metric
),
each_month AS (
  SELECT DISTINCT x_UnitMetric, x_BillingMonth FROM wanted
),
figures AS (
  SELECT
    m.x_UnitMetric, m.x_Title, m.x_Unit, m.x_Per, m.x_HasDriver, m.x_IsLevel, s.x_ChargeableFrom, k.x_Dimension,
    w.x_BillingMonth, k.BillingCurrency, k.x_DaysWithoutDriver,
    k.x_Days IS NOT NULL AS x_IsCharged,
    COALESCE(k.x_Days, 0) AS x_Days,
    CASE WHEN k.x_Days IS NOT NULL THEN COALESCE(e.x_DaysWithoutCharge, 0) END AS x_DaysWithoutCharge,
    -- An engine may sum nothing to 0; a figure that is not there must not be one.
    CASE WHEN k.x_Days > 0 THEN k.x_Cost END AS x_Cost,
    CASE WHEN k.x_Days > 0 THEN k.x_Sum END AS x_Sum,
    CASE WHEN k.x_Days > 0 THEN CAST(k.x_Sum AS DOUBLE) / CAST(k.x_Days AS DOUBLE) END AS x_Mean,
    CAST(SUBSTR(w.x_BillingMonth, 1, 4) AS BIGINT) AS x_Year,
    CAST(SUBSTR(w.x_BillingMonth, 6, 2) AS BIGINT) AS x_MonthOfYear
  FROM each_month AS w
  JOIN unit_metric AS m ON m.x_UnitMetric = w.x_UnitMetric
  JOIN unit_span AS s ON s.x_UnitMetric = w.x_UnitMetric
  LEFT JOIN months AS k ON k.x_UnitMetric = w.x_UnitMetric AND k.x_BillingMonth = w.x_BillingMonth
  LEFT JOIN early AS e
    ON e.x_UnitMetric = k.x_UnitMetric AND e.x_Dimension = k.x_Dimension AND e.x_BillingMonth = k.x_BillingMonth
),
priced AS (
  SELECT
    x_UnitMetric, x_Title, x_Unit, x_HasDriver, x_IsLevel, x_ChargeableFrom, x_IsCharged, x_Dimension,
    x_BillingMonth, BillingCurrency, x_Days, x_DaysWithoutDriver, x_DaysWithoutCharge, x_Cost, x_Mean,
    12 * x_Year + x_MonthOfYear AS x_Month,
    CASE
      WHEN x_MonthOfYear IN (4, 6, 9, 11) THEN 30
      WHEN x_MonthOfYear <> 2 THEN 31
      WHEN x_Year % 4 = 0 AND (x_Year % 100 <> 0 OR x_Year % 400 = 0) THEN 29
      ELSE 28
    END AS x_DaysOfMonth,
    -- A level does not add up over days: thirty days of 500 tenants are 500 tenants.
    CASE WHEN x_IsLevel THEN CAST(x_Mean AS DECIMAL(38,10)) ELSE x_Sum END AS x_Quantity,
    CASE WHEN x_Sum <> 0
      THEN CAST(x_Cost AS DOUBLE) / CASE WHEN x_IsLevel THEN x_Mean ELSE CAST(x_Sum AS DOUBLE) END * x_Per
    END AS x_UnitCost,
    -- Months differ in days that count. Per day they compare: of a flow it is the unit cost.
    CASE WHEN x_Sum <> 0 THEN CAST(x_Cost AS DOUBLE) / CAST(x_Sum AS DOUBLE) * x_Per END AS x_DayUnitCost
  FROM figures
),
before AS (
  SELECT
    x_UnitMetric, x_Dimension, BillingCurrency, x_Month + 1 AS x_Month, x_UnitCost AS x_PriorUnitCost,
    x_DayUnitCost AS x_PriorDayUnitCost, x_Mean AS x_PriorMean, x_Days AS x_PriorDays,
    x_DaysOfMonth AS x_PriorDaysOfMonth
  FROM priced
),
told AS (
  SELECT
    f.x_UnitMetric, f.x_Title, f.x_Unit, f.x_Dimension, f.x_BillingMonth, f.BillingCurrency, f.x_Cost, f.x_Quantity,
    f.x_UnitCost, p.x_PriorUnitCost, f.x_Days, f.x_DaysWithoutDriver, f.x_DaysWithoutCharge,
    CASE WHEN p.x_PriorDayUnitCost <> 0
      THEN (f.x_DayUnitCost - p.x_PriorDayUnitCost) / ABS(p.x_PriorDayUnitCost)
    END AS x_UnitCostChangeShare,
    CASE WHEN p.x_PriorMean <> 0 THEN (f.x_Mean - p.x_PriorMean) / p.x_PriorMean END AS x_QuantityChangeShare,
    CASE
      WHEN NOT f.x_HasDriver THEN 'there is no driver: no figure'
      WHEN f.x_IsCharged AND f.x_Days = 0 THEN 'no day has a driver row: no figure'
      WHEN f.x_IsCharged AND f.x_UnitCost IS NULL THEN 'the quantity is 0: no figure'
      WHEN f.x_IsCharged THEN NULL
      WHEN STRFTIME(:last_full_day, '%Y-%m') < :billing_period THEN 'no day of the month is complete yet: no figure'
      WHEN f.x_ChargeableFrom > :last_full_day THEN 'a tag key of the metric is not active yet: no figure'
      ELSE 'no daily charge of a full day belongs to the metric: no figure'
    END AS x_NoFigure,
    CONCAT(
      CASE WHEN f.x_DaysWithoutDriver > 0 THEN '; days without a driver row are left out' ELSE '' END,
      CASE WHEN f.x_DaysWithoutCharge > 0
        THEN '; days before the metric can be charged for are left out' ELSE ''
      END
    ) AS x_Lacks,
    CASE WHEN p.x_PriorDays > 0 AND (
        f.x_Days <> f.x_DaysOfMonth OR p.x_PriorDays <> p.x_PriorDaysOfMonth OR (f.x_IsLevel AND f.x_Days <> p.x_PriorDays)
      )
      THEN CONCAT(
        '; changes compare one day: ', CAST(f.x_Days AS VARCHAR), ' of ', CAST(f.x_DaysOfMonth AS VARCHAR),
        ' days count, ', CAST(p.x_PriorDays AS VARCHAR), ' of ', CAST(p.x_PriorDaysOfMonth AS VARCHAR),
        ' of the month before'
      )
      ELSE ''
    END AS x_Compares
  FROM priced AS f
  LEFT JOIN before AS p
    ON p.x_UnitMetric = f.x_UnitMetric AND p.x_Dimension = f.x_Dimension AND p.BillingCurrency = f.BillingCurrency
    AND p.x_Month = f.x_Month
)
SELECT
  x_UnitMetric, x_Title, x_Unit, x_Dimension, x_BillingMonth, BillingCurrency, x_Cost, x_Quantity, x_UnitCost,
  x_PriorUnitCost, x_UnitCostChangeShare, x_QuantityChangeShare, x_Days, x_DaysWithoutDriver, x_DaysWithoutCharge,
  COALESCE(x_NoFigure, NULLIF(SUBSTR(CONCAT(x_Lacks, x_Compares), 3), '')) AS x_Note
FROM told
WHERE (NOT :only_this_period OR x_BillingMonth = :billing_period)
  AND (NOT :only_lacking OR x_NoFigure IS NOT NULL OR x_Lacks <> '')
ORDER BY x_UnitMetric, x_Dimension, BillingCurrency, x_BillingMonth

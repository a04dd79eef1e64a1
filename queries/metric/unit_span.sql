--- title = "First days of unit metrics"
--- question = "From which day on can each unit metric be charged for? The first day of the bill, or that on which the last of the tag keys it rests on became active: before it a quantity has no cost it could be divided into."
--- reads = ["cost_daily", "unit_metric"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_ChargeableFrom = { type = "date", meaning = "The first day on which the metric can have a charge" }
WITH days AS (
  SELECT DISTINCT x_ChargeDay
  FROM cost_daily
  -- A correction of an earlier month does not begin the bill, nor does a fee of the whole month.
  WHERE x_ChargeSpan = 'day' AND STRFTIME(x_ChargeDay, '%Y-%m') = x_BillingMonth
),
-- Grouped by the metric: where nobody asks for the day, Polars forgets that a bare MIN is one row.
bill AS (
  SELECT m.x_UnitMetric, MIN(d.x_ChargeDay) AS x_FirstBilledDay
  FROM unit_metric AS m
  CROSS JOIN days AS d
  GROUP BY m.x_UnitMetric
)
SELECT
  m.x_UnitMetric,
  CASE WHEN m.x_ActiveFrom > b.x_FirstBilledDay THEN m.x_ActiveFrom ELSE b.x_FirstBilledDay END AS x_ChargeableFrom
FROM unit_metric AS m
LEFT JOIN bill AS b ON b.x_UnitMetric = m.x_UnitMetric
ORDER BY x_UnitMetric

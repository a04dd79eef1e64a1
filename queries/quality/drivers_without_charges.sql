--- title = "Drivers without charges"
--- question = "Which dimensions does a driver file count in the billing period that no charge of the unit metric has? Most are misspelt."
--- reads = ["unit_daily", "unit_driver"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Dimension = "costmill"
--- x_Days = { type = "integer", meaning = "Days of the billing period that the driver counts" }
WITH charged AS (
  SELECT DISTINCT x_UnitMetric, x_Dimension FROM unit_daily WHERE x_BillingMonth = :billing_period
),
driven AS (
  SELECT x_UnitMetric, x_Dimension, COUNT(*) AS x_Days
  FROM unit_driver
  WHERE STRFTIME(x_ChargeDay, '%Y-%m') = :billing_period
  GROUP BY x_UnitMetric, x_Dimension
)
SELECT d.x_UnitMetric, d.x_Dimension, d.x_Days
FROM driven AS d
LEFT JOIN charged AS c ON c.x_UnitMetric = d.x_UnitMetric AND c.x_Dimension = d.x_Dimension
WHERE c.x_UnitMetric IS NULL
ORDER BY x_UnitMetric, x_Dimension

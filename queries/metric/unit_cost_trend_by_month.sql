--- title = "Trend of unit cost by month"
--- question = "How did unit cost and volume of each metric, over all its dimensions, go up and down over each of the thirteen billing periods up to this one? Both as a share of all of them together, so that metrics of any size stand side by side, and a price that moves against its volume is seen."
--- reads = ["unit_metric", "metric/unit_days"]
--- [columns]
--- x_UnitMetric = "costmill"
--- x_Title = "costmill"
--- x_BillingMonth = "costmill"
--- BillingCurrency = "FOCUS"
--- x_UnitCostShare = { type = "ratio", meaning = "Cost per unit and day, as a share of that of all of them together" }
--- x_QuantityShare = { type = "ratio", meaning = "Quantity of a day, as a share of that of all of them together" }
WITH days AS (
  SELECT
    d.x_UnitMetric, d.x_BillingMonth, d.x_ChargeDay, d.BillingCurrency,
    SUM(d.x_Cost) AS x_Cost, SUM(d.x_Quantity) AS x_Quantity
  FROM unit_days AS d
  WHERE d.x_BillingMonth <= :billing_period AND d.x_Quantity IS NOT NULL
  GROUP BY d.x_UnitMetric, d.x_BillingMonth, d.x_ChargeDay, d.BillingCurrency
),
places AS (
  SELECT
    x_UnitMetric, x_BillingMonth, BillingCurrency, SUM(x_Cost) AS x_Cost, SUM(x_Quantity) AS x_Quantity, COUNT(*) AS x_Days
  FROM days
  GROUP BY x_UnitMetric, x_BillingMonth, BillingCurrency
),
wholes AS (
  SELECT
    x_UnitMetric, BillingCurrency,
    SUM(x_Cost) AS x_WholeCost, SUM(x_Quantity) AS x_WholeQuantity, COUNT(*) AS x_WholeDays
  FROM days
  GROUP BY x_UnitMetric, BillingCurrency
)
SELECT
  p.x_UnitMetric, m.x_Title, p.x_BillingMonth, p.BillingCurrency,
  CASE WHEN p.x_Quantity <> 0 AND w.x_WholeCost <> 0
    THEN (CAST(p.x_Cost AS DOUBLE) / CAST(p.x_Quantity AS DOUBLE))
      / (CAST(w.x_WholeCost AS DOUBLE) / CAST(w.x_WholeQuantity AS DOUBLE))
  END AS x_UnitCostShare,
  CASE WHEN w.x_WholeQuantity <> 0
    THEN (CAST(p.x_Quantity AS DOUBLE) / CAST(p.x_Days AS DOUBLE))
      / (CAST(w.x_WholeQuantity AS DOUBLE) / CAST(w.x_WholeDays AS DOUBLE))
  END AS x_QuantityShare
FROM places AS p
JOIN wholes AS w ON w.x_UnitMetric = p.x_UnitMetric AND w.BillingCurrency = p.BillingCurrency
JOIN unit_metric AS m ON m.x_UnitMetric = p.x_UnitMetric
ORDER BY x_UnitMetric, BillingCurrency, x_BillingMonth

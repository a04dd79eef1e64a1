--- title = "Waste by rule"
--- question = "What could be saved in a month by each kind of finding? Only one action counts on one resource; figures that no bill tells are not guessed."
--- reads = ["finding"]
--- [columns]
--- x_Rule = "costmill"
--- x_Title = "costmill"
--- x_Action = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Findings = { type = "integer", meaning = "Findings on the list: suppressed ones, and second actions on one resource, are not counted" }
--- x_GrossMonthlySaving = { type = "number", meaning = "What the resources would no longer cost in a month, of findings with a figure" }
--- x_RealisableMonthlySaving = { type = "number", meaning = "The same without what a commitment discount covers" }
--- x_WithoutFigure = { type = "integer", meaning = "Findings of which the bill does not tell what can be realised" }
WITH counted AS (
  SELECT
    x_Rule, x_Title, x_Action, BillingCurrency,
    -- Exact, so that a sum is the same whatever the order.
    CAST(x_GrossMonthlySaving AS DECIMAL(38,10)) AS x_Gross,
    CAST(x_RealisableMonthlySaving AS DECIMAL(38,10)) AS x_Realisable
  FROM finding
  WHERE x_Suppressed IS NULL AND x_IsCounted
),
sums AS (
  SELECT
    x_Rule, x_Title, x_Action, BillingCurrency,
    COUNT(*) AS x_Findings,
    SUM(x_Gross) AS x_Gross,
    SUM(x_Realisable) AS x_Realisable,
    SUM(CASE WHEN x_Gross IS NULL THEN 0 ELSE 1 END) AS x_WithGross,
    SUM(CASE WHEN x_Realisable IS NULL THEN 1 ELSE 0 END) AS x_WithoutFigure
  FROM counted
  GROUP BY x_Rule, x_Title, x_Action, BillingCurrency
)
SELECT
  x_Rule, x_Title, x_Action, BillingCurrency, x_Findings,
  CASE WHEN x_WithGross > 0 THEN CAST(x_Gross AS DOUBLE) END AS x_GrossMonthlySaving,
  CASE WHEN x_Findings > x_WithoutFigure THEN CAST(x_Realisable AS DOUBLE) END AS x_RealisableMonthlySaving,
  x_WithoutFigure
FROM sums
ORDER BY x_RealisableMonthlySaving DESC NULLS LAST, x_Rule, BillingCurrency

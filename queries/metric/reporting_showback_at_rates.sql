--- title = "Showback by team, billing currency and rate"
--- question = "What is each team's cost of the billing period, on the declared basis, in each currency that it is billed in, at which rate and whose is it converted, and what is it in the reporting currency? A billing period of which a part is not converted has no rows."
--- reads = ["cost_daily", "reporting_rate"]
--- [columns]
--- x_Team = "costmill"
--- BillingCurrency = "FOCUS"
--- x_Basis = "costmill"
--- x_Cost = { type = "money", meaning = "Cost of the billing period on the basis of the statements, as billed" }
--- x_Rate = "costmill"
--- x_RateSource = "costmill"
--- x_ReportingCurrency = "costmill"
--- x_ReportingCost = { type = "money", meaning = "The same in the reporting currency: within a unit of the 18th decimal for each row of the roll-up, cost times rate" }
WITH whole AS (
  -- A period of which a part is not converted, or is in another currency, has no sum in the reporting currency.
  SELECT
    x_BillingMonth,
    SUM(CASE WHEN x_ReportingCurrency IS NULL THEN 1 ELSE 0 END) AS x_Unconverted,
    COUNT(DISTINCT x_ReportingCurrency) AS x_Currencies
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period
  GROUP BY x_BillingMonth
),
charged AS (
  SELECT
    x_Team, x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency,
    SUM(:showback_basis) AS x_Cost,
    SUM(CASE WHEN :showback_basis_name = 'BilledCost' THEN x_ReportingBilledCost ELSE x_ReportingEffectiveCost END) AS x_ReportingCost
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND x_ReportingCurrency IS NOT NULL
  GROUP BY x_Team, x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency
)
SELECT
  k.x_Team, k.BillingCurrency,
  :showback_basis_name AS x_Basis,
  SUM(k.x_Cost) AS x_Cost,
  r.x_Rate, r.x_RateSource, k.x_ReportingCurrency,
  SUM(k.x_ReportingCost) AS x_ReportingCost
FROM charged AS k
JOIN whole AS w ON w.x_BillingMonth = k.x_BillingMonth
JOIN reporting_rate AS r
  ON r.x_BillingMonth = k.x_BillingMonth AND r.x_SourceId = k.x_SourceId AND r.BillingCurrency = k.BillingCurrency
WHERE w.x_Unconverted = 0 AND w.x_Currencies = 1
GROUP BY k.x_Team, k.BillingCurrency, r.x_Rate, r.x_RateSource, k.x_ReportingCurrency
ORDER BY x_Team, x_ReportingCurrency, BillingCurrency, x_Rate, x_RateSource

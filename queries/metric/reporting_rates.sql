--- title = "Rates of the billing period"
--- question = "At which rate and whose did the charges of the billing period become amounts in the reporting currency, and what are they before and after? A billing period of which a part is not converted has no rows."
--- reads = ["cost_daily", "reporting_rate"]
--- [columns]
--- x_BillingMonth = "costmill"
--- BillingCurrency = "FOCUS"
--- x_ReportingCurrency = "costmill"
--- x_Rate = "costmill"
--- x_RateSource = "costmill"
--- BilledCost = "FOCUS"
--- x_ReportingBilledCost = "costmill"
--- EffectiveCost = "FOCUS"
--- x_ReportingEffectiveCost = "costmill"
--- x_Rows = "costmill"
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
by_source AS (
  SELECT
    x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency,
    SUM(BilledCost) AS BilledCost,
    SUM(x_ReportingBilledCost) AS x_ReportingBilledCost,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(x_ReportingEffectiveCost) AS x_ReportingEffectiveCost,
    SUM(x_Rows) AS x_Rows
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND x_ReportingCurrency IS NOT NULL
  GROUP BY x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency
)
SELECT
  k.x_BillingMonth, k.BillingCurrency, k.x_ReportingCurrency, r.x_Rate, r.x_RateSource,
  SUM(k.BilledCost) AS BilledCost,
  SUM(k.x_ReportingBilledCost) AS x_ReportingBilledCost,
  SUM(k.EffectiveCost) AS EffectiveCost,
  SUM(k.x_ReportingEffectiveCost) AS x_ReportingEffectiveCost,
  SUM(k.x_Rows) AS x_Rows
FROM by_source AS k
JOIN whole AS w ON w.x_BillingMonth = k.x_BillingMonth
JOIN reporting_rate AS r
  ON r.x_BillingMonth = k.x_BillingMonth AND r.x_SourceId = k.x_SourceId AND r.BillingCurrency = k.BillingCurrency
WHERE w.x_Unconverted = 0 AND w.x_Currencies = 1
GROUP BY k.x_BillingMonth, k.BillingCurrency, k.x_ReportingCurrency, r.x_Rate, r.x_RateSource
ORDER BY x_BillingMonth, BillingCurrency, x_ReportingCurrency, x_Rate, x_RateSource

--- title = "Cost by month in the reporting currency"
--- question = "What did each of the thirteen billing periods up to this one cost in each currency that it is billed in, as billed and in the reporting currency, at which rate and whose? A month of which a part is not converted has no rows."
--- reads = ["cost_daily", "reporting_rate"]
--- [columns]
--- x_BillingMonth = "costmill"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- BilledCost = "FOCUS"
--- x_Rate = "costmill"
--- x_RateSource = "costmill"
--- x_ReportingCurrency = "costmill"
--- x_ReportingEffectiveCost = "costmill"
--- x_ReportingBilledCost = "costmill"
WITH whole AS (
  -- A period of which a part is not converted, or is in another currency, has no sum in the reporting currency.
  SELECT
    x_BillingMonth,
    SUM(CASE WHEN x_ReportingCurrency IS NULL THEN 1 ELSE 0 END) AS x_Unconverted,
    COUNT(DISTINCT x_ReportingCurrency) AS x_Currencies
  FROM cost_daily
  WHERE x_BillingMonth >= :year_ago_billing_period AND x_BillingMonth <= :billing_period
  GROUP BY x_BillingMonth
),
by_source AS (
  SELECT
    x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(BilledCost) AS BilledCost,
    SUM(x_ReportingEffectiveCost) AS x_ReportingEffectiveCost,
    SUM(x_ReportingBilledCost) AS x_ReportingBilledCost
  FROM cost_daily
  WHERE x_BillingMonth >= :year_ago_billing_period AND x_BillingMonth <= :billing_period
    AND x_ReportingCurrency IS NOT NULL
  GROUP BY x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency
)
SELECT
  k.x_BillingMonth, k.BillingCurrency,
  SUM(k.EffectiveCost) AS EffectiveCost,
  SUM(k.BilledCost) AS BilledCost,
  r.x_Rate, r.x_RateSource, k.x_ReportingCurrency,
  SUM(k.x_ReportingEffectiveCost) AS x_ReportingEffectiveCost,
  SUM(k.x_ReportingBilledCost) AS x_ReportingBilledCost
FROM by_source AS k
JOIN whole AS w ON w.x_BillingMonth = k.x_BillingMonth
JOIN reporting_rate AS r
  ON r.x_BillingMonth = k.x_BillingMonth AND r.x_SourceId = k.x_SourceId AND r.BillingCurrency = k.BillingCurrency
WHERE w.x_Unconverted = 0 AND w.x_Currencies = 1
GROUP BY k.x_BillingMonth, k.BillingCurrency, r.x_Rate, r.x_RateSource, k.x_ReportingCurrency
ORDER BY x_BillingMonth, BillingCurrency, x_ReportingCurrency, x_Rate, x_RateSource

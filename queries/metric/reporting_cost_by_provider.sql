--- title = "Cost by provider in the reporting currency"
--- question = "What did each provider's charges of the billing period cost, as billed and in the reporting currency, and how did that change from the month before? A billing period of which a part is not converted has no rows."
--- reads = ["cost_daily"]
--- [columns]
--- ProviderName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- BilledCost = "FOCUS"
--- x_ReportingCurrency = "costmill"
--- x_ReportingEffectiveCost = "costmill"
--- x_ReportingBilledCost = "costmill"
--- x_PriorReportingEffectiveCost = { type = "money", meaning = "EffectiveCost of the prior billing period in the reporting currency, at that period's rates; empty when that period is not in the lake or not converted" }
--- x_ReportingEffectiveCostChange = { type = "money", meaning = "EffectiveCost in the reporting currency minus that of the prior billing period: the rate moves it, too" }
--- x_ReportingEffectiveCostChangeShare = { type = "ratio", meaning = "The change as a share of the size of the prior amount; empty when that is 0" }
WITH whole AS (
  -- A period of which a part is not converted, or is in another currency, has no sum in the reporting currency.
  SELECT
    x_BillingMonth,
    MIN(x_ReportingCurrency) AS x_ReportingCurrency,
    SUM(CASE WHEN x_ReportingCurrency IS NULL THEN 1 ELSE 0 END) AS x_Unconverted,
    COUNT(DISTINCT x_ReportingCurrency) AS x_Currencies
  FROM cost_daily
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period)
  GROUP BY x_BillingMonth
),
this_period AS (
  SELECT x_BillingMonth, x_ReportingCurrency FROM whole WHERE x_BillingMonth = :billing_period AND x_Unconverted = 0 AND x_Currencies = 1
),
prior_period AS (
  SELECT x_BillingMonth, x_ReportingCurrency FROM whole WHERE x_BillingMonth = :prior_billing_period AND x_Unconverted = 0 AND x_Currencies = 1
),
by_provider AS (
  SELECT
    ProviderName, BillingCurrency, x_ReportingCurrency,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN EffectiveCost ELSE 0 END) AS EffectiveCost,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN BilledCost ELSE 0 END) AS BilledCost,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN x_ReportingEffectiveCost ELSE 0 END) AS x_ReportingEffectiveCost,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN x_ReportingBilledCost ELSE 0 END) AS x_ReportingBilledCost,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN x_ReportingEffectiveCost ELSE 0 END) AS x_PriorReportingEffectiveCost
  FROM cost_daily
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period) AND x_ReportingCurrency IS NOT NULL
  GROUP BY ProviderName, BillingCurrency, x_ReportingCurrency
),
known AS (
  SELECT
    k.ProviderName, k.BillingCurrency, k.EffectiveCost, k.BilledCost,
    k.x_ReportingCurrency, k.x_ReportingEffectiveCost, k.x_ReportingBilledCost,
    CASE WHEN b.x_BillingMonth IS NOT NULL THEN k.x_PriorReportingEffectiveCost END AS x_PriorReportingEffectiveCost
  FROM by_provider AS k
  JOIN this_period AS p ON p.x_ReportingCurrency = k.x_ReportingCurrency
  LEFT JOIN prior_period AS b ON b.x_ReportingCurrency = k.x_ReportingCurrency
)
SELECT
  ProviderName, BillingCurrency, EffectiveCost, BilledCost,
  x_ReportingCurrency, x_ReportingEffectiveCost, x_ReportingBilledCost,
  x_PriorReportingEffectiveCost,
  x_ReportingEffectiveCost - x_PriorReportingEffectiveCost AS x_ReportingEffectiveCostChange,
  CASE WHEN x_PriorReportingEffectiveCost <> 0
    THEN CAST(x_ReportingEffectiveCost - x_PriorReportingEffectiveCost AS DOUBLE)
      / CAST(ABS(x_PriorReportingEffectiveCost) AS DOUBLE)
  END AS x_ReportingEffectiveCostChangeShare
FROM known
ORDER BY x_ReportingEffectiveCost DESC NULLS LAST, ProviderName, BillingCurrency, x_ReportingCurrency

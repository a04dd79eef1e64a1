--- title = "Showback by team in the reporting currency"
--- question = "What does each team answer for in the billing period, on the declared basis, in the reporting currency? The teams and `unallocated` add up to the whole exactly. A billing period of which a part is not converted has no rows."
--- reads = ["cost_daily"]
--- [columns]
--- x_Team = "costmill"
--- x_ReportingCurrency = "costmill"
--- x_Basis = "costmill"
--- x_ReportingCost = { type = "money", meaning = "Cost of the billing period on the basis of the statements, in the reporting currency" }
--- x_PriorReportingCost = { type = "money", meaning = "The same of the prior billing period, at that period's rates; empty when that period is not in the lake or not converted" }
--- x_ReportingCostChange = { type = "money", meaning = "Cost minus that of the prior billing period, in the reporting currency: the rate moves it, too" }
--- x_ReportingCostChangeShare = { type = "ratio", meaning = "The change as a share of the size of the prior cost; empty when that is 0" }
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
charged AS (
  SELECT
    x_Team, x_ReportingCurrency, x_BillingMonth,
    SUM(CASE WHEN :showback_basis_name = 'BilledCost' THEN x_ReportingBilledCost ELSE x_ReportingEffectiveCost END) AS x_ReportingCost
  FROM cost_daily
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period) AND x_ReportingCurrency IS NOT NULL
  GROUP BY x_Team, x_ReportingCurrency, x_BillingMonth
),
by_team AS (
  SELECT
    x_Team, x_ReportingCurrency,
    SUM(CASE WHEN x_BillingMonth = :billing_period THEN x_ReportingCost ELSE 0 END) AS x_ReportingCost,
    SUM(CASE WHEN x_BillingMonth = :prior_billing_period THEN x_ReportingCost ELSE 0 END) AS x_PriorReportingCost
  FROM charged
  GROUP BY x_Team, x_ReportingCurrency
),
known AS (
  SELECT
    k.x_Team, k.x_ReportingCurrency, k.x_ReportingCost,
    CASE WHEN b.x_BillingMonth IS NOT NULL THEN k.x_PriorReportingCost END AS x_PriorReportingCost
  FROM by_team AS k
  JOIN this_period AS p ON p.x_ReportingCurrency = k.x_ReportingCurrency
  LEFT JOIN prior_period AS b ON b.x_ReportingCurrency = k.x_ReportingCurrency
)
SELECT
  x_Team, x_ReportingCurrency,
  :showback_basis_name AS x_Basis,
  x_ReportingCost,
  x_PriorReportingCost,
  x_ReportingCost - x_PriorReportingCost AS x_ReportingCostChange,
  CASE WHEN x_PriorReportingCost <> 0
    THEN CAST(x_ReportingCost - x_PriorReportingCost AS DOUBLE) / CAST(ABS(x_PriorReportingCost) AS DOUBLE)
  END AS x_ReportingCostChangeShare
FROM known
ORDER BY x_ReportingCost DESC NULLS LAST, x_Team, x_ReportingCurrency

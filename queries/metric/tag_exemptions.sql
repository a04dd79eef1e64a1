--- title = "Exemptions from tag keys"
--- question = "Which charges may go without which tag key, why, until when, and what EffectiveCost of the billing period did each exemption take out of the coverage? Exemptions of the policy, and those of an earlier policy that the period was published with."
--- reads = ["cost_daily", "exemption"]
--- [columns]
--- x_TagKey = "The tag dimension that charges may go without"
--- x_Exemption = "costmill"
--- x_ExemptionReason = "costmill"
--- x_Until = "costmill"
--- x_Standing = "`holds`; `expired` where the charges count again by the last complete day; `no longer in the policy`"
--- BillingCurrency = "FOCUS"
--- x_ExemptCost = { type = "money", meaning = "EffectiveCost of the billing period that the exemption lets go without the key" }
WITH currencies AS (
  SELECT DISTINCT BillingCurrency
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND :tag_state_column <> 'not taggable'
),
configured AS (
  SELECT x_Exemption, x_ExemptionReason, x_Until
  FROM exemption
  WHERE x_ExemptKey = :coverage_key
),
charged AS (
  SELECT :tag_exemption_column AS x_Exemption, BillingCurrency, SUM(EffectiveCost) AS x_ExemptCost
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND :tag_exemption_column IS NOT NULL
  GROUP BY :tag_exemption_column, BillingCurrency
  UNION ALL
  -- An exemption that took nothing out is shown, too.
  SELECT e.x_Exemption, c.BillingCurrency, CAST(0 AS DECIMAL(38,18)) AS x_ExemptCost
  FROM configured AS e
  CROSS JOIN currencies AS c
),
summed AS (
  SELECT x_Exemption, BillingCurrency, SUM(x_ExemptCost) AS x_ExemptCost
  FROM charged
  GROUP BY x_Exemption, BillingCurrency
)
SELECT
  :coverage_key AS x_TagKey,
  s.x_Exemption,
  e.x_ExemptionReason,
  e.x_Until,
  CASE
    WHEN e.x_Until IS NULL THEN 'no longer in the policy'
    WHEN e.x_Until <= :last_full_day THEN 'expired'
    ELSE 'holds'
  END AS x_Standing,
  s.BillingCurrency,
  s.x_ExemptCost
FROM summed AS s
LEFT JOIN configured AS e ON e.x_Exemption = s.x_Exemption
ORDER BY x_ExemptCost DESC NULLS LAST, x_Exemption, BillingCurrency

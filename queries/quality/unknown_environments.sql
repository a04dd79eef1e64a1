--- title = "Cost of unknown environments"
--- question = "Of which teams does more than a twentieth of the usage say neither production nor non-production, so that no rule about non-production looks at it?"
--- reads = ["cost_daily"]
--- [params]
--- min_share = 0.05
--- [columns]
--- x_Team = "costmill"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_UnknownCost = { type = "money", meaning = "EffectiveCost of usage whose environment is unknown" }
--- x_UnknownShare = { type = "ratio", meaning = "Unknown as a share of the team's usage" }
WITH known AS (
  -- Without a configured environment nothing is known of any charge, and nothing is missing.
  SELECT COUNT(x_Environment) AS x_Known
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND ChargeCategory = 'Usage'
  LIMIT 1
),
by_team AS (
  SELECT
    x_Team, BillingCurrency,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(CASE WHEN x_Environment IS NULL THEN EffectiveCost ELSE 0 END) AS x_UnknownCost
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND ChargeCategory = 'Usage'
  GROUP BY x_Team, BillingCurrency
),
shares AS (
  SELECT
    t.x_Team, t.BillingCurrency, t.EffectiveCost, t.x_UnknownCost,
    CASE WHEN t.EffectiveCost <> 0 THEN CAST(t.x_UnknownCost AS DOUBLE) / CAST(t.EffectiveCost AS DOUBLE) END
      AS x_UnknownShare
  FROM by_team AS t
  CROSS JOIN known AS k
  WHERE k.x_Known > 0
)
SELECT x_Team, BillingCurrency, EffectiveCost, x_UnknownCost, x_UnknownShare
FROM shares
WHERE x_UnknownShare > :min_share
ORDER BY x_UnknownCost DESC NULLS LAST, x_Team, BillingCurrency

--- title = "Teams without a cost centre"
--- question = "Which teams have charges of the billing period and no cost centre in the config, though others have? A name misspelt in a tag is one of them."
--- reads = ["cost_daily", "team"]
--- [columns]
--- x_Team = "costmill"
--- x_TeamBy = "costmill"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
WITH centres AS (
  SELECT COUNT(x_CostCentre) AS x_Centres FROM team
  LIMIT 1
),
charged AS (
  SELECT x_Team, x_TeamBy, BillingCurrency, SUM(EffectiveCost) AS EffectiveCost
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND x_Team <> 'unallocated'
  GROUP BY x_Team, x_TeamBy, BillingCurrency
)
SELECT c.x_Team, c.x_TeamBy, c.BillingCurrency, c.EffectiveCost
FROM charged AS c
LEFT JOIN team AS t ON t.x_Team = c.x_Team
CROSS JOIN centres AS n
WHERE n.x_Centres > 0 AND t.x_CostCentre IS NULL
ORDER BY EffectiveCost DESC NULLS LAST, x_Team, x_TeamBy, BillingCurrency

--- title = "Tag values that are not allowed"
--- question = "Which values of the tag key are not among those allowed, and what did the charges with them cost in the billing period? Each is a candidate for a synonym or a correction."
--- reads = ["cost_daily"]
--- [columns]
--- x_TagKey = "The tag dimension asked about"
--- x_Value = "The value, after folding and synonyms"
--- x_Team = "costmill"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
SELECT
  :coverage_key AS x_TagKey, :tag_column AS x_Value, x_Team, BillingCurrency, SUM(EffectiveCost) AS EffectiveCost
FROM cost_daily
-- `all` keys together have a state and no value.
WHERE x_BillingMonth = :billing_period AND :tag_state_column = 'invalid' AND :tag_column IS NOT NULL
GROUP BY :tag_column, x_Team, BillingCurrency
ORDER BY EffectiveCost DESC NULLS LAST, x_Value, x_Team, BillingCurrency

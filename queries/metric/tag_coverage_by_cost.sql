--- title = "Tag coverage by cost"
--- question = "What share of the EffectiveCost of charges of category Usage carries a value of the coverage tag? Tax, purchases, credits and adjustments can carry none and are left out."
--- reads = ["cost_daily"]
--- [columns]
--- x_TagKey = "The tag dimension asked about"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_TaggedEffectiveCost = { type = "money", meaning = "EffectiveCost of usage with a non-empty value of the tag" }
--- x_UntaggedEffectiveCost = { type = "money", meaning = "EffectiveCost of usage without one" }
--- x_CoverageShare = { type = "ratio", meaning = "Tagged as a share of all; empty when all is 0" }
WITH by_currency AS (
  SELECT
    BillingCurrency,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(CASE WHEN :tag_column <> '' THEN EffectiveCost ELSE 0 END) AS x_TaggedEffectiveCost
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period AND ChargeCategory = 'Usage'
  GROUP BY BillingCurrency
)
SELECT
  :coverage_key AS x_TagKey,
  BillingCurrency,
  EffectiveCost,
  x_TaggedEffectiveCost,
  EffectiveCost - x_TaggedEffectiveCost AS x_UntaggedEffectiveCost,
  CASE WHEN EffectiveCost <> 0
    THEN CAST(x_TaggedEffectiveCost AS DOUBLE) / CAST(EffectiveCost AS DOUBLE)
  END AS x_CoverageShare
FROM by_currency
ORDER BY BillingCurrency

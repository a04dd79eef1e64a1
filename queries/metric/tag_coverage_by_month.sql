--- title = "Tag coverage by month"
--- question = "How did the share of the EffectiveCost with a valid value of the tag key go over the thirteen billing periods up to this one? Each month by the tag policy it was published with; a month that is not in the lake has no row."
--- reads = ["cost_daily"]
--- [columns]
--- x_TagKey = "The tag dimension asked about; `all`: every required one"
--- x_BillingMonth = "costmill"
--- BillingCurrency = "FOCUS"
--- x_CoveredCost = { type = "money", meaning = "EffectiveCost of charges with a valid value of the key, their own or their sub account's" }
--- x_TaggableCost = { type = "money", meaning = "EffectiveCost of usage of resources, but for what is exempt and what was charged before the key was active" }
--- x_UncoveredCost = { type = "money", meaning = "Taggable minus covered: EffectiveCost of charges without a value of the key, or with one that is not allowed" }
--- x_AllCost = { type = "money", meaning = "EffectiveCost of every charge" }
--- x_CoverageOfTaggable = { type = "ratio", meaning = "Covered as a share of taggable; empty when that is 0" }
--- x_CoverageOfAll = { type = "ratio", meaning = "Covered as a share of all; empty where discounts, credits and refunds that name no resource leave less than that" }
--- x_Target = { type = "ratio", meaning = "The coverage of taggable aimed at; empty when none is configured" }
--- x_TargetGap = { type = "ratio", meaning = "Target minus coverage of taggable: what is missing to it; below 0 where it is exceeded" }
--- x_ExemptCost = { type = "money", meaning = "EffectiveCost of charges that an exemption lets go without the key" }
--- x_NotActiveCost = { type = "money", meaning = "EffectiveCost of charges from before the key was active at the provider" }
WITH states AS (
  SELECT
    x_BillingMonth, BillingCurrency,
    SUM(CASE WHEN :tag_state_column IN ('tagged', 'inherited') THEN EffectiveCost ELSE 0 END) AS x_CoveredCost,
    SUM(CASE WHEN :tag_state_column IN ('tagged', 'inherited', 'invalid', 'missing') THEN EffectiveCost ELSE 0 END) AS x_TaggableCost,
    SUM(EffectiveCost) AS x_AllCost,
    SUM(CASE WHEN :tag_state_column = 'exempt' THEN EffectiveCost ELSE 0 END) AS x_ExemptCost,
    SUM(CASE WHEN :tag_state_column = 'not active' THEN EffectiveCost ELSE 0 END) AS x_NotActiveCost
  FROM cost_daily
  WHERE x_BillingMonth >= :year_ago_billing_period AND x_BillingMonth <= :billing_period
  GROUP BY x_BillingMonth, BillingCurrency
)
SELECT
  :coverage_key AS x_TagKey,
  x_BillingMonth,
  BillingCurrency,
  x_CoveredCost,
  x_TaggableCost,
  x_TaggableCost - x_CoveredCost AS x_UncoveredCost,
  x_AllCost,
  CASE WHEN x_TaggableCost <> 0
    THEN CAST(x_CoveredCost AS DOUBLE) / CAST(x_TaggableCost AS DOUBLE)
  END AS x_CoverageOfTaggable,
  -- Discounts and credits that name no resource are in all alone: there is no share of what they outweigh.
  CASE WHEN x_AllCost > 0 AND x_CoveredCost <= x_AllCost
    THEN CAST(x_CoveredCost AS DOUBLE) / CAST(x_AllCost AS DOUBLE)
  END AS x_CoverageOfAll,
  :coverage_target AS x_Target,
  CASE WHEN x_TaggableCost <> 0
    THEN :coverage_target - CAST(x_CoveredCost AS DOUBLE) / CAST(x_TaggableCost AS DOUBLE)
  END AS x_TargetGap,
  x_ExemptCost,
  x_NotActiveCost
FROM states
ORDER BY x_BillingMonth, BillingCurrency

--- title = "Tag coverage of resources by month"
--- question = "How did the share of resources with a valid value of the tag key go over the thirteen billing periods up to this one? Each resource in its latest state of the month, each month by the tag policy it was published with; a month that is not in the lake has no row."
--- reads = ["resource_month"]
--- [columns]
--- x_TagKey = "The tag dimension asked about; `all`: every required one"
--- x_BillingMonth = "costmill"
--- x_CoveredResources = { type = "integer", meaning = "Resources whose latest state has a valid value of the key, their own or their sub account's" }
--- x_TaggableResources = { type = "integer", meaning = "Resources with usage in the billing period, but for those exempt or not active in their latest state" }
--- x_UncoveredResources = { type = "integer", meaning = "Taggable minus covered resources" }
--- x_AllResources = { type = "integer", meaning = "Resources with usage in the billing period, those exempt or not active included" }
--- x_CoverageOfTaggable = { type = "ratio", meaning = "Covered as a share of taggable resources; empty when there are none" }
--- x_CoverageOfAll = { type = "ratio", meaning = "Covered as a share of all resources with usage" }
--- x_Target = { type = "ratio", meaning = "The coverage of taggable aimed at; empty when none is configured" }
--- x_TargetGap = { type = "ratio", meaning = "Target minus coverage of taggable: what is missing to it; below 0 where it is exceeded" }
-- Without windows: thirteen months of resources are many rows, and a sum by group needs no more memory than
-- its groups. On the latest day with usage a resource is covered where a charge of that day is.
WITH resources AS (
  SELECT
    x_BillingMonth, ProviderName, BillingAccountId, SubAccountId, ResourceId,
    MAX(x_LastChargeDay) AS x_Used,
    MAX(CASE WHEN :tag_state_column IN ('tagged', 'inherited', 'invalid', 'missing') THEN x_LastChargeDay END) AS x_Taggable,
    MAX(CASE WHEN :tag_state_column IN ('tagged', 'inherited') THEN x_LastChargeDay END) AS x_Covered
  FROM resource_month
  WHERE x_BillingMonth >= :year_ago_billing_period AND x_BillingMonth <= :billing_period
    AND :tag_state_column <> 'not taggable'
  GROUP BY x_BillingMonth, ProviderName, BillingAccountId, SubAccountId, ResourceId
),
counted AS (
  SELECT
    x_BillingMonth,
    SUM(CASE WHEN x_Covered = x_Used THEN 1 ELSE 0 END) AS x_CoveredResources,
    SUM(CASE WHEN x_Taggable = x_Used THEN 1 ELSE 0 END) AS x_TaggableResources,
    COUNT(*) AS x_AllResources
  FROM resources
  GROUP BY x_BillingMonth
)
SELECT
  :coverage_key AS x_TagKey,
  x_BillingMonth,
  x_CoveredResources,
  x_TaggableResources,
  x_TaggableResources - x_CoveredResources AS x_UncoveredResources,
  x_AllResources,
  CASE WHEN x_TaggableResources > 0
    THEN CAST(x_CoveredResources AS DOUBLE) / CAST(x_TaggableResources AS DOUBLE)
  END AS x_CoverageOfTaggable,
  CAST(x_CoveredResources AS DOUBLE) / CAST(x_AllResources AS DOUBLE) AS x_CoverageOfAll,
  :coverage_target AS x_Target,
  CASE WHEN x_TaggableResources > 0
    THEN :coverage_target - CAST(x_CoveredResources AS DOUBLE) / CAST(x_TaggableResources AS DOUBLE)
  END AS x_TargetGap
FROM counted
ORDER BY x_BillingMonth

--- title = "Tag coverage of resources"
--- question = "What share of each team's resources carries a valid value of the tag key? A resource is one ResourceId of one sub account, in its latest state of the billing period: the charges of its last day decide."
--- reads = ["resource_month"]
--- [columns]
--- x_TagKey = "The tag dimension asked about; `all`: every required one"
--- x_Team = "costmill"
--- x_CoveredResources = { type = "integer", meaning = "Resources whose latest state has a valid value of the key, their own or their sub account's" }
--- x_TaggableResources = { type = "integer", meaning = "Resources with usage in the billing period, but for those exempt or not active in their latest state" }
--- x_CoverageShare = { type = "ratio", meaning = "Covered as a share of taggable resources" }
WITH used AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, x_LastChargeDay, x_Team,
    CASE WHEN :tag_state_column IN ('tagged', 'inherited') THEN 1 ELSE 0 END AS x_Covered,
    CASE WHEN :tag_state_column IN ('tagged', 'inherited', 'invalid', 'missing') THEN 1 ELSE 0 END AS x_Taggable,
    MAX(x_LastChargeDay) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId
    ) AS x_Latest
  FROM resource_month
  WHERE x_BillingMonth = :billing_period AND :tag_state_column <> 'not taggable'
),
resources AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId,
    -- A team before the rest, where its charges are split.
    COALESCE(MIN(CASE WHEN x_Team <> 'unallocated' THEN x_Team END), 'unallocated') AS x_Team,
    MAX(x_Covered) AS x_Covered
  FROM used
  WHERE x_LastChargeDay = x_Latest AND x_Taggable = 1
  GROUP BY ProviderName, BillingAccountId, SubAccountId, ResourceId
)
SELECT
  :coverage_key AS x_TagKey,
  x_Team,
  SUM(x_Covered) AS x_CoveredResources,
  COUNT(*) AS x_TaggableResources,
  CAST(SUM(x_Covered) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS x_CoverageShare
FROM resources
GROUP BY x_Team
ORDER BY x_Team

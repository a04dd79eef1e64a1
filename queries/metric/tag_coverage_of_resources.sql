--- title = "Tag coverage of resources"
--- question = "What share of the resources carries a valid value of the tag key? A resource is one ResourceId of one sub account, in its latest state of the billing period: the charges of its last day decide."
--- reads = ["metric/tag_state_of_resources"]
--- [columns]
--- x_TagKey = "The tag dimension asked about; `all`: every required one"
--- x_CoveredResources = { type = "integer", meaning = "Resources whose latest state has a valid value of the key, their own or their sub account's" }
--- x_TaggableResources = { type = "integer", meaning = "Resources with usage in the billing period, but for those exempt or not active in their latest state" }
--- x_UncoveredResources = { type = "integer", meaning = "Taggable minus covered resources" }
--- x_AllResources = { type = "integer", meaning = "Resources with usage in the billing period, those exempt or not active included" }
--- x_CoverageOfTaggable = { type = "ratio", meaning = "Covered as a share of taggable resources; empty when there are none" }
--- x_CoverageOfAll = { type = "ratio", meaning = "Covered as a share of all resources with usage" }
--- x_Target = { type = "ratio", meaning = "The coverage of taggable aimed at; empty when none is configured" }
--- x_TargetGap = { type = "ratio", meaning = "Target minus coverage of taggable: what is missing to it; below 0 where it is exceeded" }
WITH counted AS (
  SELECT
    x_TagKey,
    SUM(x_IsCovered) AS x_CoveredResources,
    SUM(x_IsTaggable) AS x_TaggableResources,
    COUNT(*) AS x_AllResources
  FROM tag_state_of_resources
  GROUP BY x_TagKey
)
SELECT
  x_TagKey,
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
ORDER BY x_TagKey

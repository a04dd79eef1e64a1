--- title = "Tag coverage by resource"
--- question = "What share of the resources with charges of category Usage carries a value of the coverage tag? A resource is one ResourceId of one sub account, in its latest state of the billing period: of its rows by service and region those with the latest charge, tagged if any of these is."
--- reads = ["resource_month"]
--- [columns]
--- x_TagKey = "The tag dimension asked about"
--- x_Resources = { type = "integer", meaning = "Resources with usage in the billing period" }
--- x_TaggedResources = { type = "integer", meaning = "Those whose latest state has a non-empty value of the tag" }
--- x_CoverageShare = { type = "ratio", meaning = "Tagged resources as a share of all" }
WITH used AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, x_LastChargeDay,
    CASE WHEN :tag_column <> '' THEN 1 ELSE 0 END AS x_Tagged,
    MAX(x_LastChargeDay) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId
    ) AS x_Latest
  FROM resource_month
  WHERE x_BillingMonth = :billing_period AND ChargeCategory = 'Usage' AND ResourceId <> ''
),
resources AS (
  SELECT
    :coverage_key AS x_TagKey, ProviderName, BillingAccountId, SubAccountId, ResourceId,
    MAX(x_Tagged) AS x_Tagged
  FROM used
  WHERE x_LastChargeDay = x_Latest
  GROUP BY ProviderName, BillingAccountId, SubAccountId, ResourceId
)
SELECT
  x_TagKey,
  COUNT(*) AS x_Resources,
  SUM(x_Tagged) AS x_TaggedResources,
  CAST(SUM(x_Tagged) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS x_CoverageShare
FROM resources
GROUP BY x_TagKey
ORDER BY x_TagKey

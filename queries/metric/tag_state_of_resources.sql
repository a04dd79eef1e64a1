--- title = "Tag state of resources"
--- question = "How does each resource stand to the tag key in its latest state of the billing period? A resource is one ResourceId of one sub account with usage of its own; the charges of its last day decide."
--- reads = ["resource_month"]
--- [columns]
--- x_TagKey = "The tag dimension asked about; `all`: every required one"
--- ProviderName = "FOCUS"
--- BillingAccountId = "FOCUS"
--- SubAccountId = "FOCUS"
--- ResourceId = "FOCUS"
--- SubAccountName = "FOCUS"
--- ServiceName = "FOCUS"
--- x_Team = "costmill"
--- x_IsCovered = { type = "integer", meaning = "1 where a charge of the last day has a valid value of the key, its own or its sub account's; else 0" }
--- x_IsTaggable = { type = "integer", meaning = "1 where the resource can carry the key, is not exempt and the key is active; else 0" }
WITH used AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, SubAccountName, ServiceName, x_Team, x_LastChargeDay,
    CASE WHEN :tag_state_column IN ('tagged', 'inherited') THEN 1 ELSE 0 END AS x_Covered,
    CASE WHEN :tag_state_column IN ('tagged', 'inherited', 'invalid', 'missing') THEN 1 ELSE 0 END AS x_Taggable,
    -- Windows of Polars sort in one direction: the costliest first is the least of these.
    -EffectiveCost AS x_Order,
    MAX(x_LastChargeDay) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId
    ) AS x_Latest
  FROM resource_month
  -- What is not taggable, such as a tax or a commitment, is no use of a resource.
  WHERE x_BillingMonth = :billing_period AND :tag_state_column <> 'not taggable'
),
latest AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, SubAccountName, ServiceName, x_Team, x_Covered,
    x_Taggable,
    ROW_NUMBER() OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId
      ORDER BY x_Order NULLS FIRST, ServiceName NULLS FIRST
    ) AS x_Row
  FROM used
  WHERE x_LastChargeDay = x_Latest
)
SELECT
  :coverage_key AS x_TagKey,
  ProviderName, BillingAccountId, SubAccountId, ResourceId,
  MAX(SubAccountName) AS SubAccountName,
  -- Several services charge for it: the costliest of the last day.
  MAX(CASE WHEN x_Row = 1 THEN ServiceName END) AS ServiceName,
  -- A team before the rest, where its charges are split; of charges that count for the key, if any do.
  COALESCE(
    MIN(CASE WHEN x_Taggable = 1 AND x_Team <> 'unallocated' THEN x_Team END),
    CASE WHEN MAX(x_Taggable) = 0 THEN MIN(CASE WHEN x_Team <> 'unallocated' THEN x_Team END) END,
    'unallocated'
  ) AS x_Team,
  MAX(x_Covered) AS x_IsCovered,
  MAX(x_Taggable) AS x_IsTaggable
FROM latest
GROUP BY ProviderName, BillingAccountId, SubAccountId, ResourceId
ORDER BY ProviderName, BillingAccountId, SubAccountId, ResourceId, SubAccountName, ServiceName, x_Team

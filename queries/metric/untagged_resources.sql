--- title = "Untagged resources"
--- question = "Which resources without a valid value of the tag key, in their latest state, cost most in the billing period, and whose are they? The `limit` costliest of each team."
--- reads = ["resource_month"]
--- [params]
--- limit = 50
--- [columns]
--- x_TagKey = "The tag dimension asked about; `all`: every required one"
--- x_Team = "costmill"
--- x_TeamBy = "costmill"
--- SubAccountId = "FOCUS"
--- SubAccountName = "FOCUS"
--- RegionId = "FOCUS"
--- ServiceName = "FOCUS"
--- ResourceId = "FOCUS"
--- ResourceName = "FOCUS"
--- x_TagState = "Why it is not covered: `missing`, or `invalid` where the value is not allowed"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
WITH used AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency, x_LastChargeDay,
    SubAccountName, RegionId, ServiceName, ResourceName, x_Team, x_TeamBy, EffectiveCost,
    :tag_state_column AS x_TagState,
    MAX(x_LastChargeDay) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId
    ) AS x_Latest
  FROM resource_month
  WHERE x_BillingMonth = :billing_period AND :tag_state_column <> 'not taggable'
),
judged AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency, x_LastChargeDay, x_Latest,
    SubAccountName, RegionId, ServiceName, ResourceName, x_Team, x_TeamBy, x_TagState,
    MAX(CASE WHEN x_LastChargeDay = x_Latest AND x_TagState IN ('tagged', 'inherited') THEN 1 ELSE 0 END) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId
    ) AS x_Covered,
    SUM(EffectiveCost) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
    ) AS x_ResourceCost,
    -- Windows of Polars sort in one direction: the costliest first is the least of these.
    -EffectiveCost AS x_Order
  FROM used
),
-- Names and owner are those of the costliest row of the last day.
latest AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency, SubAccountName, RegionId, ServiceName,
    ResourceName, x_Team, x_TeamBy, x_TagState, x_ResourceCost,
    -x_ResourceCost AS x_Order,
    ROW_NUMBER() OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
      ORDER BY x_Order NULLS FIRST, ServiceName NULLS FIRST, RegionId NULLS FIRST, x_TeamBy NULLS FIRST
    ) AS x_Row
  FROM judged
  WHERE x_LastChargeDay = x_Latest AND x_Covered = 0 AND x_TagState IN ('invalid', 'missing')
),
gaps AS (
  SELECT
    x_Team, x_TeamBy, SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId, ResourceName, x_TagState,
    BillingCurrency, x_ResourceCost,
    ROW_NUMBER() OVER (
      PARTITION BY x_Team, BillingCurrency
      ORDER BY x_Order NULLS FIRST, SubAccountId NULLS FIRST, ResourceId NULLS FIRST
    ) AS x_Rank
  FROM latest
  WHERE x_Row = 1
)
SELECT
  :coverage_key AS x_TagKey, x_Team, x_TeamBy, SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId,
  ResourceName, x_TagState, BillingCurrency, x_ResourceCost AS EffectiveCost
FROM gaps
WHERE x_Rank <= :limit
ORDER BY EffectiveCost DESC NULLS LAST, x_Team, SubAccountId, ResourceId, BillingCurrency, x_TeamBy,
  SubAccountName, RegionId, ServiceName, ResourceName

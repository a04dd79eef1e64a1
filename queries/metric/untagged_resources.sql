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
    -- Windows of Polars sort in one direction: the costliest first is the least of these.
    -EffectiveCost AS x_Order,
    :tag_state_column AS x_TagState,
    MAX(x_LastChargeDay) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId
    ) AS x_Latest
  FROM resource_month
  WHERE x_BillingMonth = :billing_period AND :tag_state_column <> 'not taggable'
),
resources AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency,
    MAX(CASE WHEN x_LastChargeDay = x_Latest AND x_TagState IN ('tagged', 'inherited') THEN 1 ELSE 0 END) AS x_Covered,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(x_Order) AS x_Order
  FROM used
  GROUP BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
),
-- Names and owner are those of the costliest row of the last day.
latest AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency, SubAccountName, RegionId, ServiceName,
    ResourceName, x_Team, x_TeamBy, x_TagState,
    ROW_NUMBER() OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
      ORDER BY x_Order NULLS FIRST, ServiceName NULLS FIRST, RegionId NULLS FIRST, x_TeamBy NULLS FIRST
    ) AS x_Row
  FROM used
  WHERE x_LastChargeDay = x_Latest AND x_TagState IN ('invalid', 'missing')
),
gaps AS (
  SELECT
    l.x_Team, l.x_TeamBy, l.SubAccountId, l.SubAccountName, l.RegionId, l.ServiceName, l.ResourceId, l.ResourceName,
    l.x_TagState, l.BillingCurrency, r.EffectiveCost,
    ROW_NUMBER() OVER (
      PARTITION BY l.x_Team, l.BillingCurrency
      ORDER BY r.x_Order NULLS FIRST, l.SubAccountId NULLS FIRST, l.ResourceId NULLS FIRST
    ) AS x_Rank
  FROM latest AS l
  JOIN resources AS r
    ON r.ProviderName = l.ProviderName AND r.BillingAccountId = l.BillingAccountId AND r.SubAccountId = l.SubAccountId
    AND r.ResourceId = l.ResourceId AND r.BillingCurrency = l.BillingCurrency
  WHERE l.x_Row = 1 AND r.x_Covered = 0
)
SELECT
  :coverage_key AS x_TagKey, x_Team, x_TeamBy, SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId,
  ResourceName, x_TagState, BillingCurrency, EffectiveCost
FROM gaps
WHERE x_Rank <= :limit
ORDER BY EffectiveCost DESC NULLS LAST, x_Team, SubAccountId, ResourceId, BillingCurrency, x_TeamBy,
  SubAccountName, RegionId, ServiceName, ResourceName

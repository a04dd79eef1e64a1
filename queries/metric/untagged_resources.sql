--- title = "Untagged resources"
--- question = "Which resources have the most EffectiveCost without a valid value of the tag key in the billing period, and whose are they? Each charge counts by the tag it carried itself, so that the list adds up to taggable minus covered: the `limit` costliest of each team, and its others in one row."
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
--- x_TagState = "Why charges are not covered: `missing`, or `invalid` where the value is not allowed and none is missing"
--- x_LatestTagState = "The resource's state on its last day: no longer `missing` or `invalid` where that is mended"
--- x_Others = "How many resources stand together in this row, where it is no single one"
--- BillingCurrency = "FOCUS"
--- x_UncoveredCost = { type = "money", meaning = "EffectiveCost of the resource's charges in state `missing` or `invalid`" }
WITH charged AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency, SubAccountName, RegionId, ServiceName,
    ResourceName, x_Team, x_TeamBy, x_LastChargeDay, x_LastChargeStart, :tag_state_column AS x_TagState,
    CASE WHEN :tag_state_column IN ('invalid', 'missing') THEN EffectiveCost END AS x_UncoveredCost,
    CASE WHEN :tag_state_column IN ('invalid', 'missing') THEN :tag_state_column END AS x_UncoveredState,
    -- Windows of Polars sort in one direction: the costliest first is the least of these.
    -EffectiveCost AS x_Order
  FROM resource_month
  WHERE x_BillingMonth = :billing_period AND :tag_state_column <> 'not taggable'
),
resources AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency, SubAccountName, RegionId, ServiceName,
    ResourceName, x_Team, x_TeamBy, x_LastChargeDay, x_LastChargeStart, x_TagState, x_Order,
    SUM(x_UncoveredCost) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
    ) AS x_UncoveredCost,
    -- 'missing' comes after 'invalid'.
    MAX(x_UncoveredState) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
    ) AS x_UncoveredState,
    MAX(x_LastChargeStart) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
    ) AS x_Latest
  FROM charged
),
-- Names and owner are those of what started last, of several the costliest.
latest AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency, SubAccountName, RegionId, ServiceName,
    ResourceName, x_Team, x_TeamBy, x_TagState, x_UncoveredCost, x_UncoveredState,
    -x_UncoveredCost AS x_Order,
    ROW_NUMBER() OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, ResourceId, BillingCurrency
      ORDER BY x_Order NULLS FIRST, ServiceName NULLS FIRST, RegionId NULLS FIRST, x_TeamBy NULLS FIRST,
        x_TagState NULLS FIRST
    ) AS x_Row
  FROM resources
  WHERE x_LastChargeStart = x_Latest AND x_UncoveredState IS NOT NULL
),
ranked AS (
  SELECT
    SubAccountId, ResourceId, BillingCurrency, SubAccountName, RegionId, ServiceName, ResourceName, x_Team, x_TeamBy,
    x_TagState, x_UncoveredCost, x_UncoveredState,
    ROW_NUMBER() OVER (
      PARTITION BY x_Team, BillingCurrency
      ORDER BY x_Order NULLS FIRST, ProviderName NULLS FIRST, BillingAccountId NULLS FIRST, SubAccountId NULLS FIRST,
        ResourceId NULLS FIRST
    ) AS x_Rank
  FROM latest
  WHERE x_Row = 1
),
placed AS (
  SELECT
    BillingCurrency, x_Team, x_UncoveredCost,
    CASE WHEN x_Rank <= :limit THEN x_Rank END AS x_Place,
    CASE WHEN x_Rank <= :limit THEN SubAccountId END AS SubAccountId,
    CASE WHEN x_Rank <= :limit THEN ResourceId END AS ResourceId,
    CASE WHEN x_Rank <= :limit THEN SubAccountName END AS SubAccountName,
    CASE WHEN x_Rank <= :limit THEN RegionId END AS RegionId,
    CASE WHEN x_Rank <= :limit THEN ServiceName END AS ServiceName,
    CASE WHEN x_Rank <= :limit THEN ResourceName END AS ResourceName,
    CASE WHEN x_Rank <= :limit THEN x_TeamBy END AS x_TeamBy,
    CASE WHEN x_Rank <= :limit THEN x_TagState END AS x_TagState,
    CASE WHEN x_Rank <= :limit THEN x_UncoveredState END AS x_UncoveredState
  FROM ranked
)
SELECT
  :coverage_key AS x_TagKey,
  x_Team,
  MAX(x_TeamBy) AS x_TeamBy,
  MAX(SubAccountId) AS SubAccountId,
  MAX(SubAccountName) AS SubAccountName,
  MAX(RegionId) AS RegionId,
  MAX(ServiceName) AS ServiceName,
  MAX(ResourceId) AS ResourceId,
  MAX(ResourceName) AS ResourceName,
  MAX(x_UncoveredState) AS x_TagState,
  MAX(x_TagState) AS x_LatestTagState,
  CASE WHEN MAX(x_Place) IS NULL THEN CONCAT('other resources: ', CAST(COUNT(*) AS VARCHAR)) END AS x_Others,
  BillingCurrency,
  SUM(x_UncoveredCost) AS x_UncoveredCost
FROM placed
GROUP BY x_Team, BillingCurrency, x_Place
ORDER BY x_UncoveredCost DESC NULLS LAST, x_Team, SubAccountId, ResourceId, BillingCurrency, x_TeamBy,
  SubAccountName, RegionId, ServiceName, ResourceName

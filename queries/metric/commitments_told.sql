--- title = "Commitment discounts, by the provider's tool and in cost"
--- question = "How far are commitment discounts used and how much do they cover, as the provider's own tool says it, and how far are they used by the bill? Rows without a CommitmentDiscountId are all of a kind."
--- reads = ["commitment_use", "cost"]
--- [columns]
--- x_ToldBy = "costmill"
--- x_SourceId = "costmill"
--- CommitmentDiscountCategory = "FOCUS"
--- CommitmentDiscountId = "FOCUS"
--- SubAccountId = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_ToldUsedCost = "costmill"
--- x_ToldCommittedCost = "costmill"
--- x_ToldUsedHours = "costmill"
--- x_ToldCommittedHours = "costmill"
--- x_ToldUtilisation = "costmill"
--- x_UsedCost = { type = "money", meaning = "EffectiveCost of charges that the commitment covers" }
--- x_UnusedCost = { type = "money", meaning = "EffectiveCost of what went unused of it" }
--- x_Utilisation = { type = "number", meaning = "Percent of its EffectiveCost that covers something" }
--- x_ToldCoveredCost = "costmill"
--- x_ToldCoverableCost = "costmill"
--- x_ToldCoveredHours = "costmill"
--- x_ToldCoverableHours = "costmill"
--- x_ToldCoverage = "costmill"
-- Some providers' ids are the same in any case.
WITH keyed AS (
  SELECT
    x_SourceId, CommitmentDiscountCategory, CommitmentDiscountId, LOWER(CommitmentDiscountId) AS x_Key, BillingCurrency,
    CommitmentDiscountStatus, EffectiveCost
  FROM cost
  WHERE x_BillingMonth = :billing_period AND CommitmentDiscountId <> '' AND CommitmentDiscountStatus IN ('Used', 'Unused')
),
charged AS (
  SELECT
    x_SourceId, CommitmentDiscountCategory, CommitmentDiscountId, x_Key, BillingCurrency,
    SUM(CASE WHEN CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE CAST(0 AS DECIMAL(38,18)) END) AS x_UsedCost,
    SUM(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN EffectiveCost ELSE CAST(0 AS DECIMAL(38,18)) END) AS x_UnusedCost
  FROM keyed
  GROUP BY x_SourceId, CommitmentDiscountCategory, CommitmentDiscountId, x_Key, BillingCurrency
),
of_kind AS (
  SELECT
    x_SourceId, CommitmentDiscountCategory, BillingCurrency,
    SUM(x_UsedCost) AS x_UsedCost, SUM(x_UnusedCost) AS x_UnusedCost
  FROM charged
  GROUP BY x_SourceId, CommitmentDiscountCategory, BillingCurrency
),
told_ids AS (
  SELECT DISTINCT x_SourceId AS x_ToldSource, LOWER(CommitmentDiscountId) AS x_ToldId
  FROM commitment_use
  WHERE CommitmentDiscountId <> ''
),
told AS (
  SELECT
    x_ToldBy, x_SourceId, CommitmentDiscountCategory, CommitmentDiscountId, LOWER(CommitmentDiscountId) AS x_ToldKey,
    SubAccountId, BillingCurrency, x_ToldUsedCost, x_ToldCommittedCost, x_ToldUsedHours, x_ToldCommittedHours,
    x_ToldUtilisation, x_ToldCoveredCost, x_ToldCoverableCost, x_ToldCoveredHours, x_ToldCoverableHours, x_ToldCoverage
  FROM commitment_use
),
told_sources AS (
  SELECT DISTINCT x_SourceId FROM commitment_use
),
rows_of_all AS (
  SELECT
    t.x_ToldBy, t.x_SourceId, t.CommitmentDiscountCategory, t.CommitmentDiscountId, t.SubAccountId, t.BillingCurrency,
    t.x_ToldUsedCost, t.x_ToldCommittedCost, t.x_ToldUsedHours, t.x_ToldCommittedHours, t.x_ToldUtilisation,
    c.x_UsedCost, c.x_UnusedCost,
    t.x_ToldCoveredCost, t.x_ToldCoverableCost, t.x_ToldCoveredHours, t.x_ToldCoverableHours, t.x_ToldCoverage
  FROM told AS t
  LEFT JOIN charged AS c
    ON c.x_SourceId = t.x_SourceId AND c.x_Key = t.x_ToldKey
    AND c.BillingCurrency = t.BillingCurrency
  WHERE t.CommitmentDiscountId <> ''
  UNION ALL
  -- Of usage commitments a tool tells each service by itself, and the bill's commitments name no service. What some
  -- accounts were asked about is beside no sum of all.
  SELECT
    t.x_ToldBy, t.x_SourceId, t.CommitmentDiscountCategory, t.CommitmentDiscountId, t.SubAccountId, t.BillingCurrency,
    t.x_ToldUsedCost, t.x_ToldCommittedCost, t.x_ToldUsedHours, t.x_ToldCommittedHours, t.x_ToldUtilisation,
    CASE WHEN t.CommitmentDiscountCategory = 'Spend' AND t.SubAccountId IS NULL THEN k.x_UsedCost END AS x_UsedCost,
    CASE WHEN t.CommitmentDiscountCategory = 'Spend' AND t.SubAccountId IS NULL THEN k.x_UnusedCost END AS x_UnusedCost,
    t.x_ToldCoveredCost, t.x_ToldCoverableCost, t.x_ToldCoveredHours, t.x_ToldCoverableHours, t.x_ToldCoverage
  FROM commitment_use AS t
  LEFT JOIN of_kind AS k
    ON k.x_SourceId = t.x_SourceId AND k.CommitmentDiscountCategory = t.CommitmentDiscountCategory
    AND k.BillingCurrency = t.BillingCurrency
  WHERE t.CommitmentDiscountId IS NULL
  UNION ALL
  -- On the bill, and the tool says nothing of it.
  SELECT
    CAST(NULL AS VARCHAR) AS x_ToldBy, c.x_SourceId, c.CommitmentDiscountCategory, c.CommitmentDiscountId,
    CAST(NULL AS VARCHAR) AS SubAccountId, c.BillingCurrency,
    CAST(NULL AS DECIMAL(38,18)) AS x_ToldUsedCost, CAST(NULL AS DECIMAL(38,18)) AS x_ToldCommittedCost,
    CAST(NULL AS DOUBLE) AS x_ToldUsedHours, CAST(NULL AS DOUBLE) AS x_ToldCommittedHours,
    CAST(NULL AS DOUBLE) AS x_ToldUtilisation, c.x_UsedCost, c.x_UnusedCost,
    CAST(NULL AS DECIMAL(38,18)) AS x_ToldCoveredCost, CAST(NULL AS DECIMAL(38,18)) AS x_ToldCoverableCost,
    CAST(NULL AS DOUBLE) AS x_ToldCoveredHours, CAST(NULL AS DOUBLE) AS x_ToldCoverableHours,
    CAST(NULL AS DOUBLE) AS x_ToldCoverage
  FROM charged AS c
  JOIN told_sources AS s ON s.x_SourceId = c.x_SourceId
  LEFT JOIN told_ids AS i ON i.x_ToldSource = c.x_SourceId AND i.x_ToldId = c.x_Key
  WHERE i.x_ToldId IS NULL
)
SELECT
  x_ToldBy, x_SourceId, CommitmentDiscountCategory, CommitmentDiscountId, SubAccountId, BillingCurrency,
  x_ToldUsedCost, x_ToldCommittedCost, x_ToldUsedHours, x_ToldCommittedHours, x_ToldUtilisation,
  x_UsedCost, x_UnusedCost,
  100 * CAST(x_UsedCost AS DOUBLE) / NULLIF(CAST(x_UsedCost + x_UnusedCost AS DOUBLE), 0) AS x_Utilisation,
  x_ToldCoveredCost, x_ToldCoverableCost, x_ToldCoveredHours, x_ToldCoverableHours, x_ToldCoverage
FROM rows_of_all
ORDER BY
  CommitmentDiscountCategory NULLS LAST, x_ToldBy NULLS LAST, CommitmentDiscountId NULLS FIRST, x_SourceId,
  BillingCurrency NULLS LAST, SubAccountId NULLS LAST

--- title = "Unused commitments"
--- question = "Which commitment discounts are paid for and used in part by nothing?"
--- reads = ["cost", "cost_daily"]
--- [params]
--- min_unused_share = 0.05
--- min_unused_days = 5
--- [look]
--- Microsoft = "az rest --method get --url https://management.azure.com{ResourceId}'?api-version=2022-11-01'"
--- AWS = "aws resourcegroupstaggingapi get-resources --region {RegionId} --resource-arn-list {ResourceId}"
--- "AWS savingsplans" = "aws savingsplans describe-savings-plans --savings-plan-arns {ResourceId}"
--- "AWS ec2" = "aws ec2 describe-reserved-instances --region {RegionId} --reserved-instances-ids {ResourceShortId}"
--- "AWS rds" = "aws rds describe-reserved-db-instances --region {RegionId} --reserved-db-instance-id {ResourceShortId}"
--- "AWS elasticache" = "aws elasticache describe-reserved-cache-nodes --region {RegionId} --reserved-cache-node-id {ResourceShortId}"
--- "AWS es" = "aws opensearch describe-reserved-instances --region {RegionId} --reserved-instance-id {ResourceShortId}"
--- "AWS redshift" = "aws redshift describe-reserved-nodes --region {RegionId} --reserved-node-id {ResourceShortId}"
WITH dated AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ServiceName, BillingCurrency, EffectiveCost, x_ChargeDay, x_BillingMonth,
    CommitmentDiscountId, CommitmentDiscountName, CommitmentDiscountType, CommitmentDiscountStatus,
    -- A fee of a whole month says in one row what the month left unused; other bills say it hour by hour.
    CASE WHEN CommitmentDiscountStatus = 'Unused' AND ChargePeriodEnd > ChargePeriodStart + INTERVAL '1 day' THEN 1 ELSE 0 END AS x_IsOfMonth,
    EXTRACT(DAY FROM ChargePeriodStart) AS x_StartDay, EXTRACT(DAY FROM ChargePeriodEnd) AS x_EndDay,
    EXTRACT(DAY FROM :last_full_day) AS x_LastFullDay,
    CASE
      WHEN EXTRACT(MONTH FROM BillingPeriodStart) IN (4, 6, 9, 11) THEN 30
      WHEN EXTRACT(MONTH FROM BillingPeriodStart) <> 2 THEN 31
      WHEN EXTRACT(YEAR FROM BillingPeriodStart) % 4 = 0 THEN 29
      ELSE 28
    END AS x_DaysOfMonth,
    CASE
      WHEN EXTRACT(MONTH FROM :last_full_day) IN (4, 6, 9, 11) THEN 30
      WHEN EXTRACT(MONTH FROM :last_full_day) <> 2 THEN 31
      WHEN EXTRACT(YEAR FROM :last_full_day) % 4 = 0 THEN 29
      ELSE 28
    END AS x_DaysOfLastMonth
  FROM cost
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period) AND x_ChargeDay <= :last_full_day
    AND CommitmentDiscountId <> '' AND CommitmentDiscountStatus IN ('Used', 'Unused')
),
charges AS (
  SELECT
    dated.*,
    -- While a month is open its fee stands there whole and its use does not: the month before is judged.
    CASE
      WHEN x_LastFullDay = x_DaysOfLastMonth AND x_BillingMonth = :billing_period THEN 1
      WHEN x_LastFullDay <> x_DaysOfLastMonth AND x_BillingMonth = :prior_billing_period THEN 1
      ELSE 0
    END AS x_IsJudged,
    -- Its last moment is the month's, at midnight or a second before: it was not bought within the month, nor does it end there.
    CASE WHEN x_StartDay = 1 AND (x_EndDay = 1 OR x_EndDay = x_DaysOfMonth) THEN 1 ELSE 0 END AS x_IsWhole,
    CASE WHEN x_EndDay = 1 OR x_EndDay = x_DaysOfMonth THEN 1 ELSE 0 END AS x_GoesOn
  FROM dated
),
commitments AS (
  SELECT
    ProviderName, BillingAccountId, CommitmentDiscountId, BillingCurrency,
    -- Who bought it: the used rows stand at those who used it.
    MAX(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN SubAccountId END) AS SubAccountId,
    MAX(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN RegionId END) AS RegionId,
    MAX(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN ServiceName END) AS ServiceName,
    MAX(CommitmentDiscountName) AS ResourceName, MAX(CommitmentDiscountType) AS ResourceType,
    MIN(x_ChargeDay) AS x_FirstDay, MIN(x_BillingMonth) AS x_FirstMonth, MAX(x_IsOfMonth) AS x_IsOfMonth,
    MAX(CASE WHEN x_ChargeDay = :last_full_day THEN 1 ELSE 0 END) AS x_IsCharged,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days AND CommitmentDiscountStatus = 'Unused' AND EffectiveCost > 0 THEN x_ChargeDay END) AS x_UnusedDays,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND CommitmentDiscountStatus = 'Unused' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UnusedOf7,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_14_days AND CommitmentDiscountStatus = 'Unused' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UnusedOf14,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_14_days AND CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UsedOf14,
    CAST(SUM(CASE WHEN x_IsOfMonth = 1 AND x_IsJudged = 1 AND x_IsWhole = 1 THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UnusedOfMonth,
    CAST(SUM(CASE WHEN x_IsJudged = 1 AND CommitmentDiscountStatus = 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UsedOfMonth,
    MAX(CASE WHEN x_IsOfMonth = 1 AND x_IsJudged = 1 AND x_IsWhole = 1 THEN x_DaysOfMonth END) AS x_DaysOfMonth,
    MAX(CASE WHEN x_IsOfMonth = 1 AND x_IsJudged = 1 AND x_IsWhole = 1 THEN x_BillingMonth END) AS x_JudgedMonth,
    MAX(CASE WHEN x_IsOfMonth = 1 AND x_BillingMonth = :billing_period AND x_GoesOn = 1 THEN 1 ELSE 0 END) AS x_IsAlive
  FROM charges
  GROUP BY ProviderName, BillingAccountId, CommitmentDiscountId, BillingCurrency
),
unused AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ServiceName, CommitmentDiscountId, ResourceName, ResourceType, BillingCurrency,
    x_UnusedOf14 / (x_UnusedOf14 + x_UsedOf14) AS x_Share, x_UnusedOf7 * (30.44 / 7) AS x_Saving,
    CONCAT(CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), ', on ',
      CAST(x_UnusedDays AS VARCHAR), ' of 14 days') AS x_Window,
    CONCAT('EffectiveCost of its unused part from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
      CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days; it is owed all the same, so how much can be realised stands on no bill') AS x_SavingBasis
  FROM commitments
  -- Bought before this month, or seen from its first day on; and not ended. Any 14 days hold four of
  -- weekends: what is unused on those alone is not in it.
  WHERE x_IsOfMonth = 0 AND x_IsCharged = 1 AND x_FirstDay <= :first_of_14_days
    AND (x_FirstMonth <> :billing_period OR EXTRACT(DAY FROM x_FirstDay) = 1)
    AND x_UnusedOf14 > 0 AND x_UsedOf14 >= 0 AND x_UnusedDays >= :min_unused_days AND x_UnusedOf7 > 0
  UNION ALL
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ServiceName, CommitmentDiscountId, ResourceName, ResourceType, BillingCurrency,
    x_UnusedOfMonth / (x_UnusedOfMonth + x_UsedOfMonth) AS x_Share, x_UnusedOfMonth / x_DaysOfMonth * 30.44 AS x_Saving,
    CONCAT('the billing period ', x_JudgedMonth) AS x_Window,
    CONCAT('EffectiveCost of its unused part in the billing period ', x_JudgedMonth,
      ', by day, for 30.44 days; it is owed all the same, so how much can be realised stands on no bill') AS x_SavingBasis
  FROM commitments
  WHERE x_IsOfMonth = 1 AND x_IsAlive = 1 AND x_UnusedOfMonth > 0 AND x_UsedOfMonth >= 0
),
-- The bill may name an account on other charges only.
accounts AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, MAX(SubAccountName) AS SubAccountName
  FROM cost_daily
  WHERE x_BillingMonth = :billing_period
  GROUP BY ProviderName, BillingAccountId, SubAccountId
)
SELECT
  u.ProviderName AS ProviderName, u.BillingAccountId AS BillingAccountId, u.SubAccountId AS SubAccountId, a.SubAccountName AS SubAccountName,
  u.RegionId AS RegionId, u.ServiceName AS ServiceName,
  u.CommitmentDiscountId AS ResourceId, u.ResourceName AS ResourceName, u.ResourceType AS ResourceType, u.BillingCurrency AS BillingCurrency,
  'use' AS x_Action,
  CONCAT('This commitment is paid for and ', CAST(CAST(FLOOR(u.x_Share * 100 + 0.5) AS BIGINT) AS VARCHAR),
    ' % of it is used by nothing. It is owed until it ends, so the bill falls only by what else comes under it that is paid',
    ' on demand now: move usage onto it, exchange or sell what can be, and buy less next time.') AS x_Reason,
  CONCAT(CAST(ROUND(u.x_Share * 100 + 0.000001, 1) AS VARCHAR), ' % of its EffectiveCost unused in ',
    u.x_Window) AS x_Evidence,
  'High' AS x_Confidence,
  u.x_Saving AS x_GrossMonthlySaving,
  -- The fee goes on whatever is done; how much other usage could come under it stands on no bill.
  CAST(NULL AS DOUBLE) AS x_RealisableMonthlySaving,
  u.x_SavingBasis AS x_SavingBasis
FROM unused AS u
LEFT JOIN accounts AS a
  ON u.ProviderName = a.ProviderName AND u.BillingAccountId = a.BillingAccountId AND u.SubAccountId = a.SubAccountId
WHERE u.x_Share >= :min_unused_share
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

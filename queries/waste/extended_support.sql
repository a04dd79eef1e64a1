--- title = "Extended support"
--- question = "Which databases and clusters pay a surcharge because their version is past its standard support?"
--- reads = ["resource_day"]
--- [look]
--- AWS = "aws resourcegroupstaggingapi get-resources --region {RegionId} --resource-arn-list {ResourceId}"
--- "AWS rds" = "aws rds describe-db-instances --region {RegionId} --db-instance-identifier {ResourceId} || aws rds describe-db-clusters --region {RegionId} --db-cluster-identifier {ResourceId}"
--- "AWS eks" = "aws eks describe-cluster --region {RegionId} --name {ResourceShortId}"
--- "AWS elasticache" = "aws elasticache describe-cache-clusters --region {RegionId} --cache-cluster-id {ResourceShortId}"
--- "AWS es" = "aws opensearch describe-domain --region {RegionId} --domain-name {ResourceShortId}"
WITH surcharges AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType, MAX(x_UsageType) AS x_UsageType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay, MAX(x_ChargeDay) AS x_LastDay,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Units,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    -- The products that sell support past its end; others may name a usage type alike.
    AND x_ServiceCode IN ('AmazonRDS', 'AmazonDocDB', 'AmazonEKS', 'AmazonElastiCache', 'AmazonES')
    AND LOWER(x_UsageType) LIKE '%extendedsupport%'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'upgrade' AS x_Action,
  'The version that this runs is past its standard support, and a surcharge is paid for it every day: upgrade to a supported version.' AS x_Reason,
  CONCAT(CAST(ROUND(x_Units + 0.000001, 2) AS VARCHAR), ' units of ', x_UsageType, ' billed from ',
    CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; surcharge seen since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  'High' AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of the surcharge alone from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days') AS x_SavingBasis
FROM surcharges
-- Begun a week ago or earlier, and not ended since: a surcharge begins on a day the provider chose, and stays.
WHERE x_FirstDay <= :first_of_7_days AND x_LastDay = :last_full_day AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

--- title = "Idle NAT gateways"
--- question = "Which NAT gateways are paid for every hour and carry nothing?"
--- reads = ["resource_day"]
--- [params]
--- max_gigabytes = 0.0
--- [look]
--- AWS = "aws ec2 describe-nat-gateways --region {RegionId} --nat-gateway-ids {ResourceShortId}"
WITH gateways AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%NatGateway-Hours' AND x_ChargeDay >= :first_of_14_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Hours,
    -- Whatever it does besides being there counts as use, on any of the 35 days.
    CAST(SUM(CASE WHEN x_UsageType LIKE '%NatGateway-Hours' THEN 0 ELSE ABS(PricingQuantity) END) AS DOUBLE) AS x_Gigabytes,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    -- Transit gateways and endpoints process bytes too: the product and the usage type say what this is.
    AND x_ServiceCode IN ('AmazonEC2', 'AmazonVPC') AND x_UsageType LIKE '%NatGateway-%'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT('Every hour of this NAT gateway is paid for, and nothing has gone through it in ',
    CAST(x_DaysSeen AS VARCHAR), ' days: delete it if no route needs it.') AS x_Reason,
  CONCAT(CAST(CAST(FLOOR(x_Hours + 0.5) AS BIGINT) AS VARCHAR), ' of 336 hours billed from ',
    CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; ',
    CAST(ROUND(x_Gigabytes + 0.000001, 2) AS VARCHAR), ' GB processed since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  CASE WHEN x_DaysSeen >= 28 THEN 'High' ELSE 'Medium' END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of its hours from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days') AS x_SavingBasis
FROM gateways
-- 14 whole days: 336 hours, less the odd hour that a provider leaves out.
WHERE x_Hours >= 334 AND x_Gigabytes <= :max_gigabytes AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

--- title = "Idle load balancers"
--- question = "Which load balancers are paid for every hour and serve nobody?"
--- reads = ["resource_day"]
--- [params]
--- max_units = 0.0
--- [look]
--- AWS = "aws elbv2 describe-target-groups --region {RegionId} --load-balancer-arn {ResourceId} || aws elb describe-load-balancers --region {RegionId} --load-balancer-names {ResourceShortId}"
WITH balancers AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%LoadBalancerUsage' AND x_ChargeDay >= :first_of_14_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Hours,
    -- Capacity units and, of classic balancers, gigabytes. One unit-second on any of the 35 days is use.
    CAST(SUM(CASE WHEN x_UsageType LIKE '%LoadBalancerUsage' THEN 0 ELSE ABS(PricingQuantity) END) AS DOUBLE) AS x_Units,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    -- Other products have DataProcessing-Bytes of their own. Reserved capacity and trust stores are no traffic.
    AND x_ServiceCode IN ('AWSELB', 'AmazonEC2')
    AND (x_UsageType = 'LoadBalancerUsage' OR x_UsageType LIKE '%-LoadBalancerUsage'
      OR x_UsageType = 'LCUUsage' OR x_UsageType LIKE '%-LCUUsage'
      OR x_UsageType = 'DataProcessing-Bytes' OR x_UsageType LIKE '%-DataProcessing-Bytes')
    AND x_UsageType NOT LIKE '%TS-LoadBalancerUsage'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT('Every hour of this load balancer is paid for, and it has served nobody in ', CAST(x_DaysSeen AS VARCHAR),
    ' days: delete it if nothing is to come behind it.') AS x_Reason,
  CONCAT(CAST(CAST(FLOOR(x_Hours + 0.5) AS BIGINT) AS VARCHAR), ' of 336 hours billed from ',
    CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; ',
    CAST(ROUND(x_Units + 0.000001, 2) AS VARCHAR), ' capacity units or GB used since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  CASE WHEN x_DaysSeen >= 28 THEN 'High' ELSE 'Medium' END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of its hours from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days') AS x_SavingBasis
FROM balancers
WHERE x_Hours >= 334 AND x_Units <= :max_units AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

--- title = "Idle application gateways"
--- question = "Which application gateways are paid for every hour and serve nobody?"
--- reads = ["resource_day"]
--- [params]
--- max_units = 0.0
--- [look]
--- Microsoft = "az network application-gateway show --ids {ResourceId} --query backendAddressPools"
WITH gateways AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%Fixed Cost' AND x_ChargeDay >= :first_of_14_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Hours,
    -- Capacity units. Those that a minimum of instances reserves are billed alike: such a gateway is in no list.
    CAST(SUM(CASE WHEN x_UsageType LIKE '%Fixed Cost' THEN 0 ELSE ABS(PricingQuantity) END) AS DOUBLE) AS x_Units,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode = 'Application Gateway'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT('Every hour of this application gateway is paid for, and it has served nobody in ', CAST(x_DaysSeen AS VARCHAR),
    ' days: delete it if nothing is to come behind it.') AS x_Reason,
  CONCAT(CAST(CAST(FLOOR(x_Hours + 0.5) AS BIGINT) AS VARCHAR), ' of 336 hours billed from ',
    CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; ',
    CAST(ROUND(x_Units + 0.000001, 2) AS VARCHAR), ' capacity units used since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  CASE WHEN x_DaysSeen >= 28 THEN 'High' ELSE 'Medium' END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of all it was charged for from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days') AS x_SavingBasis
FROM gateways
WHERE x_Hours >= 334 AND x_Units <= :max_units AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

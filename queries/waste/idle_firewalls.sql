--- title = "Idle firewalls"
--- question = "Which managed firewalls are paid for every hour and let nothing through?"
--- reads = ["resource_day"]
--- [params]
--- max_gigabytes = 0.0
--- [look]
--- Microsoft = "az network firewall show --ids {ResourceId}"
WITH firewalls AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%Deployment' AND x_ChargeDay >= :first_of_14_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Hours,
    -- Gigabytes, and whatever else is metered of it.
    CAST(SUM(CASE WHEN x_UsageType LIKE '%Deployment' THEN 0 ELSE ABS(PricingQuantity) END) AS DOUBLE) AS x_Units,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode = 'Azure Firewall'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT('Every hour of this firewall is paid for, and nothing has gone through it in ', CAST(x_DaysSeen AS VARCHAR),
    ' days: delete it if no route leads to it.') AS x_Reason,
  CONCAT(CAST(CAST(FLOOR(x_Hours + 0.5) AS BIGINT) AS VARCHAR), ' of 336 hours billed from ',
    CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; ',
    CAST(ROUND(x_Units + 0.000001, 2) AS VARCHAR), ' GB processed since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  CASE WHEN x_DaysSeen >= 28 THEN 'High' ELSE 'Medium' END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of all it was charged for from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days') AS x_SavingBasis
FROM firewalls
WHERE x_Hours >= 334 AND x_Units <= :max_gigabytes AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

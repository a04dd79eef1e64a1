--- title = "Idle static addresses"
--- question = "Which reserved external addresses are paid for around the clock and are assigned to nothing?"
--- reads = ["resource_day"]
--- [look]
--- "Google Cloud" = "gcloud compute addresses list --project {SubAccountId} --filter id={ResourceShortId}"
WITH addresses AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    CAST(SUM(CASE WHEN x_UsageType LIKE 'Static Ip Charge%' AND x_ChargeDay >= :first_of_14_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Hours,
    CAST(SUM(CASE WHEN x_UsageType LIKE 'Static Ip Charge%' THEN 0 ELSE ABS(PricingQuantity) END) AS DOUBLE) AS x_UsedHours,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    -- An address that something uses is charged as an external address, one that nothing uses as a static one.
    AND x_ServiceCode IN ('6F81-5844-456A', 'E505-1604-58F8')
    AND (x_UsageType LIKE 'Static Ip Charge%' OR x_UsageType LIKE 'External IP Charge%')
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT('This address is reserved and has been assigned to nothing for ', CAST(x_DaysSeen AS VARCHAR),
    ' days: release it unless somebody waits for just this address.') AS x_Reason,
  CONCAT(CAST(CAST(FLOOR(x_Hours + 0.5) AS BIGINT) AS VARCHAR), ' of 336 hours billed as unused from ',
    CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; no hour in use since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  CASE WHEN x_DaysSeen >= 28 THEN 'High' ELSE 'Medium' END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of its hours from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days') AS x_SavingBasis
FROM addresses
WHERE x_Hours >= 334 AND x_UsedHours = 0 AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

--- title = "Unattached managed disks"
--- question = "Which managed disks are paid for while nothing can have used them, as far as a bill shows that?"
--- reads = ["resource_day"]
--- [look]
--- Microsoft = "az disk show --ids {ResourceId} --query '[diskState, managedBy, timeCreated]'"
WITH disks AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_ChargeDay END) AS x_DaysOf14,
    -- Disks of the standard kinds are those whose operations are billed.
    MIN(CASE WHEN x_Operation LIKE 'Standard%' THEN 1 ELSE 0 END) AS x_BillsRequests,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%Operations' THEN ABS(PricingQuantity) ELSE 0 END) AS DOUBLE) AS x_Requests,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> '' AND RegionId <> ''
    AND x_ServiceCode = 'Storage' AND x_Operation LIKE '%Managed Disks' AND x_UsageType NOT LIKE '%Snapshots%'
    AND LOWER(ResourceId) LIKE '%/microsoft.compute/disks/%'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
),
ran AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceName, x_BillingMonth, x_ChargeDay
  FROM resource_day
  WHERE x_ChargeDay <= :last_full_day
    AND x_ServiceCode = 'Virtual Machines' AND LOWER(ResourceId) NOT LIKE '%/capacityreservationgroups/%'
),
-- A disk belongs to one sub account and region. Where no machine ran, none can have used it.
machines AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, RegionId, 1 AS x_Ran
  FROM ran
  WHERE x_ChargeDay >= :first_of_35_days
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId
),
-- An export without any machine says nothing about machines.
bills AS (
  SELECT ProviderName, BillingAccountId, MAX(x_Ran) AS x_ShowsMachines
  FROM machines
  GROUP BY ProviderName, BillingAccountId
),
judged AS (
  SELECT
    v.*,
    CASE
      WHEN v.x_BillsRequests = 1 AND v.x_Requests = 0 THEN 'requests'
      WHEN b.x_ShowsMachines = 1 AND m.x_Ran IS NULL AND v.x_Requests = 0 THEN 'machines'
    END AS x_Sign
  FROM disks AS v
  LEFT JOIN machines AS m
    ON v.ProviderName = m.ProviderName AND v.BillingAccountId = m.BillingAccountId
    AND v.SubAccountId = m.SubAccountId AND v.RegionId = m.RegionId
  LEFT JOIN bills AS b ON v.ProviderName = b.ProviderName AND v.BillingAccountId = b.BillingAccountId
  WHERE v.x_DaysOf14 = 14 AND v.x_Cost > 0 AND v.SubAccountId <> ''
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT(
    CASE x_Sign
      WHEN 'requests' THEN CONCAT('Nothing has read or written this disk in ', CAST(x_DaysSeen AS VARCHAR), ' days')
      WHEN 'machines' THEN CONCAT('No machine has run in the sub account and region of this disk for ',
        CAST(x_DaysSeen AS VARCHAR), ' days, so nothing has used it')
    END,
    ': take a snapshot if its data may be needed, and delete it.'
  ) AS x_Reason,
  CONCAT('Billed on ', CAST(x_DaysSeen AS VARCHAR), ' days from ', CAST(x_FirstDay AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
    CASE x_Sign
      WHEN 'requests' THEN '; 0 operations billed'
      WHEN 'machines' THEN '; no machine hour billed in this sub account and region'
    END) AS x_Evidence,
  -- A stopped machine may still hold the disk; names are only names.
  CASE
    WHEN x_Sign = 'requests' AND x_DaysSeen >= 28 THEN 'High'
    WHEN x_Sign = 'requests' THEN 'Medium'
    WHEN x_Sign = 'machines' AND x_DaysSeen >= 28 THEN 'Medium'
    ELSE 'Low'
  END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of its storage from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days; what a snapshot costs is not taken off') AS x_SavingBasis
FROM judged
WHERE x_Sign IS NOT NULL
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

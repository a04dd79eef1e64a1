--- title = "Unattached volumes"
--- question = "Which volumes are paid for while nothing can have used them, as far as a bill shows that?"
--- reads = ["resource_day"]
--- [look]
--- AWS = "aws ec2 describe-volumes --region {RegionId} --volume-ids {ResourceShortId}"
WITH volumes AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_ChargeDay END) AS x_DaysOf14,
    -- Magnetic volumes are the ones whose requests are billed.
    MIN(CASE WHEN x_UsageType LIKE '%EBS:VolumeUsage' OR x_UsageType LIKE '%EBS:VolumeIOUsage' THEN 1 ELSE 0 END) AS x_BillsRequests,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%EBS:VolumeIOUsage' THEN ABS(PricingQuantity) ELSE 0 END) AS DOUBLE) AS x_Requests,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%EBS:VolumeUsage%' AND x_ChargeDay >= :first_of_7_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_GigabyteMonths,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> '' AND RegionId <> ''
    AND x_ServiceCode IN ('AmazonEC2', 'AmazonEBS') AND x_UsageType LIKE '%EBS:Volume%'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
),
-- A volume belongs to one sub account and region. Where no machine ran, none can have used it.
machines AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, RegionId, 1 AS x_Ran
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day
    AND (x_Operation LIKE 'RunInstances%' OR x_UsageType LIKE '%BoxUsage%' OR x_UsageType LIKE '%SpotUsage%'
      OR x_UsageType LIKE '%DedicatedUsage%' OR x_UsageType LIKE '%HeavyUsage%' OR x_UsageType LIKE '%HostUsage%'
      OR x_UsageType LIKE '%Fargate%')
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId
),
-- A volume keeps the name of the machine it was made for. That machine ran, and has been gone for two weeks.
named AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceName, MAX(x_ChargeDay) AS x_LastRan
  FROM resource_day
  WHERE x_ChargeDay <= :last_full_day AND ResourceName <> ''
    AND (x_UsageType LIKE '%BoxUsage%' OR x_UsageType LIKE '%SpotUsage%' OR x_UsageType LIKE '%DedicatedUsage%'
      OR x_UsageType LIKE '%HeavyUsage%')
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceName
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
      WHEN b.x_ShowsMachines = 1 AND m.x_Ran IS NULL THEN 'machines'
      WHEN n.x_LastRan < :first_of_14_days THEN 'name'
    END AS x_Sign,
    n.x_LastRan
  FROM volumes AS v
  LEFT JOIN machines AS m
    ON v.ProviderName = m.ProviderName AND v.BillingAccountId = m.BillingAccountId
    AND v.SubAccountId = m.SubAccountId AND v.RegionId = m.RegionId
  LEFT JOIN named AS n
    ON v.ProviderName = n.ProviderName AND v.BillingAccountId = n.BillingAccountId
    AND v.SubAccountId = n.SubAccountId AND v.RegionId = n.RegionId AND v.ResourceName = n.ResourceName
  LEFT JOIN bills AS b ON v.ProviderName = b.ProviderName AND v.BillingAccountId = b.BillingAccountId
  WHERE v.x_DaysOf14 = 14 AND v.x_Cost > 0 AND v.SubAccountId <> ''
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CASE x_Sign
    WHEN 'requests' THEN CONCAT('Nothing has read or written this volume in ', CAST(x_DaysSeen AS VARCHAR),
      ' days: take a snapshot if its data may be needed, and delete it.')
    WHEN 'name' THEN CONCAT('The machine of the same name, ', ResourceName, ', last ran on ', CAST(x_LastRan AS VARCHAR),
      ', and this volume is still paid for: take a snapshot if its data may be needed, and delete it.')
    ELSE CONCAT('No machine has run in the sub account and region of this volume for ', CAST(x_DaysSeen AS VARCHAR),
      ' days, so nothing has used it: take a snapshot if its data may be needed, and delete it.')
  END AS x_Reason,
  CONCAT('About ', CAST(CAST(FLOOR(x_GigabyteMonths / 7 * 30.44 + 0.5) AS BIGINT) AS VARCHAR), ' GB billed on ',
    CAST(x_DaysSeen AS VARCHAR), ' days from ', CAST(x_FirstDay AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
    CASE x_Sign WHEN 'requests' THEN '; 0 requests billed'
      WHEN 'name' THEN CONCAT('; no hour of a machine of its name billed after ', CAST(x_LastRan AS VARCHAR)) ELSE '; no machine hour billed in this sub account and region' END) AS x_Evidence,
  -- A stopped machine may still hold the volume.
  CASE WHEN x_Sign = 'requests' AND x_DaysSeen >= 28 THEN 'High' WHEN x_Sign = 'machines' AND x_DaysSeen >= 28 THEN 'Medium' ELSE 'Low' END AS x_Confidence,
  x_Cost / 7 * 30.44 AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) / 7 * 30.44 AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of its storage from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR),
    ', by day, for 30.44 days; what a snapshot costs is not taken off') AS x_SavingBasis
FROM judged
WHERE x_Sign IS NOT NULL
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

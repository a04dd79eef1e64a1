--- title = "Unattached persistent disks"
--- question = "Which persistent disks are paid for while nothing can have used them, as far as a bill shows that?"
--- reads = ["resource_day"]
--- [look]
--- "Google Cloud" = "gcloud compute disks list --project {SubAccountId} --filter id={ResourceShortId}"
WITH disks AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_ChargeDay END) AS x_DaysOf14,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> '' AND RegionId <> ''
    AND x_ServiceCode = '6F81-5844-456A' AND x_UsageType LIKE '%PD Capacity%' AND ResourceId LIKE '%/disks/%'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
),
ran AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceName, x_BillingMonth, x_ChargeDay
  FROM resource_day
  WHERE x_ChargeDay <= :last_full_day
    AND x_ServiceCode = '6F81-5844-456A' AND (x_UsageType LIKE '%Instance Core%' OR x_UsageType LIKE '%Instance Ram%')
),
-- A disk belongs to one sub account and region. Where no machine ran, none can have used it.
machines AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, RegionId, 1 AS x_Ran
  FROM ran
  WHERE x_ChargeDay >= :first_of_35_days
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId
),
-- Machines and their boot disks go by one name, unless somebody says otherwise.
months AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceName, x_BillingMonth,
    COUNT(DISTINCT x_ChargeDay) AS x_RunDays, MAX(x_ChargeDay) AS x_LastRun
  FROM ran
  WHERE ResourceName <> ''
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceName, x_BillingMonth
),
names AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceName,
    MAX(x_RunDays) AS x_RunDays, MAX(x_LastRun) AS x_LastRun
  FROM months
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
    v.*, n.x_LastRun,
    CASE
      WHEN b.x_ShowsMachines = 1 AND m.x_Ran IS NULL THEN 'machines'
      -- It ran for a week or more of a month, not now and then; and no longer.
      WHEN n.x_RunDays >= 7 AND n.x_LastRun < :first_of_14_days THEN 'name'
    END AS x_Sign
  FROM disks AS v
  LEFT JOIN machines AS m
    ON v.ProviderName = m.ProviderName AND v.BillingAccountId = m.BillingAccountId
    AND v.SubAccountId = m.SubAccountId AND v.RegionId = m.RegionId
  LEFT JOIN names AS n
    ON v.ProviderName = n.ProviderName AND v.BillingAccountId = n.BillingAccountId
    AND v.SubAccountId = n.SubAccountId AND v.RegionId = n.RegionId AND v.ResourceName = n.ResourceName
  LEFT JOIN bills AS b ON v.ProviderName = b.ProviderName AND v.BillingAccountId = b.BillingAccountId
  WHERE v.x_DaysOf14 = 14 AND v.x_Cost > 0 AND v.SubAccountId <> ''
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT(
    CASE x_Sign
      WHEN 'machines' THEN CONCAT('No machine has run in the sub account and region of this disk for ',
        CAST(x_DaysSeen AS VARCHAR), ' days, so nothing has used it')
      ELSE CONCAT('The machine of the same name has not run since ', CAST(x_LastRun AS VARCHAR), ', and this disk stayed')
    END,
    ': take a snapshot if its data may be needed, and delete it.'
  ) AS x_Reason,
  CONCAT('Billed on ', CAST(x_DaysSeen AS VARCHAR), ' days from ', CAST(x_FirstDay AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
    CASE x_Sign
      WHEN 'machines' THEN '; no machine hour billed in this sub account and region'
      ELSE CONCAT('; last machine hour under this name on ', CAST(x_LastRun AS VARCHAR))
    END) AS x_Evidence,
  -- A stopped machine may still hold the disk; names are only names.
  CASE
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

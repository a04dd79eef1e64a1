--- title = "Growing snapshots"
--- question = "Which snapshot storage only ever grows, so that nothing seems to delete what is old?"
--- reads = ["resource_day"]
--- [params]
--- min_days = 28
--- min_growth_share = 0.1
--- min_rises = 4
--- [look]
--- AWS = "aws ec2 describe-snapshots --region {RegionId} --owner-ids {SubAccountId}"
-- A day of storage is billed as its size divided by the days of the month: sizes are compared, not quantities.
WITH days AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_ChargeDay,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    CAST(SUM(PricingQuantity) AS DOUBLE) AS x_GigabyteMonths,
    SUM(EffectiveCost) AS x_Cost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode IN ('AmazonEC2', 'AmazonEBS') AND x_UsageType LIKE '%EBS:SnapshotUsage'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_ChargeDay
),
sized AS (
  SELECT
    days.*,
    x_GigabyteMonths * CASE
      WHEN EXTRACT(MONTH FROM x_ChargeDay) IN (4, 6, 9, 11) THEN 30
      WHEN EXTRACT(MONTH FROM x_ChargeDay) <> 2 THEN 31
      WHEN EXTRACT(YEAR FROM x_ChargeDay) % 4 = 0 THEN 29
      ELSE 28
    END AS x_Gigabytes
  FROM days
),
snapshots AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    CASE WHEN MAX(x_ChargeDay) < :last_full_day THEN 1 ELSE 0 END AS x_Deleted
  FROM sized
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
),
sets AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, RegionId, BillingCurrency,
    COUNT(*) AS x_Snapshots, SUM(x_Deleted) AS x_Deleted
  FROM snapshots
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, BillingCurrency
),
-- One snapshot by itself, and all snapshots of a sub account in a region, where more come and none goes.
stores AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, BillingCurrency, x_ChargeDay,
    ResourceId, SubAccountName, ServiceName, ResourceName, ResourceType, 1 AS x_Snapshots, 0 AS x_IsSet,
    x_Gigabytes, x_Cost
  FROM sized
  UNION ALL
  SELECT
    d.ProviderName, d.BillingAccountId, d.SubAccountId, d.RegionId, d.BillingCurrency, d.x_ChargeDay,
    CONCAT('snapshots of ', d.SubAccountId, ' in ', d.RegionId) AS ResourceId,
    MAX(d.SubAccountName) AS SubAccountName, MAX(d.ServiceName) AS ServiceName,
    CAST(NULL AS VARCHAR) AS ResourceName, 'Snapshots' AS ResourceType, MAX(s.x_Snapshots) AS x_Snapshots, 1 AS x_IsSet,
    CAST(SUM(CAST(d.x_Gigabytes AS DECIMAL(38,10))) AS DOUBLE) AS x_Gigabytes, SUM(d.x_Cost) AS x_Cost
  FROM sized AS d
  JOIN sets AS s
    ON d.ProviderName = s.ProviderName AND d.BillingAccountId = s.BillingAccountId AND d.SubAccountId = s.SubAccountId
    AND d.RegionId = s.RegionId AND d.BillingCurrency = s.BillingCurrency
  WHERE s.x_Snapshots > 1 AND s.x_Deleted = 0
  GROUP BY d.ProviderName, d.BillingAccountId, d.SubAccountId, d.RegionId, d.BillingCurrency, d.x_ChargeDay
),
steps AS (
  SELECT
    stores.*,
    LAG(x_Gigabytes) OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, RegionId, BillingCurrency, ResourceId ORDER BY x_ChargeDay
    ) AS x_Before
  FROM stores
),
grown AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, BillingCurrency, ResourceId,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType, MAX(x_Snapshots) AS x_Snapshots, MAX(x_IsSet) AS x_IsSet,
    COUNT(*) AS x_Days, MIN(x_ChargeDay) AS x_FirstDay, MAX(x_ChargeDay) AS x_LastDay,
    SUM(CASE WHEN x_Gigabytes > x_Before * 1.001 THEN 1 ELSE 0 END) AS x_Rises,
    SUM(CASE WHEN x_Gigabytes < x_Before * 0.999 THEN 1 ELSE 0 END) AS x_Falls,
    -- What never falls begins with its least.
    MIN(x_Gigabytes) AS x_First, MAX(CASE WHEN x_ChargeDay = :last_full_day THEN x_Gigabytes END) AS x_Last,
    SUM(CASE WHEN x_ChargeDay = :last_full_day THEN x_Cost ELSE 0 END) AS x_LastCost,
    -- Exact until here: floats would add up in the order that rows come.
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_Cost ELSE 0 END) AS DOUBLE) AS x_WeekCost,
    SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN 1 ELSE 0 END) AS x_WeekDays,
    CAST(SUM(CAST(CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_Gigabytes ELSE 0.0 END AS DECIMAL(38,10))) AS DOUBLE) AS x_WeekGigabytes
  FROM steps
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, BillingCurrency, ResourceId
),
growing AS (
  SELECT
    grown.*,
    -- One that grows by itself explains its set.
    MIN(x_IsSet) OVER (PARTITION BY ProviderName, BillingAccountId, SubAccountId, RegionId, BillingCurrency) AS x_AllSets
  FROM grown
  WHERE x_Days >= :min_days AND x_LastDay = :last_full_day AND x_Falls = 0 AND x_Rises >= :min_rises
    AND x_First > 0 AND x_Last >= x_First * (1 + :min_growth_share) AND x_LastCost > 0
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT(CASE WHEN x_IsSet = 1 THEN 'The snapshots of this sub account and region only grow, and none was deleted in '
    ELSE 'This snapshot only grows, for ' END, CAST(x_Days AS VARCHAR), ' days: delete what is old, and let a lifecycle policy do it from now on.') AS x_Reason,
  CONCAT('From about ', CAST(CAST(FLOOR(x_First + 0.5) AS BIGINT) AS VARCHAR), ' GB on ',
    CAST(x_FirstDay AS VARCHAR), ' to ', CAST(CAST(FLOOR(x_Last + 0.5) AS BIGINT) AS VARCHAR), ' GB on ',
    CAST(x_LastDay AS VARCHAR), ' in ', CAST(x_Snapshots AS VARCHAR),
    CASE WHEN x_Snapshots = 1 THEN ' snapshot' ELSE ' snapshots' END, '; larger on ', CAST(x_Rises AS VARCHAR),
    ' days, smaller on none') AS x_Evidence,
  CASE WHEN x_IsSet = 1 THEN 'Low' ELSE 'Medium' END AS x_Confidence,
  -- What has come since the first day: the store was as large as that when it was looked at first.
  x_WeekCost * (1 - x_First * x_WeekDays / x_WeekGigabytes) * (30.44 / 7) AS x_GrossMonthlySaving,
  -- How much of that is still needed stands on no bill: no figure, not a guess.
  CAST(NULL AS DOUBLE) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost from ', CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
    ', by day, for 30.44 days, of what lies above its size on ', CAST(x_FirstDay AS VARCHAR),
    '; how much of that is still needed stands on no bill') AS x_SavingBasis
FROM growing
WHERE x_IsSet = x_AllSets
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

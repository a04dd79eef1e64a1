--- title = "Snapshots on premium storage"
--- question = "Which snapshots are kept on premium storage, where standard storage costs less by this bill?"
--- reads = ["resource_day"]
--- [look]
--- Microsoft = "az snapshot show --ids {ResourceId} --query '[sku.name, incremental, timeCreated]'"
WITH stored AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, SubAccountName, ServiceName, ResourceName, ResourceType,
    x_ChargeDay, x_Operation, PricingQuantity, EffectiveCost, CommitmentDiscountStatus,
    CASE WHEN x_UsageType LIKE '%ZRS%' THEN 'ZRS' ELSE 'LRS' END AS x_Redundancy
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode = 'Storage' AND x_Operation LIKE '%Managed Disks' AND x_UsageType LIKE '%Snapshots'
),
snapshots AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_Redundancy,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_ChargeDay END) AS x_DaysOf14,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_GigabyteMonths,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM stored
  WHERE x_Operation LIKE 'Premium%'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_Redundancy
),
standard AS (
  SELECT
    ProviderName, BillingAccountId, RegionId, BillingCurrency, x_Redundancy,
    CAST(SUM(EffectiveCost) AS DOUBLE) AS x_StandardCost, CAST(SUM(PricingQuantity) AS DOUBLE) AS x_StandardQuantity
  FROM stored
  WHERE x_Operation LIKE 'Standard%' AND EffectiveCost <> 0
  GROUP BY ProviderName, BillingAccountId, RegionId, BillingCurrency, x_Redundancy
),
priced AS (
  SELECT
    s.*, CASE WHEN p.x_StandardQuantity > 0 AND p.x_StandardCost > 0 THEN p.x_StandardCost / p.x_StandardQuantity END AS x_UnitPrice
  FROM snapshots AS s
  LEFT JOIN standard AS p
    ON s.ProviderName = p.ProviderName AND s.BillingAccountId = p.BillingAccountId AND s.RegionId = p.RegionId
    AND s.BillingCurrency = p.BillingCurrency AND s.x_Redundancy = p.x_Redundancy
  WHERE s.x_DaysOf14 = 14 AND s.x_Cost > 0 AND s.x_GigabyteMonths > 0
),
saved AS (
  SELECT priced.*, x_Cost - x_GigabyteMonths * x_UnitPrice AS x_Saving
  FROM priced
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'upgrade' AS x_Action,
  'This snapshot is kept on premium storage, which is no faster to restore from: copy it to standard storage, and let new ones be made there.' AS x_Reason,
  CONCAT('About ', CAST(CAST(FLOOR(x_GigabyteMonths * (30.44 / 7) + 0.5) AS BIGINT) AS VARCHAR), ' GB on premium storage on all of 14 days to ',
    CAST(:last_full_day AS VARCHAR), '; ', COALESCE('standard ' || CAST(ROUND(x_UnitPrice + 0.000001, 4) AS VARCHAR) || ' ' || BillingCurrency
    || ' a GB and month by this bill', 'no price of standard snapshots on the bill')) AS x_Evidence,
  'High' AS x_Confidence,
  x_Saving * (30.44 / 7) AS x_GrossMonthlySaving,
  CASE WHEN x_Saving IS NULL THEN NULL ELSE LEAST(GREATEST(x_UncoveredCost, 0.0), x_Saving) * (30.44 / 7) END AS x_RealisableMonthlySaving,
  CASE WHEN x_Saving IS NULL THEN 'No figure: this bill shows no snapshot on standard storage in this region and redundancy'
    ELSE CONCAT('EffectiveCost from ', CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
      ', by day, for 30.44 days, less the same gigabytes at the mean price of standard ones on this bill') END AS x_SavingBasis
FROM saved
WHERE x_Saving > 0 OR x_Saving IS NULL
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

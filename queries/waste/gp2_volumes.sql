--- title = "Volumes of type gp2"
--- question = "Which gp2 volumes would cost less as gp3 with the same size and the same IOPS, by the prices of this bill?"
--- reads = ["resource_day"]
--- [look]
--- AWS = "aws ec2 describe-volumes --region {RegionId} --volume-ids {ResourceShortId}"
WITH volumes AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    MIN(x_ChargeDay) AS x_FirstDay, MAX(x_ChargeDay) AS x_LastDay,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_ChargeDay END) AS x_DaysOf14,
    CAST(SUM(CASE WHEN x_ChargeDay = :last_full_day THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_LastGigabyteMonths,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_GigabyteMonths,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode IN ('AmazonEC2', 'AmazonEBS') AND x_UsageType LIKE '%EBS:VolumeUsage.gp2'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
),
-- What this bill charges for gp3 in the region; free gigabytes are no price.
sums AS (
  SELECT
    ProviderName, BillingAccountId, RegionId, BillingCurrency,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%EBS:VolumeUsage.gp3' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_StorageCost,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%EBS:VolumeUsage.gp3' THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Storage,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%EBS:VolumeP-IOPS.gp3' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_IopsCost,
    CAST(SUM(CASE WHEN x_UsageType LIKE '%EBS:VolumeP-IOPS.gp3' THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Iops
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND EffectiveCost <> 0
    AND x_ServiceCode IN ('AmazonEC2', 'AmazonEBS')
    AND (x_UsageType LIKE '%EBS:VolumeUsage.gp3' OR x_UsageType LIKE '%EBS:VolumeP-IOPS.gp3')
  GROUP BY ProviderName, BillingAccountId, RegionId, BillingCurrency
),
prices AS (
  SELECT
    ProviderName, BillingAccountId, RegionId, BillingCurrency,
    CASE WHEN x_Storage > 0 AND x_StorageCost > 0 THEN x_StorageCost / x_Storage END AS x_StoragePrice,
    CASE WHEN x_Iops > 0 AND x_IopsCost > 0 THEN x_IopsCost / x_Iops END AS x_IopsPrice
  FROM sums
),
-- A day of a volume is billed as its size divided by the days of the month.
dated AS (
  SELECT
    v.*,
    CASE
      WHEN EXTRACT(MONTH FROM x_LastDay) IN (4, 6, 9, 11) THEN 30
      WHEN EXTRACT(MONTH FROM x_LastDay) <> 2 THEN 31
      WHEN EXTRACT(YEAR FROM x_LastDay) % 4 = 0 THEN 29
      ELSE 28
    END AS x_DaysOfMonth
  FROM volumes AS v
  WHERE x_FirstDay <= :first_of_14_days AND x_DaysOf14 = 14 AND x_LastDay = :last_full_day AND x_Cost > 0 AND x_GigabyteMonths > 0
),
sized AS (
  SELECT
    d.*,
    x_LastGigabyteMonths * x_DaysOfMonth AS x_Gigabytes,
    -- gp2 gives 3 IOPS a gigabyte, at most 16,000; gp3 includes 3,000.
    GREATEST(LEAST(x_LastGigabyteMonths * x_DaysOfMonth * 3, 16000.0), 3000.0) - 3000.0 AS x_ExtraIops
  FROM dated AS d
),
saved AS (
  SELECT
    s.*, p.x_StoragePrice, p.x_IopsPrice,
    s.x_Cost * (30.44 / 7)
      - s.x_GigabyteMonths * (30.44 / 7) * p.x_StoragePrice
      - CASE WHEN s.x_ExtraIops < 1 THEN 0.0 ELSE s.x_ExtraIops / s.x_DaysOfMonth * 30.44 * p.x_IopsPrice END AS x_Saving
  FROM sized AS s
  LEFT JOIN prices AS p
    ON s.ProviderName = p.ProviderName AND s.BillingAccountId = p.BillingAccountId
    AND s.RegionId = p.RegionId AND s.BillingCurrency = p.BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'upgrade' AS x_Action,
  CONCAT('This volume is of type gp2: change it to gp3', CASE WHEN x_ExtraIops < 1 THEN '' ELSE CONCAT(' with ',
    CAST(CAST(FLOOR(x_ExtraIops + 3000.5) AS BIGINT) AS VARCHAR), ' IOPS') END,
    ', in place and while it is in use.') AS x_Reason,
  CONCAT('About ', CAST(CAST(FLOOR(x_Gigabytes + 0.5) AS BIGINT) AS VARCHAR), ' GB of gp2 at ',
    CAST(ROUND(x_Cost / x_GigabyteMonths + 0.000001, 4) AS VARCHAR), ' ', BillingCurrency, ' a GB-month from ',
    CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; gp3 ',
    COALESCE('at ' || CAST(ROUND(x_StoragePrice + 0.000001, 4) AS VARCHAR), 'without a price on the bill'),
    CASE WHEN x_ExtraIops < 1 THEN '' ELSE CONCAT(', ', CAST(CAST(FLOOR(x_ExtraIops + 0.5) AS BIGINT) AS VARCHAR),
    ' IOPS more than included, ', COALESCE('at ' || CAST(ROUND(x_IopsPrice + 0.000001, 4) AS VARCHAR),
    'without a price on the bill')) END) AS x_Evidence,
  -- Up to 170 GB gp3 is at least as fast in every way; above, gp2 may move more than the 125 MiB/s that gp3 includes.
  CASE WHEN x_Gigabytes <= 170 THEN 'High' ELSE 'Medium' END AS x_Confidence,
  x_Saving AS x_GrossMonthlySaving,
  x_Saving * LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) / x_Cost AS x_RealisableMonthlySaving,
  CASE WHEN x_Saving IS NULL THEN 'No figure: this bill shows no price of what gp3 would need in this region'
    ELSE CONCAT('EffectiveCost from ', CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
      ', by day, for 30.44 days, less the same gigabytes and IOPS as gp3 by this bill; throughput above 125 MiB/s is not counted') END AS x_SavingBasis
FROM saved
WHERE x_Saving IS NULL OR x_Saving > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

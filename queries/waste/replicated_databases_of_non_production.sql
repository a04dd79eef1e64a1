--- title = "Replicated databases of non-production"
--- question = "Which managed databases of environments that are not production are paid for twice, with a standby in another zone?"
--- reads = ["resource_day"]
--- [look]
--- "Google Cloud" = "gcloud sql instances describe {ResourceShortId} --project {SubAccountId} --format 'value(settings.availabilityType)'"
WITH charges AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, SubAccountName, ServiceName, ResourceName, ResourceType,
    x_ChargeDay, x_Environment, x_UsageType, PricingQuantity, EffectiveCost, CommitmentDiscountStatus
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode = '9662-B51E-5089' AND (x_UsageType LIKE '%: Regional - %' OR x_UsageType LIKE '%: Zonal - %')
),
-- Cores, memory and storage each have a price of their own, and their like in one zone is named alike.
prices AS (
  SELECT
    ProviderName, BillingAccountId, RegionId, BillingCurrency, x_UsageType,
    CAST(SUM(EffectiveCost) AS DOUBLE) AS x_ZonalCost, CAST(SUM(PricingQuantity) AS DOUBLE) AS x_ZonalQuantity
  FROM charges
  WHERE x_UsageType LIKE '%: Zonal - %' AND EffectiveCost <> 0 AND CommitmentDiscountStatus IS NULL
  GROUP BY ProviderName, BillingAccountId, RegionId, BillingCurrency, x_UsageType
),
parts AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_UsageType,
    REPLACE(x_UsageType, ': Regional - ', ': Zonal - ') AS x_Zonal,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_ChargeDay END) AS x_DaysOf14,
    SUM(CASE WHEN x_ChargeDay >= :first_of_14_days AND COALESCE(x_Environment, '') <> 'non-production' THEN 1 ELSE 0 END) AS x_OtherEnvironmentRows,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN PricingQuantity ELSE 0 END) AS DOUBLE) AS x_Quantity,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM charges
  WHERE x_UsageType LIKE '%: Regional - %'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_UsageType
),
priced AS (
  SELECT
    p.*, CASE WHEN z.x_ZonalQuantity > 0 AND z.x_ZonalCost > 0 THEN p.x_Quantity * z.x_ZonalCost / z.x_ZonalQuantity END AS x_CostInOneZone
  FROM parts AS p
  LEFT JOIN prices AS z
    ON p.ProviderName = z.ProviderName AND p.BillingAccountId = z.BillingAccountId AND p.RegionId = z.RegionId
    AND p.BillingCurrency = z.BillingCurrency AND p.x_Zonal = z.x_UsageType
),
databases AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    MAX(x_DaysOf14) AS x_DaysOf14, SUM(x_OtherEnvironmentRows) AS x_OtherEnvironmentRows,
    CAST(SUM(CAST(x_Cost AS DECIMAL(38,10))) AS DOUBLE) AS x_Cost,
    CAST(SUM(CAST(x_UncoveredCost AS DECIMAL(38,10))) AS DOUBLE) AS x_UncoveredCost,
    -- One part without a price, and there is no figure.
    CASE WHEN COUNT(*) = COUNT(x_CostInOneZone) THEN CAST(SUM(CAST(x_CostInOneZone AS DECIMAL(38,10))) AS DOUBLE) END AS x_CostInOneZone
  FROM priced
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
),
saved AS (
  SELECT databases.*, x_Cost - x_CostInOneZone AS x_Saving
  FROM databases
  WHERE x_DaysOf14 = 14 AND x_OtherEnvironmentRows = 0 AND x_Cost > 0
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'resize' AS x_Action,
  'This database is not production and has a standby in another zone, which is paid for like the first: keep it in one zone.' AS x_Reason,
  CONCAT('Billed as regional on all of 14 days to ', CAST(:last_full_day AS VARCHAR), '; environment non-production on every day; ',
    CASE WHEN x_Saving IS NULL THEN 'no price of all its parts in one zone on the bill' ELSE 'prices in one zone by this bill' END) AS x_Evidence,
  'Medium' AS x_Confidence,
  x_Saving * (30.44 / 7) AS x_GrossMonthlySaving,
  CASE WHEN x_Saving IS NULL THEN NULL ELSE LEAST(GREATEST(x_UncoveredCost, 0.0), x_Saving) * (30.44 / 7) END AS x_RealisableMonthlySaving,
  CASE WHEN x_Saving IS NULL THEN 'No figure: this bill does not show cores, memory and storage in one zone of this region'
    ELSE CONCAT('EffectiveCost from ', CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
      ', by day, for 30.44 days, less the same quantities at the mean price in one zone on this bill') END AS x_SavingBasis
FROM saved
WHERE x_Saving > 0 OR x_Saving IS NULL
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

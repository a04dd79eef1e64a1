--- title = "Stopped databases"
--- question = "Which managed databases do not run, and keep being charged for what they store?"
--- reads = ["resource_day"]
--- [look]
--- "Google Cloud" = "gcloud sql instances describe {ResourceShortId} --project {SubAccountId} --format 'value(state,settings.activationPolicy,createTime)'"
WITH databases AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType,
    COUNT(DISTINCT x_ChargeDay) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    COUNT(DISTINCT CASE WHEN x_ChargeDay >= :first_of_14_days AND x_UsageType LIKE '%storage%' THEN x_ChargeDay END) AS x_DaysOf14,
    -- Whatever is no storage, backup or address is a machine that ran: cores, memory, a shared one, a licence.
    CAST(SUM(CASE WHEN x_UsageType LIKE '%storage%' OR LOWER(x_UsageType) LIKE '%backup%' OR LOWER(x_UsageType) LIKE '%ip address%' THEN 0 ELSE ABS(PricingQuantity) END) AS DOUBLE) AS x_RunUnits,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days AND COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode = '9662-B51E-5089'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT('This database has not run for ', CAST(x_DaysSeen AS VARCHAR),
    ' days and its storage is paid for: export it or keep a final backup, and delete it if nobody is to start it again.') AS x_Reason,
  CONCAT('Storage billed on all of 14 days to ', CAST(:last_full_day AS VARCHAR), '; no hour of a core, of memory or of a licence billed since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  -- Somebody stopped it for a reason, and may start it again.
  CASE WHEN x_DaysSeen >= 28 THEN 'Medium' ELSE 'Low' END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of all it was charged for from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days; what a backup costs is not taken off') AS x_SavingBasis
FROM databases
WHERE x_DaysOf14 = 14 AND x_RunUnits = 0 AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

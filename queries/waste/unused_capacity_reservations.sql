--- title = "Unused capacity reservations"
--- question = "Which reservations of capacity are paid for around the clock while no machine takes them up?"
--- reads = ["resource_day"]
--- [look]
--- Microsoft = "az capacity reservation show --ids {ResourceId} --instance-view"
-- What machines take up of a reservation is charged as theirs: under its own id stands what nobody took.
WITH days AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_ChargeDay,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType, MAX(x_InstanceType) AS x_InstanceType,
    CAST(SUM(PricingQuantity) AS DOUBLE) AS x_Hours, SUM(EffectiveCost) AS x_DayCost,
    SUM(CASE WHEN COALESCE(CommitmentDiscountStatus, '') <> 'Used' THEN EffectiveCost ELSE 0 END) AS x_UncoveredDayCost
  FROM resource_day
  WHERE x_ChargeDay >= :first_of_35_days AND x_ChargeDay <= :last_full_day AND ResourceId <> ''
    AND x_ServiceCode = 'Virtual Machines' AND LOWER(ResourceId) LIKE '%/capacityreservationgroups/%/capacityreservations/%'
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency, x_ChargeDay
),
reservations AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency,
    MAX(SubAccountName) AS SubAccountName, MAX(ServiceName) AS ServiceName,
    MAX(ResourceName) AS ResourceName, MAX(ResourceType) AS ResourceType, MAX(x_InstanceType) AS x_InstanceType,
    COUNT(*) AS x_DaysSeen, MIN(x_ChargeDay) AS x_FirstDay,
    SUM(CASE WHEN x_ChargeDay >= :first_of_14_days THEN 1 ELSE 0 END) AS x_DaysOf14,
    MIN(CASE WHEN x_ChargeDay >= :first_of_14_days THEN x_Hours END) AS x_LeastHours,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_DayCost ELSE 0 END) AS DOUBLE) AS x_Cost,
    CAST(SUM(CASE WHEN x_ChargeDay >= :first_of_7_days THEN x_UncoveredDayCost ELSE 0 END) AS DOUBLE) AS x_UncoveredCost
  FROM days
  GROUP BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  CONCAT('Capacity for ', COALESCE(NULLIF(x_InstanceType, ''), 'machines'), ' is reserved here and no machine has taken it up on any of ', CAST(x_DaysSeen AS VARCHAR),
    ' days: give it back unless it is kept for an emergency.') AS x_Reason,
  CONCAT('At least ', CAST(CAST(FLOOR(x_LeastHours + 0.5) AS BIGINT) AS VARCHAR), ' hours a day billed as not taken up from ',
    CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), '; seen since ',
    CAST(x_FirstDay AS VARCHAR)) AS x_Evidence,
  -- Some keep it for a disaster on purpose.
  'Medium' AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of what nobody took up from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days') AS x_SavingBasis
FROM reservations
WHERE x_DaysOf14 = 14 AND x_LeastHours >= 23.8 AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

--- title = "Oversized machines"
--- question = "Which machines would fit into fewer processors, by two weeks or more of measurements: a smaller size of their family, or, where their memory is not measured, a type with no less of it?"
--- reads = ["metric/machine_use", "metric/machine_unit_price", "machine_type", "utilisation"]
--- [params]
--- max_target_percent = 80.0
--- min_complete_days = 14
--- [look]
--- AWS = "aws ec2 describe-instances --region {RegionId} --instance-ids {ResourceShortId}"
--- Microsoft = "az vm show --show-details --ids {ResourceId}"
--- "Google Cloud" = "gcloud compute instances list --project {SubAccountId} --filter id={ResourceShortId}"
WITH measured AS (
  SELECT
    SubAccountId, ResourceId,
    MAX(CASE WHEN x_Metric = 'cpu' THEN x_P995 END) AS x_P995,
    -- A job of an hour or more on one day, that half a percent of five weeks is too short to show.
    MAX(CASE WHEN x_Metric = 'cpu' THEN GREATEST(x_P995, x_PeakHours) END) AS x_Cpu,
    MAX(CASE WHEN x_Metric = 'cpu' THEN x_PeakHours END) AS x_PeakHours,
    MAX(CASE WHEN x_Metric = 'cpu' THEN x_CompleteDays END) AS x_CompleteDays,
    MAX(CASE WHEN x_Metric = 'cpu' AND x_HasMonthEnd THEN 1 ELSE 0 END) AS x_HasMonthEnd,
    MIN(CASE WHEN x_Metric = 'cpu' THEN x_FirstDay END) AS x_MeasuredFrom,
    MAX(CASE WHEN x_Metric = 'cpu' THEN x_LastDay END) AS x_MeasuredTo,
    -- The memory of too few days is no measurement.
    MAX(CASE WHEN x_Metric = 'memory' AND x_CompleteDays >= :min_complete_days THEN x_Maximum END) AS x_Memory
  FROM utilisation
  GROUP BY SubAccountId, ResourceId
),
machines AS (
  SELECT
    u.*, t.x_Family, t.x_Series, t.x_SizeRank, t.x_Vcpu, t.x_MemoryGib,
    m.x_P995, m.x_PeakHours, m.x_Cpu, m.x_Memory, m.x_CompleteDays, m.x_HasMonthEnd, m.x_MeasuredFrom, m.x_MeasuredTo
  FROM machine_use AS u
  JOIN measured AS m ON u.SubAccountId = m.SubAccountId AND u.ResourceId = m.ResourceId
  JOIN machine_type AS t ON u.x_InstanceType = t.x_InstanceType
  -- One type for all of the measurements; accelerators and local disks shrink with the size, unmeasured.
  WHERE m.x_CompleteDays >= :min_complete_days AND m.x_Cpu IS NOT NULL AND m.x_MeasuredTo >= :first_of_7_days
    AND u.x_InstanceTypes = 1 AND u.x_Operations = 1 AND u.x_Tenancies = 1 AND t.x_Accelerators = 0 AND t.x_HasLocalDisk = 0
    AND u.x_FirstDay <= :first_of_14_days AND u.x_DaysOf14 >= 10 AND u.x_DaysOf7 >= 5
    AND u.x_HoursOf7 > 0 AND u.x_Cost > 0
),
sizes AS (
  SELECT
    m.*, s.x_InstanceType AS x_Target, s.x_BaselinePercent,
    m.x_Cpu * m.x_Vcpu / s.x_Vcpu AS x_TargetCpu, m.x_Memory * m.x_MemoryGib / s.x_MemoryGib AS x_TargetMemory,
    ROW_NUMBER() OVER (
      PARTITION BY m.ProviderName, m.BillingAccountId, m.SubAccountId, m.RegionId, m.ResourceId, m.BillingCurrency
      ORDER BY s.x_Vcpu, s.x_MemoryGib, s.x_SizeRank, s.x_InstanceType
    ) AS x_Rank
  FROM machines AS m
  JOIN machine_type AS s ON m.x_Series = s.x_Series
  WHERE m.x_Cpu * m.x_Vcpu / s.x_Vcpu <= :max_target_percent
    -- A burstable one is held to its baseline in the end.
    AND m.x_Cpu * m.x_Vcpu / s.x_Vcpu <= COALESCE(s.x_BaselinePercent, 100.0)
    AND (
      (s.x_Family = m.x_Family AND s.x_SizeRank < m.x_SizeRank AND m.x_Memory * m.x_MemoryGib / s.x_MemoryGib <= :max_target_percent)
      -- Without a memory metric no less memory: other families of the same generation and processor have it.
      OR (m.x_Memory IS NULL AND s.x_Vcpu < m.x_Vcpu AND s.x_MemoryGib >= m.x_MemoryGib AND s.x_HasLocalDisk = 0 AND s.x_Accelerators = 0)
    )
),
saved AS (
  SELECT
    z.*, p.x_UnitPrice,
    -- Its own hours on demand; where it has none, those of others of its type.
    1 - p.x_UnitPrice / CASE WHEN z.x_OnDemandHours > 0 AND z.x_OnDemandCost > 0 THEN z.x_OnDemandCost / z.x_OnDemandHours
      ELSE o.x_UnitPrice END AS x_Share
  FROM sizes AS z
  LEFT JOIN machine_unit_price AS p
    ON z.ProviderName = p.ProviderName AND z.BillingAccountId = p.BillingAccountId AND z.RegionId = p.RegionId
    AND z.BillingCurrency = p.BillingCurrency AND z.x_Target = p.x_InstanceType AND z.x_Operation = p.x_Operation
    AND z.x_Tenancy = p.x_Tenancy
  LEFT JOIN machine_unit_price AS o
    ON z.ProviderName = o.ProviderName AND z.BillingAccountId = o.BillingAccountId AND z.RegionId = o.RegionId
    AND z.BillingCurrency = o.BillingCurrency AND z.x_InstanceType = o.x_InstanceType AND z.x_Operation = o.x_Operation
    AND z.x_Tenancy = o.x_Tenancy
  WHERE z.x_Rank = 1
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'resize' AS x_Action,
  CONCAT('This machine is a ', x_InstanceType, ' and would fit into a ', x_Target, ': resize it',
    CASE WHEN x_Memory IS NULL THEN ', which has no less memory: how much of it is used is not measured.' ELSE '.' END) AS x_Reason,
  CONCAT('CPU P99.5 ', CAST(ROUND(x_P995 + 0.000001, 1) AS VARCHAR), ' %, in its busiest hours ',
    CAST(ROUND(x_PeakHours + 0.000001, 1) AS VARCHAR), ' %, on ', x_Target, ' ',
    CAST(ROUND(x_TargetCpu + 0.000001, 1) AS VARCHAR), ' %',
    COALESCE(' of a baseline of ' || CAST(ROUND(x_BaselinePercent + 0.000001, 1) AS VARCHAR) || ' %', ''), '; ',
    COALESCE('memory maximum ' || CAST(ROUND(x_Memory + 0.000001, 1) AS VARCHAR) || ' %, there '
      || CAST(ROUND(x_TargetMemory + 0.000001, 1) AS VARCHAR) || ' %; ', 'CPU only; '), CAST(x_CompleteDays AS VARCHAR), ' complete days from ', CAST(x_MeasuredFrom AS VARCHAR), ' to ', CAST(x_MeasuredTo AS VARCHAR), CASE WHEN x_HasMonthEnd = 1 THEN ', a month end among them' ELSE ', no month end among them' END) AS x_Evidence,
  CASE WHEN x_Memory IS NULL OR x_HasMonthEnd = 0 THEN 'Low' WHEN x_CompleteDays >= 28 THEN 'High' ELSE 'Medium' END AS x_Confidence,
  x_Cost * x_Share * (30.44 / 7) AS x_GrossMonthlySaving,
  -- Covered whole, it frees nothing, whatever the smaller one costs.
  CASE WHEN x_UncoveredCost <= 0 THEN 0.0
    ELSE LEAST(x_UncoveredCost, x_Cost) * x_Share * (30.44 / 7) END AS x_RealisableMonthlySaving,
  CASE WHEN x_Share IS NULL THEN CONCAT('No figure: this bill shows no on-demand hour of ',
    CASE WHEN x_UnitPrice IS NULL THEN x_Target ELSE x_InstanceType END, ' in this region, operation and tenancy')
    ELSE CONCAT('EffectiveCost from ', CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
      ', by day, for 30.44 days, times what ', x_Target, ' costs less on demand by this bill') END AS x_SavingBasis
FROM saved
-- Without a price nothing is known of a machine whose cover would stay.
WHERE x_Share > 0 OR (x_Share IS NULL AND x_UncoveredCost > 0)
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

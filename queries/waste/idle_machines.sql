--- title = "Idle machines"
--- question = "Which machines did next to nothing in two weeks or more of measurements: processors that were never busy, and no network to speak of on any day?"
--- reads = ["metric/machine_use", "utilisation"]
--- [params]
--- max_cpu_percent = 5.0
--- max_network_megabytes = 5.0
--- max_disk_gigabytes = 1.0
--- min_complete_days = 14
--- [look]
--- AWS = "aws ec2 describe-instances --region {RegionId} --instance-ids {ResourceShortId}"
--- Microsoft = "az vm show --show-details --ids {ResourceId}"
--- "Google Cloud" = "gcloud compute instances list --project {SubAccountId} --filter id={ResourceShortId}"
WITH measured AS (
  SELECT
    SubAccountId, ResourceId,
    MAX(CASE WHEN x_Metric = 'cpu' THEN x_Maximum END) AS x_Cpu,
    MAX(CASE WHEN x_Metric = 'cpu' THEN x_CompleteDays END) AS x_CpuDays,
    MAX(CASE WHEN x_Metric = 'network' THEN x_BusiestDayBytes END) AS x_NetworkBytes,
    MAX(CASE WHEN x_Metric = 'network' THEN x_CompleteDays END) AS x_NetworkDays,
    MAX(CASE WHEN x_Metric = 'disk' THEN x_BusiestDayBytes END) AS x_DiskBytes,
    MAX(CASE WHEN x_Metric = 'disk' THEN x_CompleteDays END) AS x_DiskDays,
    MIN(CASE WHEN x_Metric = 'cpu' THEN x_FirstDay END) AS x_MeasuredFrom,
    MIN(CASE WHEN x_Metric IN ('cpu', 'network') THEN x_LastDay END) AS x_MeasuredTo,
    MAX(CASE WHEN x_Metric = 'cpu' AND x_HasMonthEnd THEN 1 ELSE 0 END) AS x_HasMonthEnd
  FROM utilisation
  GROUP BY SubAccountId, ResourceId
),
machines AS (
  SELECT
    u.*, m.x_Cpu, m.x_CpuDays, m.x_NetworkBytes, m.x_DiskBytes, m.x_MeasuredFrom, m.x_MeasuredTo, m.x_HasMonthEnd,
    CASE WHEN m.x_DiskDays >= :min_complete_days THEN 1 ELSE 0 END AS x_HasDisks
  FROM machine_use AS u
  JOIN measured AS m ON u.SubAccountId = m.SubAccountId AND u.ResourceId = m.ResourceId
  WHERE m.x_Cpu < :max_cpu_percent
    AND CAST(m.x_NetworkBytes AS DOUBLE) < :max_network_megabytes * 1000000.0
    -- Where nobody measures the disks, nothing speaks against it, and nothing for it.
    AND COALESCE(CAST(m.x_DiskBytes AS DOUBLE), 0.0) < :max_disk_gigabytes * 1000000000.0
    AND m.x_CpuDays >= :min_complete_days AND m.x_NetworkDays >= :min_complete_days
    AND m.x_MeasuredTo >= :first_of_7_days
    AND u.x_FirstDay <= :first_of_14_days AND u.x_DaysOf14 >= 10 AND u.x_DaysOf7 >= 5
    AND u.x_HoursOf7 > 0 AND u.x_Cost > 0
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'delete' AS x_Action,
  'This machine runs and does next to nothing: end it if nobody waits for it, or stop it until somebody does.' AS x_Reason,
  CONCAT('CPU maximum ', CAST(ROUND(x_Cpu + 0.000001, 1) AS VARCHAR), ' %; at most ',
    CAST(ROUND(CAST(x_NetworkBytes AS DOUBLE) * (1.0 / 1000000.0) + 0.000001, 1) AS VARCHAR), ' MB over the network on a day; ',
    CASE WHEN x_HasDisks = 1
      THEN 'at most ' || CAST(ROUND(CAST(x_DiskBytes AS DOUBLE) * (1.0 / 1000000.0) + 0.000001, 1) AS VARCHAR)
        || ' MB to and from disks on a day; '
      ELSE 'disks not measured; ' END,
    CAST(x_CpuDays AS VARCHAR), ' complete days from ', CAST(x_MeasuredFrom AS VARCHAR), ' to ', CAST(x_MeasuredTo AS VARCHAR),
    CASE WHEN x_HasMonthEnd = 1 THEN ', a month end among them' ELSE ', no month end among them' END) AS x_Evidence,
  -- What is only there to be ready looks the same.
  CASE WHEN x_HasMonthEnd = 0 OR x_HasDisks = 0 THEN 'Low' ELSE 'Medium' END AS x_Confidence,
  x_Cost * (30.44 / 7) AS x_GrossMonthlySaving,
  CASE WHEN x_UncoveredCost <= 0 THEN 0.0 ELSE LEAST(x_UncoveredCost, x_Cost) * (30.44 / 7) END AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of its hours from ', CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
    ', by day, for 30.44 days') AS x_SavingBasis
FROM machines
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

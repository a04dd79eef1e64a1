--- title = "Machines of a previous generation"
--- question = "Which machines are of a type whose successor costs less by this bill?"
--- reads = ["metric/machine_use", "metric/machine_unit_price", "machine_type"]
--- [look]
--- AWS = "aws ec2 describe-instances --region {RegionId} --instance-ids {ResourceShortId}"
--- Microsoft = "az vm show --show-details --ids {ResourceId}"
--- "Google Cloud" = "gcloud compute instances list --project {SubAccountId} --filter id={ResourceShortId}"
WITH machines AS (
  SELECT u.*, t.x_HasLocalDisk, t.x_BaselinePercent
  FROM machine_use AS u
  JOIN machine_type AS t ON u.x_InstanceType = t.x_InstanceType
  -- A machine that has been there for two weeks and runs most days; scaled and fresh ones come and go.
  WHERE t.x_Generation = 'previous' AND u.x_FirstDay <= :first_of_14_days AND u.x_DaysOf14 >= 10 AND u.x_DaysOf7 >= 5
    AND u.x_InstanceTypes = 1 AND u.x_Operations = 1 AND u.x_Tenancies = 1 AND u.x_HoursOf7 > 0 AND u.x_Cost > 0
),
-- The successor, its successor and that one's: the bill may show a price of any.
successors AS (
  SELECT t.x_InstanceType, t.x_NextGeneration AS x_Successor, 1 AS x_Step
  FROM machine_type AS t
  WHERE t.x_Generation = 'previous' AND t.x_NextGeneration IS NOT NULL
  UNION ALL
  SELECT t.x_InstanceType, n.x_NextGeneration AS x_Successor, 2 AS x_Step
  FROM machine_type AS t
  JOIN machine_type AS n ON t.x_NextGeneration = n.x_InstanceType
  WHERE t.x_Generation = 'previous' AND n.x_NextGeneration IS NOT NULL
  UNION ALL
  SELECT t.x_InstanceType, m.x_NextGeneration AS x_Successor, 3 AS x_Step
  FROM machine_type AS t
  JOIN machine_type AS n ON t.x_NextGeneration = n.x_InstanceType
  JOIN machine_type AS m ON n.x_NextGeneration = m.x_InstanceType
  WHERE t.x_Generation = 'previous' AND m.x_NextGeneration IS NOT NULL
),
priced AS (
  SELECT
    m.*, s.x_Successor, s.x_Step, p.x_UnitPrice,
    -- Its own hours on demand; where it has none, those of others of its type.
    CASE WHEN m.x_OnDemandHours > 0 AND m.x_OnDemandCost > 0 THEN m.x_OnDemandCost / m.x_OnDemandHours ELSE o.x_UnitPrice END AS x_OwnPrice,
    CASE WHEN m.x_BaselinePercent IS NULL THEN t.x_BaselinePercent END AS x_HeldTo
  FROM machines AS m
  JOIN successors AS s ON m.x_InstanceType = s.x_InstanceType
  LEFT JOIN machine_type AS t ON s.x_Successor = t.x_InstanceType
  LEFT JOIN machine_unit_price AS p
    ON m.ProviderName = p.ProviderName AND m.BillingAccountId = p.BillingAccountId AND m.RegionId = p.RegionId
    AND m.BillingCurrency = p.BillingCurrency AND s.x_Successor = p.x_InstanceType AND m.x_Operation = p.x_Operation
    AND m.x_Tenancy = p.x_Tenancy
  LEFT JOIN machine_unit_price AS o
    ON m.ProviderName = o.ProviderName AND m.BillingAccountId = o.BillingAccountId AND m.RegionId = o.RegionId
    AND m.BillingCurrency = o.BillingCurrency AND m.x_InstanceType = o.x_InstanceType AND m.x_Operation = o.x_Operation
    AND m.x_Tenancy = o.x_Tenancy
),
ranked AS (
  SELECT
    priced.*,
    ROW_NUMBER() OVER (
      PARTITION BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency
      -- The cheapest that the bill shows; engines put a null at different ends of a window.
      ORDER BY COALESCE(x_UnitPrice, CAST('1e300' AS DOUBLE)), x_Step
    ) AS x_Rank
  FROM priced
),
saved AS (
  SELECT
    ranked.*,
    -- The share that the successor costs less, on demand against on demand.
    1 - x_UnitPrice / x_OwnPrice AS x_Share
  FROM ranked
  WHERE x_Rank = 1
)
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'upgrade' AS x_Action,
  CONCAT('This machine is a ', x_InstanceType, ', a type of a previous generation: move it to ', x_Successor,
    -- One that bursts is faster for a while and then held to its baseline.
    CASE WHEN x_HeldTo IS NULL THEN ', which is faster' ELSE CONCAT(', which runs at ',
      CAST(ROUND(x_HeldTo + 0.000001, 1) AS VARCHAR), ' % of its processors for good and faster for a while') END,
    CASE WHEN x_Share > 0 THEN ' and costs less.' ELSE '.' END,
    CASE WHEN x_HasLocalDisk = 1 THEN ' Its local disks do not move with it.' ELSE '' END) AS x_Reason,
  CONCAT(CAST(CAST(FLOOR(x_HoursOf7 + 0.5) AS BIGINT) AS VARCHAR), ' hours of ', x_InstanceType, ' on ',
    CAST(x_DaysOf7 AS VARCHAR), ' days from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', ', COALESCE('on demand ' || CAST(ROUND(x_OwnPrice + 0.000001, 4) AS VARCHAR)
    || ' ' || BillingCurrency || ' an hour', 'without a price on demand'), '; ',
    COALESCE(x_Successor || ' ' || CAST(ROUND(x_UnitPrice + 0.000001, 4) AS VARCHAR),
    'no price of ' || x_Successor || ' on the bill')) AS x_Evidence,
  CASE WHEN x_HasLocalDisk = 1 OR x_HeldTo IS NOT NULL THEN 'Low' ELSE 'Medium' END AS x_Confidence,
  x_Cost * x_Share * (30.44 / 7) AS x_GrossMonthlySaving,
  -- Covered whole, it frees nothing, whatever the newer one costs.
  CASE WHEN x_UncoveredCost <= 0 THEN 0.0
    ELSE LEAST(x_UncoveredCost, x_Cost) * x_Share * (30.44 / 7) END AS x_RealisableMonthlySaving,
  CASE WHEN x_Share IS NULL THEN CONCAT('No figure: this bill shows no on-demand hour of ',
    CASE WHEN x_UnitPrice IS NULL THEN x_Successor ELSE x_InstanceType END, ' in this region, operation and tenancy')
    ELSE CONCAT('EffectiveCost from ', CAST(:first_of_7_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR),
      ', by day, for 30.44 days, times what ', x_Successor,
      ' costs less on demand by this bill') END AS x_SavingBasis
FROM saved
-- Without a price nothing is known of a machine whose cover would stay.
WHERE x_Share > 0 OR (x_Share IS NULL AND x_UncoveredCost > 0)
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

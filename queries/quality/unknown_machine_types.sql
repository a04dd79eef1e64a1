--- title = "Machine types that the lookup does not know"
--- question = "Which machine types of the billing period are not in the lookup machine_type, so that no rule and no unit cost looks at them?"
--- reads = ["resource_day", "machine_type"]
--- [columns]
--- x_InstanceType = "costmill"
--- ServiceName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_Rows = "costmill"
WITH typed AS (
  SELECT
    x_InstanceType, ServiceName, BillingCurrency, EffectiveCost, x_Rows,
    -- Databases and caches run on machines of the same types.
    CASE
      WHEN x_InstanceType LIKE 'db.%' THEN SUBSTR(x_InstanceType, 4)
      WHEN x_InstanceType LIKE 'cache.%' THEN SUBSTR(x_InstanceType, 7)
      ELSE x_InstanceType
    END AS x_Type
  FROM resource_day
  WHERE x_BillingMonth = :billing_period AND x_InstanceType <> ''
),
used AS (
  SELECT
    x_InstanceType, x_Type, ServiceName, BillingCurrency,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(x_Rows) AS x_Rows
  FROM typed
  GROUP BY x_InstanceType, x_Type, ServiceName, BillingCurrency
)
SELECT u.x_InstanceType, u.ServiceName, u.BillingCurrency, u.EffectiveCost, u.x_Rows
FROM used AS u
LEFT JOIN machine_type AS t ON t.x_InstanceType = u.x_Type
WHERE t.x_Vcpu IS NULL
ORDER BY EffectiveCost DESC NULLS LAST, x_InstanceType, ServiceName, BillingCurrency

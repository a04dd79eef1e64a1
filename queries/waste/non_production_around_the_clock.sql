--- title = "Non-production machines around the clock"
--- question = "Which machines of environments that are not production run nights and weekends too?"
--- reads = ["metric/machine_use"]
--- [params]
--- hours_a_week = 60.0
--- min_running_share = 0.98
--- [look]
--- AWS = "aws ec2 describe-instances --region {RegionId} --instance-ids {ResourceShortId}"
--- Microsoft = "az vm show --show-details --ids {ResourceId}"
--- "Google Cloud" = "gcloud compute instances list --project {SubAccountId} --filter id={ResourceShortId}"
SELECT
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName,
  ResourceId, ResourceName, ResourceType, BillingCurrency,
  'schedule' AS x_Action,
  CONCAT('This machine is not production and runs day and night: switch it off outside the ',
    CAST(CAST(FLOOR(:hours_a_week + 0.5) AS BIGINT) AS VARCHAR),
    ' hours a week in which somebody works with it.') AS x_Reason,
  CONCAT(CAST(CAST(FLOOR(x_HoursOf14 + 0.5) AS BIGINT) AS VARCHAR), ' of 336 hours billed from ',
    CAST(:first_of_14_days AS VARCHAR), ' to ', CAST(:last_full_day AS VARCHAR), ', two weekends among them; ',
    x_InstanceType, '; environment non-production on every day') AS x_Evidence,
  'Medium' AS x_Confidence,
  x_Cost * (1 - :hours_a_week / 168) * (30.44 / 7) AS x_GrossMonthlySaving,
  LEAST(GREATEST(x_UncoveredCost, 0.0), x_Cost) * (1 - :hours_a_week / 168) * (30.44 / 7) AS x_RealisableMonthlySaving,
  CONCAT('EffectiveCost of its hours from ', CAST(:first_of_7_days AS VARCHAR), ' to ',
    CAST(:last_full_day AS VARCHAR), ', by day, for 30.44 days, less ',
    CAST(CAST(FLOOR(:hours_a_week + 0.5) AS BIGINT) AS VARCHAR),
    ' of 168 hours; disks and addresses run on') AS x_SavingBasis
FROM machine_use
-- One that is off at night or over the weekend has a schedule already.
WHERE x_HoursOf14 >= 336 * :min_running_share AND x_DaysOf14 = 14 AND x_OtherEnvironmentRows = 0 AND x_Cost > 0
ORDER BY ProviderName, BillingAccountId, SubAccountId, RegionId, ResourceId, BillingCurrency

--- title = "Unused commitments"
--- question = "Which commitment discounts are paid for and partly used by nothing?"
--- reads = ["cost", "cost_daily"]
--- [params]
--- min_unused_share = 0.05
--- min_unused_days = 4
--- [columns]
--- ProviderName = "FOCUS"
WITH charges AS (
  SELECT
    ProviderName, BillingAccountId, SubAccountId, RegionId, ServiceName, CommitmentDiscountId, CommitmentDiscountName,
    CommitmentDiscountType, CommitmentDiscountStatus, BillingCurrency, EffectiveCost, x_ChargeDay, x_BillingMonth,
    -- A fee for the whole month states what the month left unused in one row.
    CASE WHEN CommitmentDiscountStatus = 'Unused' AND ChargePeriodEnd > ChargePeriodStart + INTERVAL '1 day' THEN 1 ELSE 0 END AS x_IsOfMonth,
    EXTRACT(DAY FROM ChargePeriodStart) AS x_StartDay,
    CASE
      WHEN EXTRACT(MONTH FROM ChargePeriodStart) IN (4, 6, 9, 11) THEN 30
      WHEN EXTRACT(MONTH FROM ChargePeriodStart) <> 2 THEN 31
      WHEN EXTRACT(YEAR FROM ChargePeriodStart) IN (2024, 2028, 2032, 2036, 2040, 2044, 2048) THEN 29
      ELSE 28
    END AS x_DaysOfMonth,
    -- Fees end at midnight or a second before it.
    CASE WHEN ChargePeriodEnd + INTERVAL '1 day' > BillingPeriodEnd THEN 1 ELSE 0 END AS x_ReachesMonthEnd,
    CASE WHEN BillingPeriodEnd <= CAST(:last_full_day AS TIMESTAMP) + INTERVAL '1 day' THEN 1 ELSE 0 END AS x_IsWholeMonth
  FROM cost
  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period) AND x_ChargeDay <= :last_full_day
    AND CommitmentDiscountId <> '' AND CommitmentDiscountStatus IN ('Used', 'Unused')
)
SELECT ProviderName FROM charges ORDER BY ProviderName

--- title = "Charges that contradict themselves"
--- question = "Which charges of the billing period say two things that cannot both be true? They are published as delivered; figures about them may mislead."
--- reads = ["cost"]
--- [columns]
--- x_Why = "What cannot be true"
--- x_SourceId = "costmill"
--- ServiceName = "FOCUS"
--- ChargeCategory = "FOCUS"
--- x_LineItemType = "costmill"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- ListCost = "FOCUS"
--- x_FirstRow = { type = "integer", meaning = "The least row number of such a charge in its file" }
--- x_Rows = { type = "integer", meaning = "How many charges" }
WITH judged AS (
  SELECT
    x_SourceId, ServiceName, ChargeCategory, x_LineItemType, BillingCurrency, EffectiveCost, ListCost, x_SourceRow,
    CASE
      WHEN CommitmentDiscountStatus = 'Used' AND CommitmentDiscountId IS NULL
        THEN 'covered by a commitment discount, and by none that is named'
      WHEN ChargeCategory = 'Usage' AND CommitmentDiscountStatus = 'Used' AND EffectiveCost = 0 AND ListCost > 0
        THEN 'covered by a commitment discount, and its share of the commitment is 0'
      WHEN ChargeCategory = 'Usage' AND ChargeClass IS NULL AND ConsumedQuantity < 0
        THEN 'a negative quantity was used, and it is no correction'
      WHEN ChargePeriodEnd <= ChargePeriodStart THEN 'the charge period ends before it begins'
      WHEN ChargeCategory = 'Usage' AND COALESCE(ServiceName, '') = '' THEN 'usage of no service'
    END AS x_Why
  FROM cost
  WHERE x_BillingMonth = :billing_period
)
SELECT
  x_Why, x_SourceId, ServiceName, ChargeCategory, x_LineItemType, BillingCurrency,
  SUM(EffectiveCost) AS EffectiveCost,
  SUM(ListCost) AS ListCost,
  MIN(x_SourceRow) AS x_FirstRow,
  COUNT(*) AS x_Rows
FROM judged
WHERE x_Why IS NOT NULL
GROUP BY x_Why, x_SourceId, ServiceName, ChargeCategory, x_LineItemType, BillingCurrency
ORDER BY x_Why, x_SourceId, ServiceName, ChargeCategory, x_LineItemType, BillingCurrency

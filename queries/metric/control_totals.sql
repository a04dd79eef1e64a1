--- title = "External control totals"
--- question = "What do invoices and cost tools say of the billing period, and does it tie to what is published, within which tolerance?"
--- reads = ["control_total"]
--- [columns]
--- x_ToldBy = "costmill"
--- x_TotalKind = "costmill"
--- x_SourceId = "costmill"
--- BillingAccountId = "FOCUS"
--- SubAccountId = "FOCUS"
--- ChargeCategory = "FOCUS"
--- x_TotalMetric = "costmill"
--- BillingCurrency = "FOCUS"
--- x_ToldAmount = "costmill"
--- x_ToldInOtherCurrency = "costmill"
--- x_FoundCost = "costmill"
--- x_ToldDifference = "costmill"
--- x_ToldTolerance = "costmill"
--- x_FoundRows = "costmill"
--- x_TotalVerdict = "costmill"
--- x_Api = "costmill"
--- x_ControlTotalLine = "costmill"
SELECT
  x_ToldBy, x_TotalKind, x_SourceId, BillingAccountId, SubAccountId, ChargeCategory, x_TotalMetric, BillingCurrency,
  x_ToldAmount, x_ToldInOtherCurrency, x_FoundCost, x_ToldDifference, x_ToldTolerance, x_FoundRows, x_TotalVerdict,
  x_Api, x_ControlTotalLine
FROM control_total
ORDER BY x_Api NULLS FIRST, x_ControlTotalLine, x_SourceId, BillingAccountId, SubAccountId, ChargeCategory, BillingCurrency,
  x_TotalMetric, x_ToldBy

--- title = "Suppressed waste findings"
--- question = "Which findings are suppressed, by whom, why and until when?"
--- reads = ["finding"]
--- [columns]
--- x_FindingId = "costmill"
--- x_Rule = "costmill"
--- x_Title = "costmill"
--- x_Action = "costmill"
--- ProviderName = "FOCUS"
--- BillingAccountId = "FOCUS"
--- SubAccountId = "FOCUS"
--- SubAccountName = "FOCUS"
--- RegionId = "FOCUS"
--- ServiceName = "FOCUS"
--- ResourceId = "FOCUS"
--- ResourceName = "FOCUS"
--- ResourceType = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_Team = "costmill"
--- x_TeamBy = "costmill"
--- x_Reason = "costmill"
--- x_Evidence = "costmill"
--- x_Confidence = "costmill"
--- x_GrossMonthlySaving = "costmill"
--- x_RealisableMonthlySaving = "costmill"
--- x_SavingBasis = "costmill"
--- x_IsCounted = "costmill"
--- x_Look = "costmill"
--- x_FirstSeen = "costmill"
--- x_Nights = "costmill"
--- x_Suppressed = "costmill"
SELECT
  x_FindingId, x_Rule, x_Title, x_Action, ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId,
  ServiceName, ResourceId, ResourceName, ResourceType, BillingCurrency, x_Team, x_TeamBy, x_Reason, x_Evidence,
  x_Confidence, x_GrossMonthlySaving, x_RealisableMonthlySaving, x_SavingBasis, x_IsCounted, x_Look, x_FirstSeen,
  x_Nights, x_Suppressed
FROM finding
WHERE x_Suppressed IS NOT NULL
ORDER BY x_RealisableMonthlySaving DESC NULLS LAST, x_GrossMonthlySaving DESC NULLS LAST, x_FindingId,
  ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId, ResourceName,
  ResourceType, BillingCurrency, x_Team, x_TeamBy

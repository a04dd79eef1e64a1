--- title = "Recommendations of the provider, beside our findings"
--- question = "What does the provider's own tool recommend, what did the waste rules find, and on which resources do the two agree? The tool's saving is its own reckoning. Only providers whose tool was asked."
--- reads = ["recommendation", "finding"]
--- [columns]
--- x_Match = { type = "text", meaning = "in both, in both with another action, only theirs, only ours" }
--- ProviderName = "FOCUS"
--- SubAccountId = "FOCUS"
--- RegionId = "FOCUS"
--- ResourceId = "FOCUS"
--- ResourceName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- x_ToldBy = "costmill"
--- x_ToldAction = "costmill"
--- x_Current = "costmill"
--- x_Recommended = "costmill"
--- x_ToldMonthlySaving = "costmill"
--- x_ToldNote = "costmill"
--- x_FindingId = "costmill"
--- x_Title = "costmill"
--- x_Action = "costmill"
--- x_RealisableMonthlySaving = "costmill"
--- x_Team = "costmill"
WITH told AS (
  SELECT
    x_ToldBy, ProviderName, SubAccountId, RegionId, ResourceId, ResourceName, BillingCurrency, x_ToldAction, x_Current,
    x_Recommended, x_ToldMonthlySaving, x_ToldNote, LOWER(ResourceId) AS x_Key
  FROM recommendation
),
found AS (
  SELECT
    x_FindingId, x_Title, x_Action, ProviderName, SubAccountId, RegionId, ResourceId, ResourceName, BillingCurrency,
    x_RealisableMonthlySaving, x_Team, LOWER(ResourceId) AS x_FoundKey
  FROM finding
  WHERE x_Suppressed IS NULL
),
told_keys AS (
  SELECT DISTINCT x_Key FROM told
),
found_keys AS (
  SELECT DISTINCT x_FoundKey FROM found
),
providers AS (
  SELECT DISTINCT ProviderName AS x_Provider FROM told
)
SELECT
  CASE WHEN t.x_ToldAction = f.x_Action THEN 'in both' ELSE 'in both, with another action' END AS x_Match,
  f.ProviderName, f.SubAccountId, f.RegionId, f.ResourceId, f.ResourceName, f.BillingCurrency, t.x_ToldBy, t.x_ToldAction,
  t.x_Current, t.x_Recommended, t.x_ToldMonthlySaving, t.x_ToldNote, f.x_FindingId, f.x_Title, f.x_Action,
  f.x_RealisableMonthlySaving, f.x_Team
FROM told AS t
JOIN found AS f ON f.x_FoundKey = t.x_Key
UNION ALL
SELECT
  'only theirs' AS x_Match,
  t.ProviderName, t.SubAccountId, t.RegionId, t.ResourceId, t.ResourceName, t.BillingCurrency, t.x_ToldBy, t.x_ToldAction,
  t.x_Current, t.x_Recommended, t.x_ToldMonthlySaving, t.x_ToldNote, CAST(NULL AS VARCHAR) AS x_FindingId,
  CAST(NULL AS VARCHAR) AS x_Title, CAST(NULL AS VARCHAR) AS x_Action, CAST(NULL AS DOUBLE) AS x_RealisableMonthlySaving,
  CAST(NULL AS VARCHAR) AS x_Team
FROM told AS t
LEFT JOIN found_keys AS k ON k.x_FoundKey = t.x_Key
WHERE k.x_FoundKey IS NULL
UNION ALL
SELECT
  'only ours' AS x_Match,
  f.ProviderName, f.SubAccountId, f.RegionId, f.ResourceId, f.ResourceName, f.BillingCurrency,
  CAST(NULL AS VARCHAR) AS x_ToldBy, CAST(NULL AS VARCHAR) AS x_ToldAction, CAST(NULL AS VARCHAR) AS x_Current,
  CAST(NULL AS VARCHAR) AS x_Recommended, CAST(NULL AS DOUBLE) AS x_ToldMonthlySaving, CAST(NULL AS VARCHAR) AS x_ToldNote,
  f.x_FindingId, f.x_Title, f.x_Action, f.x_RealisableMonthlySaving, f.x_Team
FROM found AS f
JOIN providers AS p ON p.x_Provider = f.ProviderName
LEFT JOIN told_keys AS k ON k.x_Key = f.x_FoundKey
WHERE k.x_Key IS NULL
ORDER BY
  x_Match, x_ToldMonthlySaving DESC NULLS LAST, x_RealisableMonthlySaving DESC NULLS LAST, ResourceId, x_ToldBy NULLS LAST,
  x_ToldAction NULLS LAST, x_FindingId NULLS LAST, ProviderName, SubAccountId, RegionId, ResourceName, BillingCurrency,
  x_Current, x_Recommended, x_Title, x_Action, x_Team, x_ToldNote

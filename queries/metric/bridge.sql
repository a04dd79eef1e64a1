--- title = "Bridge from EffectiveCost to the invoices"
--- question = "How does EffectiveCost of the billing period become BilledCost, what is that made of, and how does it become what the invoices say?"
--- reads = ["cost", "control_total", "bridge_line", "provider_entity"]
--- [columns]
--- x_Step = { type = "integer", meaning = "The place of the line" }
--- x_Part = "`sum`, what leads from one sum to the next, or what BilledCost is made of"
--- x_Line = "What is added up"
--- BillingCurrency = "FOCUS"
--- x_Amount = { type = "money", meaning = "The sum, or what is added to the one before; empty where no invoice is configured" }
--- x_Tolerance = { type = "money", meaning = "By how much the invoices may differ, where that is the question" }
--- x_Note = "What the line does not say by itself"
WITH charges AS (
  SELECT
    BillingCurrency, ProviderName, PublisherName, ChargeCategory, ChargeClass, PricingCategory,
    CommitmentDiscountStatus,
    SUM(EffectiveCost) AS EffectiveCost,
    SUM(BilledCost) AS BilledCost
  FROM cost
  WHERE x_BillingMonth = :billing_period
  GROUP BY
    BillingCurrency, ProviderName, PublisherName, ChargeCategory, ChargeClass, PricingCategory,
    CommitmentDiscountStatus
),
-- Under which names a provider sells what is its own.
own_names AS (
  SELECT DISTINCT c.ProviderName AS x_Provider, c.PublisherName AS x_Publisher
  FROM charges AS c
  CROSS JOIN provider_entity AS e
  WHERE c.ProviderName = e.x_Provider AND STARTS_WITH(c.PublisherName, e.x_NameBegins)
),
-- Each charge is in one line of the way to BilledCost, and in one of what that is made of.
lines AS (
  SELECT
    c.BillingCurrency, c.EffectiveCost, c.BilledCost,
    CASE
      WHEN c.CommitmentDiscountStatus = 'Unused' THEN 4
      WHEN c.CommitmentDiscountStatus = 'Used' THEN 3
      WHEN c.ChargeCategory = 'Usage' AND c.PricingCategory = 'Committed' THEN 3
      WHEN c.ChargeCategory = 'Purchase' THEN 2
      ELSE 5
    END AS x_Way,
    CASE
      WHEN c.ChargeCategory = 'Tax' THEN 10
      WHEN c.PublisherName <> c.ProviderName AND o.x_Publisher IS NULL THEN 9
      WHEN c.ChargeCategory = 'Credit' THEN 11
      WHEN c.ChargeCategory = 'Adjustment' OR c.ChargeClass = 'Correction' THEN 12
      WHEN c.ChargeCategory = 'Purchase' THEN 8
      ELSE 7
    END AS x_Class
  FROM charges AS c
  LEFT JOIN own_names AS o ON o.x_Provider = c.ProviderName AND o.x_Publisher = c.PublisherName
),
invoices AS (
  SELECT
    BillingCurrency, x_FoundCost, x_FoundRounded, x_ToldAmount, x_ToldTolerance,
    x_ToldAmount - x_FoundRounded AS x_Rest,
    CASE
      WHEN x_ToldInOtherCurrency IS NOT NULL AND ABS(x_ToldDifference) <= x_ToldTolerance THEN 16
      ELSE 17
    END AS x_RestStep
  FROM control_total
  WHERE x_TotalKind = 'invoice' AND x_FoundCost IS NOT NULL
),
amounts AS (
  SELECT BillingCurrency, 1 AS x_Step, EffectiveCost AS x_Amount FROM lines
  UNION ALL
  SELECT BillingCurrency, x_Way AS x_Step, BilledCost - EffectiveCost AS x_Amount FROM lines WHERE x_Way <> 4
  UNION ALL
  -- A recurring fee may be one charge with what goes unused of it: its BilledCost is the fee, its EffectiveCost that part.
  SELECT BillingCurrency, 2 AS x_Step, BilledCost AS x_Amount FROM lines WHERE x_Way = 4
  UNION ALL
  SELECT BillingCurrency, 4 AS x_Step, -EffectiveCost AS x_Amount FROM lines WHERE x_Way = 4
  UNION ALL
  SELECT BillingCurrency, 6 AS x_Step, BilledCost AS x_Amount FROM lines
  UNION ALL
  SELECT BillingCurrency, x_Class AS x_Step, BilledCost AS x_Amount FROM lines
  UNION ALL
  -- What no invoice is of: BilledCost goes, and what invoices are of comes back.
  SELECT BillingCurrency, 13 AS x_Step, -BilledCost AS x_Amount FROM lines
  UNION ALL
  SELECT BillingCurrency, 13 AS x_Step, x_FoundCost AS x_Amount FROM invoices
  UNION ALL
  SELECT BillingCurrency, 14 AS x_Step, -x_FoundCost AS x_Amount FROM invoices WHERE x_ToldAmount IS NULL
  UNION ALL
  SELECT BillingCurrency, 15 AS x_Step, x_FoundRounded - x_FoundCost AS x_Amount FROM invoices WHERE x_ToldAmount IS NOT NULL
  UNION ALL
  SELECT BillingCurrency, x_RestStep AS x_Step, x_Rest AS x_Amount FROM invoices WHERE x_ToldAmount IS NOT NULL
  UNION ALL
  SELECT BillingCurrency, 18 AS x_Step, x_ToldAmount AS x_Amount FROM invoices WHERE x_ToldAmount IS NOT NULL
),
summed AS (
  SELECT BillingCurrency, x_Step, SUM(x_Amount) AS x_Amount FROM amounts GROUP BY BillingCurrency, x_Step
),
currencies AS (
  SELECT BillingCurrency FROM lines GROUP BY BillingCurrency
),
invoiced AS (
  SELECT
    BillingCurrency,
    SUM(CASE WHEN x_ToldAmount IS NOT NULL THEN x_ToldTolerance ELSE 0 END) AS x_Tolerance,
    COUNT(*) AS x_Invoices
  FROM invoices
  GROUP BY BillingCurrency
),
shown AS (
  SELECT
    b.x_Step, b.x_Part, b.x_Line, c.BillingCurrency, i.x_Tolerance, i.x_Invoices,
    CASE
      WHEN b.x_Step = 18 AND i.x_Invoices IS NULL THEN CAST(NULL AS DECIMAL(38,18))
      ELSE COALESCE(s.x_Amount, CAST(0 AS DECIMAL(38,18)))
    END AS x_Amount
  FROM currencies AS c
  CROSS JOIN bridge_line AS b
  LEFT JOIN summed AS s ON s.BillingCurrency = c.BillingCurrency AND s.x_Step = b.x_Step
  LEFT JOIN invoiced AS i ON i.BillingCurrency = c.BillingCurrency
)
SELECT
  x_Step, x_Part, x_Line, BillingCurrency, x_Amount,
  CASE WHEN x_Step = 17 THEN x_Tolerance END AS x_Tolerance,
  CASE
    WHEN x_Step = 18 AND x_Invoices IS NULL THEN 'no invoice is configured: the bridge ends at BilledCost'
    WHEN x_Step = 17 AND ABS(x_Amount) <= x_Tolerance THEN 'within the tolerance'
    WHEN x_Step = 17 THEN 'beyond the tolerance'
    WHEN x_Step = 14 THEN 'the amounts stand among the external control totals'
  END AS x_Note
FROM shown
WHERE x_Part = 'sum'
  OR (x_Step < 13 AND x_Amount <> 0)
  OR (x_Step >= 13 AND x_Invoices IS NOT NULL AND (x_Amount <> 0 OR x_Step = 17))
ORDER BY BillingCurrency, x_Step

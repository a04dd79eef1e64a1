--- title = "Budgets and balances, as the provider tells them"
--- question = "What does the provider say beside the bill: what budgets allow and count as spent, what the balance of an agreement holds, what its parts are charged?"
--- reads = ["told_figure"]
--- [columns]
--- x_ToldBy = "costmill"
--- x_SourceId = "FOCUS"
--- x_ToldScope = "costmill"
--- x_ToldFigure = "costmill"
--- BillingCurrency = "FOCUS"
--- x_ToldAmount = "costmill"
--- x_AskedOn = "costmill"
SELECT x_ToldBy, x_SourceId, x_ToldScope, x_ToldFigure, BillingCurrency, x_ToldAmount, x_AskedOn
FROM told_figure
ORDER BY x_ToldBy, x_SourceId, x_ToldScope, x_ToldFigure, BillingCurrency

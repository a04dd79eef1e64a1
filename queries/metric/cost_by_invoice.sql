--- title = "Cost by invoice"
--- question = "On which invoices is the billing period billed, and how much of it is on none yet?"
--- reads = ["cost"]
--- [columns]
--- InvoiceId = "FOCUS"
--- InvoiceIssuerName = "FOCUS"
--- BillingCurrency = "FOCUS"
--- BilledCost = "FOCUS"
--- x_Charges = { type = "integer", meaning = "Charges on the invoice" }
SELECT InvoiceId, InvoiceIssuerName, BillingCurrency, SUM(BilledCost) AS BilledCost, COUNT(*) AS x_Charges
FROM cost
WHERE x_BillingMonth = :billing_period
GROUP BY InvoiceId, InvoiceIssuerName, BillingCurrency
ORDER BY BilledCost DESC NULLS LAST, InvoiceId, InvoiceIssuerName, BillingCurrency

"""Pages of alerts: what is open, what would be sent, what a company is told."""

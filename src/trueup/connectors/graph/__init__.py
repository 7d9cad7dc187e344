"""The suitcase of Microsoft 365: what was bought, who has it, and when they signed in last."""

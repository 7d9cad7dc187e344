"""The pages of renewals: list, calendar, timeline, plans, renewing, and a calendar for one's own program."""

"""The page of purchase lines over all licences."""

"""The pages of discovered titles: what inventories found and no rule knows, ranked by devices."""

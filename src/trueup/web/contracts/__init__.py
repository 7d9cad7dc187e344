"""The pages of contracts: list, detail with its tabs, forms, and what stands under a contract."""

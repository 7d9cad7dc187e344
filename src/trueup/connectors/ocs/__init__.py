"""OCS Inventory agents: XML inventories, always full, whose publishers are web addresses."""

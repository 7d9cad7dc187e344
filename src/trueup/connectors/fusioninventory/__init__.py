"""FusionInventory agents, 2.1 to 2.6: XML inventories, always full."""

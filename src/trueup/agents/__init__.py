"""DOOR for inventory agents: GLPI Agent, FusionInventory and OCS post to one address. Fast, dumb, idempotent."""

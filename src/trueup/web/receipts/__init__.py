"""The pages of received inventories: what came in, what became of it, trying again."""

"""The pages of licences: list, detail with its tabs, assigning and releasing, new licence and purchase lines."""

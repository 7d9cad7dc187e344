"""The pages of flexible assets: lists, one asset with its history, and how types are defined."""

"""The suitcase of Google Workspace: who has which licence, and when they signed in last."""

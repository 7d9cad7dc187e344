"""Snipe-IT: licences and seats of its API, for moving in. Its files are read by the spreadsheet's suitcase."""

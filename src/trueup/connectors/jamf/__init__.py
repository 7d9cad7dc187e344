"""The suitcase of Jamf Pro: computers and their applications."""

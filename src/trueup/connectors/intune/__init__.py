"""The suitcase of Microsoft Intune: managed devices and the programs found on them."""

"""The suitcase of Datto RMM: sites, devices and what their audits list."""

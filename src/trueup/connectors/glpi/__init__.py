"""GLPI Agent: JSON inventories, full and partial, and the XML it falls back to."""

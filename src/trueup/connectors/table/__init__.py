"""The suitcase of tables: any system that can write CSV or JSON to an address."""

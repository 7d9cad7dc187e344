"""The suitcase of NinjaOne: organisations, devices and the software query."""

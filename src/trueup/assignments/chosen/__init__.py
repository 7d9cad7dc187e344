"""What is done to everything chosen in a list: units given, released, moved, licences retired. Deeds of jobs."""

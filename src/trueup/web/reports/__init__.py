"""Pages of reports: the library, one report with its filters and files."""

"""The library of reports: one file a report, each a question with an answer as one table (R-092)."""

"""What an auditor takes away of a run: the effective licence position as a workbook, and all that stands behind it as one ZIP."""

"""Pages of workflows: open ones, one with its steps and its sheet, and the licence sets of roles."""

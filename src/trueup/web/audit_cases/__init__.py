"""Pages of software audits: the list, one with its lines and findings, opening and planning them."""

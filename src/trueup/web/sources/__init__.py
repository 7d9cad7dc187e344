"""Pages of sources: which there are and how they are, their runs, whom they speak of, and what they told."""

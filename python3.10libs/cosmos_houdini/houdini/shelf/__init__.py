"""The tools of the shelf, and what they work on where nothing is selected."""

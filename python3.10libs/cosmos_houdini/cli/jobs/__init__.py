"""Commands as jobs of PDG: what they tell their work item."""

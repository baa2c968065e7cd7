"""A run in COPs: what is asked of the runtime for it, and the nodes that show it."""

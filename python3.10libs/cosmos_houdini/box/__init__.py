"""The machine that runs the model: how it is reached, what lies where on it, and what its agent answers."""

"""Nodes of any kind: their parameters, wires and types, and what the buttons of ours do."""

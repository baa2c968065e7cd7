"""A `pdg` that cooks: work items, nodes, schedulers, jobs in real processes.

Names are those of a listing of `pdg` in Houdini 21.0.671, and of the SideFX docs (tops/pdg, 20.0); what is
not there is not here, so a misspelt call fails as it would in Houdini.
"""

"""What our TOP nodes do, apart from Houdini: which work items they make, with what command, and what follows.

The types in `pdg/types` hand the objects of PDG to these functions, which use no more of them than `ports`
says. So all of this is tested without PDG.
"""

"""A stand-in for hython, strict where mistakes happen: modules `hou` and `pdg` for tests without Houdini.

`session.Session` is one Houdini: a version, a scene, a module `hou`. Facts about node types and parameters
come from `catalogue/`, the signature of every call from the types-houdini stubs. What neither tells is
refused (`errors.HarnessError`) instead of guessed.
"""

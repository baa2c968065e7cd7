"""From a Houdini shot to a video of NVIDIA Cosmos Transfer, and back.

The layers, lowest first; a module imports only from layers below its own:
`errors, progress, records, config` < `engines, passes, box` < `preview, preflight` < `workflow, report`
< `cli`.
"""

__version__ = "0.1.0"

"""Installing into Houdini: the package file in its preferences, and the runtime beside the package.

Standard library only, since it makes the environment that holds everything else.
"""

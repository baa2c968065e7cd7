"""Talking to the runtime from Houdini, without ever holding Houdini up."""

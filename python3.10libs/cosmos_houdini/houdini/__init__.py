"""What runs inside Houdini: standard library, `hou`, `pdg`, Qt, and our `errors`, `progress`, `records`."""

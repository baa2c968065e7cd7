"""`hython -m cosmos_houdini.houdini.batch`: a shot the whole way, or a TOP network, without a window."""

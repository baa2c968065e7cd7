"""The runtime as a child process of Houdini: JSON-RPC 2.0 over its pipes, a line a message."""

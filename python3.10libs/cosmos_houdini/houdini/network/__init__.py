"""The TOP network: what is wanted of it, where it goes, how it is built from our nodes or Houdini's own."""

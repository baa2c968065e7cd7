"""The digital assets of our TOP nodes: written from the tables of `houdini.interface`, and checked."""

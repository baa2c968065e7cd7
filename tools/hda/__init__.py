"""The digital assets of our TOP nodes: written from the tables of `cosmos_houdini.houdini.interface`, checked."""

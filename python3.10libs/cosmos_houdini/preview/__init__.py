"""The preview engine: takes the very arguments and spec that Transfer1 takes, needs no model and no GPU.

It reads the controls as the model would and writes a video of the size, rate and frame count that the model
would give. The picture shows what the controls say, and refuses what the model would refuse.
"""

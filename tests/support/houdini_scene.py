"""A scene in the stand-in for hython, and what tests ask of it."""

from __future__ import annotations

import json

from hython_harness.scene_file import to_json


class Scene:
    """A session whose scene is saved in a folder with a space and an umlaut."""

    def __init__(self, session, folder):
        self.session, self.hou, self.folder = session, session.hou, folder
        self.project = folder / "cosmos"

    def camera(self, name="cam1", size=(1920, 1080)):
        node = self.hou.node("/obj").createNode("cam", name)
        node.parmTuple("res").set(size)
        return node

    def stage_camera(self, name="shotcam"):
        node = self.hou.node("/stage").createNode("camera", name)
        node.setDisplayFlag(True)
        return node

    def everything(self):
        """The whole scene, to compare."""
        return json.dumps(to_json(self.session), sort_keys=True)

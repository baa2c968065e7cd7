"""`pdgjson`: the work item of a job, read from its data file; what is written to it is reported."""

import gzip
import json
import os
from pathlib import Path

import pdgcmd


class WorkItem:
    """As much of it as the docs (tops/jobapi) show."""

    def __init__(self, told):
        self._told = told
        self.name, self.id, self.index, self.frame = (told[key] for key in ("name", "id", "index", "frame"))

    @classmethod
    def fromJobEnvironment(cls):
        folder = Path(os.environ["PDG_TEMP"]) / "data"
        plain, packed = (folder / (os.environ["PDG_ITEM_NAME"] + end) for end in (".json", ".json.gz"))
        read = gzip.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes()
        return cls(json.loads(read))

    def attribValue(self, name, index=0):
        values = self._told["attributes"].get(name, {}).get("value", [])
        return values[index] if index < len(values) else None

    stringAttribValue = intAttribValue = floatAttribValue = attribValue

    def hasAttrib(self, name):
        return name in self._told["attributes"]

    @property
    def inputFiles(self):
        return [File(told["path"], told["tag"]) for told in self._told["inputs"]]

    def setStringAttrib(self, name, value, index=0):
        pdgcmd.setStringAttrib(name, value, index)

    def setIntAttrib(self, name, value, index=0):
        pdgcmd.setIntAttrib(name, value, index)

    def setFloatAttrib(self, name, value, index=0):
        pdgcmd.setFloatAttrib(name, value, index)

    def addOutputFile(self, path, tag="", hash_code=0):
        pdgcmd.addOutputFile(path, result_data_tag=tag, hash_code=hash_code)

    def setCookPercent(self, percent):
        pdgcmd.workItemSetCookPercent(percent)

    def setCustomState(self, text):
        pdgcmd.workItemSetCustomState(text)


class File:
    def __init__(self, path, tag):
        self.path, self.tag = path, tag

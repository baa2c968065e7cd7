from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from cosmos_houdini.box.layout import BoxLayout
from cosmos_houdini.box.manifest import ExtraFile, InputFile, Launcher, Manifest, Slots


@pytest.mark.parametrize("root", ["/data/box", PurePosixPath("/data/box")])
def test_paths_on_the_box_are_the_agents(root):
    layout = BoxLayout(root)
    assert layout == BoxLayout("/data/box")
    assert str(layout.input("r-1", "depth.mp4")) == "/data/box/runs/r-1/in/depth.mp4"
    assert str(layout.output("r-1", "a.mp4")) == "/data/box/runs/r-1/out/a.mp4"
    assert str(layout.blob("ab" + "0" * 62)) == "/data/box/blobs/ab/ab" + "0" * 62
    assert str(layout.incoming("r-1")) == "/data/box/incoming/r-1"
    assert str(layout.script("c" * 64, "agent.py")) == f"/data/box/bin/{'c' * 64}/agent.py"


def test_a_manifest_is_plain_json():
    manifest = Manifest(
        run_id="r-1",
        owner="somebody",
        spec_sha256="a" * 64,
        submitted_at="2026-01-01T00:00:00+00:00",
        inputs=(InputFile("depth.mp4", "b" * 64, 7),),
        launcher=Launcher("process", ("python", "-m", "engine"), {"A": "b"}, "/tmp"),
        extra_files=(ExtraFile("spec.json", "{}"),),
        slots=Slots(2, ("0", "1", "2")),
        stall_seconds=60,
    )
    told = json.loads(json.dumps(manifest.as_json()))
    assert told["inputs"] == [{"name": "depth.mp4", "sha256": "b" * 64, "bytes": 7}]
    assert told["launcher"] == {
        "kind": "process",
        "argv": ["python", "-m", "engine"],
        "env": {"A": "b"},
        "cwd": "/tmp",
    }
    assert told["slots"] == {"wanted": 2, "of": ["0", "1", "2"]}
    assert told["extra_files"] == [{"name": "spec.json", "text": "{}"}]

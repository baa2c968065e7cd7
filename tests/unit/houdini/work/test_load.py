from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.work import load
from support.pdg_pieces import Item, Node


class Runs:
    """The results of runs, here or not."""

    def __init__(self, missing=()):
        self.missing, self.asked = set(missing), []

    def call(self, method, params):
        run = {"last": "rs_9"}.get(params["run"], params["run"])
        self.asked.append((method, params["project"], run))
        outputs = {"video": f"/p/outputs/{run}/output.mp4"}
        if method == "run.show":
            record = {"id": run, "name": "city", "engine": "preview", "prompt_spec_id": "ps_1"}
            return {"id": run, "record": record, "outputs": {} if run in self.missing else outputs}
        if method == "run.fetch":
            return {"id": run, "outputs": outputs}
        assert method == "frames.extract"
        return {"pattern": f"/f/{run}.$F4.png", "files": [f"/f/{run}.0001.png"], "first": 1, "last": 1}


def cooked(item, bridge=None, **changed):
    put = []
    load.cook(
        Node("cosmosload", project="/p", **changed),
        item,
        bridge or Runs(),
        lambda settings, loaded: put.extend(loaded),
    )
    return [one.run for one in put]


def test_the_run_of_the_item_is_loaded_with_its_frames(houdini):
    item = Item(cosmos_run_id="rs_1")
    assert cooked(item) == ["rs_1"]
    assert item.outputs == [("/p/outputs/rs_1/output.mp4", "file/video"), ("/f/rs_1.0001.png", "file/image")]
    assert item.attributes["cosmos_frames"] == "/f/rs_1.$F4.png"


def test_the_runs_of_all_items_that_are_gathered_are_loaded_together_each_once(houdini):
    runs = [Item(cosmos_run_id=f"rs_{number}") for number in (1, 2, 2, 3)]
    gathered = Item(members=runs)
    assert cooked(Item(parent=gathered)) == ["rs_1", "rs_2", "rs_3"]


def test_what_an_item_inherited_before_its_members_had_cooked_is_out_of_date(houdini):
    """A run that was begun anew has another id than the one that was handed on."""
    gathered = Item(members=[Item(cosmos_run_id="rs_new")], cosmos_run_id="rs_old")
    assert cooked(Item(parent=gathered, cosmos_run_id="rs_old")) == ["rs_new"]


def test_what_was_gathered_before_there_was_a_run_is_no_matter(houdini):
    frames = Item(members=[Item(), Item()])
    transfer = Item(parent=frames, cosmos_run_id="rs_1")
    assert cooked(Item(parent=Item(members=[transfer]))) == ["rs_1"]
    assert cooked(Item(parent=transfer)) == ["rs_1"]


def test_a_result_that_isnt_here_is_fetched(houdini):
    bridge = Runs(missing={"rs_1"})
    assert cooked(Item(cosmos_run_id="rs_1"), bridge) == ["rs_1"]
    assert [method for method, _, _ in bridge.asked] == ["run.show", "run.fetch", "frames.extract"]


def test_a_run_named_on_the_node_goes_before_the_items(houdini):
    assert cooked(Item(cosmos_run_id="rs_1"), runsource="run", run="last") == ["rs_9"]


def test_an_item_without_a_run_is_told(houdini):
    with pytest.raises(BadInputError, match="no run to load") as told:
        cooked(Item())
    assert told.value.fix

from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.work import spec
from support.pdg_pieces import Holder, Item, Node, Parameter

VIDEOS = "/p/inputs/videos/city"


class Records:
    """Answers as the runtime does, with an id for each different record."""

    def __init__(self, file=__file__):
        self.asked = []
        self.file = str(file)  # of each record

    def call(self, method, params):
        self.asked.append((method, params))
        number = [one for one, _ in self.asked].count(method)
        record = {"engine": params.get("engine") or "preview"}
        return {"id": f"{method}{number}", "file": self.file, "record": record}


def item(**attributes):
    return Item(cosmos_project="/p", cosmos_set="city", cosmos_videos=VIDEOS, **attributes)


def cooked(node, *items, bridge=None):
    bridge, records = bridge or Records(), spec.Records()
    for one in items:
        spec.cook(node, one, bridge, records)
    return bridge


def test_an_item_gets_the_ids_of_its_records(houdini):
    one = item(cosmos_engine="transfer1")
    bridge = cooked(Node("cosmosspec", prompt="Rain", use_seed=1, seed=7), one)
    [(_, prompt), (_, run)] = bridge.asked
    assert prompt == {"project": "/p", "name": "city", "prompt": "Rain", "controls": VIDEOS}
    assert run == {
        "project": "/p",
        "prompt_spec_id": "prompt.create1",
        "name": "city",
        "engine": "transfer1",
        "parameters": {"seed": 7},
    }
    assert one.attributes["cosmos_prompt_id"] == "prompt.create1"
    assert one.attributes["cosmos_run_id"] == "run.create1"
    assert one.attributes["cosmos_engine"] == "transfer1"


def test_a_thousand_seeds_of_one_prompt_make_the_prompt_once(houdini):
    items = [item(seed=number) for number in range(1000)]
    bridge = cooked(Node("cosmosspec", prompt="Rain"), *items)
    methods = [method for method, _ in bridge.asked]
    assert (methods.count("prompt.create"), methods.count("run.create")) == (1, 1000)
    assert bridge.asked[-1][1]["parameters"] == {"seed": 999}


def test_a_prompt_whose_record_is_gone_is_made_anew(houdini, tmp_path):
    record = tmp_path / "prompt.json"
    record.touch()
    bridge, records, node = Records(record), spec.Records(), Node("cosmosspec", prompt="Rain")
    spec.cook(node, item(), bridge, records)
    record.unlink()
    spec.cook(node, item(), bridge, records)
    assert [method for method, _ in bridge.asked].count("prompt.create") == 2


@pytest.mark.parametrize("prompt", ["a $5 bill", "5$", "a ` alone", "the word `neon sign`", "${", "$ `"])
def test_a_prompt_that_has_nothing_for_houdini_is_taken_as_typed(houdini, monkeypatch, prompt):
    """Whatever a Houdini makes of such signs: here it takes them away."""
    gone = str.maketrans("", "", "$`")
    monkeypatch.setattr(Parameter, "evaluateString", lambda one, item=None: str(one.value).translate(gone))
    node = Node("cosmosspec", prompt=prompt, negative_prompt=prompt)
    [(_, asked), _] = cooked(node, item()).asked
    assert (asked["prompt"], asked["negative_prompt"]) == (prompt, prompt)


@pytest.mark.parametrize("prompt", ["$5 in $HIPNAME", "a ` and `@seed`", "`@seed` costs $"])
def test_a_prompt_that_houdini_would_change_beside_what_it_fills_in_is_refused(houdini, prompt):
    with pytest.raises(BadInputError) as told:
        cooked(Node("cosmosspec", prompt=prompt), item())
    assert told.value.what.startswith("Prompt of Cosmos Spec has a $ or a backquote that stands for itself")
    assert prompt in told.value.why
    assert "5 dollars" in told.value.fix


def test_a_wedge_goes_before_the_parameters(houdini):
    bridge = cooked(Node("cosmosspec", prompt="Rain"), item(cosmos_prompt="Snow", weight_depth=0.75))
    [(_, prompt), (_, run)] = bridge.asked
    assert prompt["prompt"] == "Snow"
    assert run["weights"] == {"depth": 0.75}


def test_a_misspelled_weight_is_told_and_one_of_somebody_else_is_not(houdini):
    one = item(weight_dpeth=0.5, weight_hair=0.5, weight_edge=0.5)
    cooked(Node("cosmosspec", prompt="Rain"), one)
    assert one.said == [("warning", "The attribute weight_dpeth is no weight. Did you mean weight_depth?")]


def test_what_the_items_before_it_know_is_known(houdini):
    """A wedge item that was made before its encode item had cooked."""
    child = Item(parent=item(), seed=3)
    cooked(Node("cosmosspec", prompt="Rain"), child)
    assert child.attributes["cosmos_run_id"] == "run.create1"


def test_another_video_in_the_set_is_another_prompt(houdini, tmp_path):
    (tmp_path / "depth.mp4").write_bytes(b"1")
    node = Node("cosmosspec", prompt="Rain", setsource="folder", setfolder=str(tmp_path))
    bridge, records = Records(), spec.Records()
    spec.cook(node, item(), bridge, records)
    (tmp_path / "depth.mp4").write_bytes(b"22")
    spec.cook(node, item(), bridge, records)
    assert [method for method, _ in bridge.asked].count("prompt.create") == 2


@pytest.mark.parametrize(
    ("one", "changed", "said"),
    [
        (item(), {}, "no prompt"),
        (Item(cosmos_project="/p"), {"prompt": "x"}, "no control set"),
        (item(seed="many"), {"prompt": "x"}, "The attribute seed"),
    ],
)
def test_what_cant_be_used_is_told_and_nothing_is_made(houdini, one, changed, said):
    bridge = Records()
    with pytest.raises(BadInputError) as told:
        cooked(Node("cosmosspec", **changed), one, bridge=bridge)
    assert said in str(told.value)
    assert bridge.asked == []


def test_items_are_made_without_looking_at_them(houdini):
    holder = Holder()
    spec.generate(Node("cosmosspec"), holder, [item(), item()], cookType="here")
    assert [one.parent is not None for one in holder.items] == [True, True]
    assert [options["cookType"] for options in holder.options] == ["here", "here"]


def test_a_wedge_of_no_items_is_told(houdini):
    with pytest.raises(BadInputError) as told:
        spec.generate(Node("cosmosspec"), Holder(), [])
    assert "Wedge Count" in told.value.fix


def test_a_set_on_disk_needs_no_node_before(houdini, tmp_path):
    holder = Holder()
    node = Node("cosmosspec", wired=False, setsource="folder", setfolder=str(tmp_path))
    spec.generate(node, holder, [])
    assert len(holder.items) == 1

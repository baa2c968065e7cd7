"""The stubs: they are read whole, and no fake has what they lack."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import hython_harness
from hython_harness.binding import Hom, _Bound, check_call, fits
from hython_harness.errors import HarnessError, NotPlayedError
from hython_harness.stubs import KEPT, read, stub_folder, stubs

STUB = """
class EnumValue: ...

class severityType:
    Error: EnumValue = ...
    Message: EnumValue = ...

class Item:
    def name(self) -> str: ...

class Node(Item):
    def make(self, kind: str, name: str | None = ..., *, force: bool = ...) -> Node: ...

class ui:
    @staticmethod
    def show(text: str, buttons: Sequence[str] = ...) -> int: ...

def exit(exit_code: int = 0) -> None: ...
expandString: Incomplete
"""


def all_fakes():
    for module in pkgutil.iter_modules(hython_harness.__path__):
        if module.name not in ("__main__", "plugin", "pdg"):
            importlib.import_module(f"hython_harness.{module.name}")
    waiting, found = [Hom], []
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.hom:
            found.append(kind)
    return found


def test_every_method_of_every_fake_is_in_the_stubs_or_says_where_it_was_seen():
    known = [stubs("20.5"), stubs("21.0")]
    lacking = []
    for kind in all_fakes():
        for name, method in vars(kind).items():
            if not isinstance(method, _Bound) or method.beyond_stubs:
                continue
            # What several kinds of nodes share stands on a class without stubs of its own.
            names = {kind.hom, *(below.hom for below in all_fakes() if issubclass(below, kind))}
            if not any(table.method(hom, name) for table in known for hom in names):
                lacking.append(f"{kind.hom}.{name}")
    assert lacking == []


def test_functions_of_hou_that_the_stubs_lack_are_not_there(hython):
    for version in ("20.0", "20.5", "21.0"):
        hou = hython(version).hou
        told = stubs(version)
        for name, value in vars(hou).items():
            if callable(value) and not name.startswith("_") and name != "expandString":
                assert told.function(name) or told.has_class(name), name


def test_a_class_has_the_methods_of_its_bases_and_an_enumeration_its_values():
    from hython_harness.stubs import Stubs

    table = Stubs(read(STUB))
    assert table.method("Node", "name") is not None
    assert table.method("Item", "make") is None
    assert table.enumerations() == {"severityType": ["Error", "Message"]}
    assert str(table.function("exit").signature) == "(exit_code=None)"
    assert table.function("expandString") is None
    assert str(table.method("ui", "show").signature) == "(text, buttons=None)"


@pytest.mark.parametrize(
    ("arguments", "keywords", "said"),
    [
        ((), {}, "missing a required argument: 'kind'"),
        (("cam", "x", True), {}, "too many positional arguments"),
        (("cam",), {"colour": 1}, "unexpected keyword argument 'colour'"),
        ((1,), {}, "argument 'kind' of type 'str': got int"),
        (("cam",), {"force": "yes"}, "argument 'force' of type 'bool': got str"),
    ],
)
def test_a_call_that_does_not_fit_is_a_type_error(arguments, keywords, said):
    from hython_harness.stubs import Stubs

    call = Stubs(read(STUB)).method("Node", "make")
    with pytest.raises(TypeError, match=said):
        check_call(call, "Node.make", arguments, keywords)
    check_call(call, "Node.make", ("cam",), {"name": None, "force": True})


@pytest.mark.parametrize(
    ("value", "annotation", "verdict"),
    [
        ("a", "str", True),
        (1, "float", True),
        (1.5, "int", False),
        (None, "Optional[str]", True),
        (None, "str", False),
        (None, "str | None", True),
        (object(), "Sequence[str]", True),
        (object(), "Parm", True),
    ],
)
def test_plain_types_are_judged_and_others_are_not(value, annotation, verdict):
    assert fits(value, annotation) is verdict


def test_what_was_read_is_kept_and_read_anew_when_the_stubs_are_newer():
    stubs("21.0")
    assert (stub_folder("21.0") / KEPT).is_file()
    assert stub_folder("20.0") == stub_folder("20.5")


def test_missing_stubs_say_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    with pytest.raises(HarnessError, match="make dev"):
        stubs.__wrapped__("21.0")


def test_what_houdini_has_and_the_harness_lacks_is_no_attribute_error(hython):
    hou = hython("21.0").hou
    with pytest.raises(NotPlayedError, match=r"hou\.ObjNode\.asCode"):
        hou.node("/obj").createNode("cam").asCode()
    with pytest.raises(NotPlayedError, match=r"hou\.Geometry"):
        hou.Geometry()
    with pytest.raises(AttributeError):
        hou.creatNode()

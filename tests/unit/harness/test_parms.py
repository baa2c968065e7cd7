"""Parms of the stand-in: what can be set, and what it is worth then."""

from __future__ import annotations

import pytest

from hython_harness.errors import UnknownFactError


@pytest.fixture
def session(hython):
    return hython("20.5")


@pytest.fixture
def hou(session):
    return session.hou


@pytest.fixture
def karma(hou):
    return hou.node("/out").createNode("karma", "passes")


@pytest.fixture
def topnet(hou):
    return hou.node("/obj").createNode("topnet")


def test_an_unknown_parm_is_none_and_can_t_be_set_or_evaluated(hou, karma):
    assert karma.parm("resolutionz") is None
    assert karma.parmTuple("nothing") is None
    for call in (lambda: karma.setParms({"nothing": 1}), lambda: karma.evalParm("nothing")):
        with pytest.raises(hou.OperationFailed, match="Invalid parm name"):
            call()


def test_a_parm_of_components_is_no_single_parm(karma):
    assert karma.parm("resolution") is None
    assert karma.parmTuple("resolution").eval() == (1280, 720)
    assert karma.parm("resolutionx").tuple().name() == "resolution"
    karma.setParms({"resolution": (1280, 704), "resolutiony": 720})
    assert karma.parmTuple("resolution").eval() == (1280, 720)


def test_a_wrong_count_of_components_is_refused(hou, karma):
    with pytest.raises(hou.InvalidSize, match="has 2 components, 3 were given"):
        karma.parmTuple("resolution").set((1, 2, 3))


@pytest.mark.parametrize(
    ("parm", "value"),
    [
        ("picture", 5),
        ("resolutionx", "wide"),
        ("resolutionx", None),
        ("trange", None),
        ("picture", ["a"]),
    ],
)
def test_a_value_of_the_wrong_type_is_a_type_error(karma, parm, value):
    with pytest.raises(TypeError):
        karma.parm(parm).set(value)


def test_a_path_object_is_no_text(karma, tmp_path):
    with pytest.raises(TypeError, match="takes text, not PosixPath"):
        karma.parm("picture").set(tmp_path)


def test_a_menu_takes_tokens_and_numbers_and_refuses_other_tokens(hou, karma):
    karma.parm("trange").set("normal")
    assert karma.evalParm("trange") == 1
    assert karma.parm("trange").evalAsString() == "normal"
    assert karma.parm("trange").menuItems() == ("off", "normal", "on", "stage")
    with pytest.raises(hou.OperationFailed, match="no item of its menu"):
        karma.parm("trange").set("range")


def test_tokens_that_no_source_tells_are_not_guessed(topnet):
    with pytest.raises(UnknownFactError, match="no source tells the tokens"):
        topnet.createNode("genericgenerator").parm("pdg_workitemgeneration").set("dynamic")


def test_a_menu_whose_tokens_are_numbers_has_these_as_values(topnet):
    fetch = topnet.createNode("ropfetch")
    fetch.parm("pdg_cooktype").set(2)
    assert fetch.parm("pdg_cooktype").evalAsString() == "2"


def test_a_frame_range_follows_the_scene_until_its_expressions_are_deleted(session, hou, karma):
    hou.playbar.setFrameRange(1001, 1049)
    assert karma.parmTuple("f").eval() == (1001, 1049, 1)
    assert karma.parm("f1").expression() == "$FSTART"
    karma.parm("f1").set(1010)
    assert karma.parm("f1").eval() == 1001
    assert "deleteAllKeyframes() first" in session.oddities.pop()
    karma.parmTuple("f").deleteAllKeyframes()
    assert karma.parmTuple("f").eval() == (1001, 1049, 1)
    karma.parmTuple("f").set((1010, 1020, 1))
    assert karma.parmTuple("f").eval() == (1010, 1020, 1)


def test_a_reference_is_followed_when_it_is_set(hou, karma):
    other = hou.node("/out").createNode("karma", "other")
    other.parm("resolutionx").setExpression('ch("../passes/resolutionx")')
    other.parm("resolutionx").set(640)
    assert karma.evalParm("resolutionx") == 640
    assert other.evalParm("resolutionx") == 640


def test_an_expression_computes_and_a_broken_one_says_so(hou, karma):
    karma.parm("resolutiony").setExpression('ch("resolutionx") * 9 / 16')
    assert karma.evalParm("resolutiony") == 720
    karma.parm("resolutiony").setExpression("ch(")
    with pytest.raises(hou.OperationFailed, match="Syntax error"):
        karma.evalParm("resolutiony")


def test_a_python_expression_is_run_in_its_node(hou, karma):
    karma.parm("picture").setExpression("hou.pwd().name() + '.exr'", hou.exprLanguage.Python)
    assert karma.evalParm("picture") == "passes.exr"
    assert karma.parm("picture").expressionLanguage() == hou.exprLanguage.Python
    for broken in ("1 +", "hou.nothing()", "1 / 0"):
        karma.parm("picture").setExpression(broken, hou.exprLanguage.Python)
        with pytest.raises(hou.OperationFailed, match="Python expression"):
            karma.evalParm("picture")


def test_texts_know_the_hip_the_node_and_the_frame(hython, tmp_path):
    hou = hython("20.5", hip=tmp_path / "a shot.hip").hou
    karma = hou.node("/out").createNode("karma", "passes")
    assert karma.parm("picture").unexpandedString() == "$HIP/render/$HIPNAME.$OS.$F4.exr"
    assert karma.parm("picture").evalAtFrame(1049) == f"{tmp_path}/render/a shot.passes.1049.exr"
    hou.setFrame(7)
    assert hou.text.expandString("$HIP/$HIPNAME.$F.${F3}.$NOBODY") == f"{tmp_path}/a shot.7.007.$NOBODY"


def test_a_locked_parm_can_t_be_set(hou, karma):
    karma.parm("picture").lock(True)
    with pytest.raises(hou.PermissionError):
        karma.parm("picture").set("x.exr")
    assert karma.parm("picture").isLocked()


def test_what_houdini_swallows_is_noted(session, karma, topnet):
    karma.parm("hitPz").set(2)
    topnet.createNode("ropfetch").parm("framesperbatch").set(2.5)
    topnet.createNode("wedge").parm("workitemorder").set(7)
    assert [line.split(" = ")[0] for line in session.oddities] == [
        "/out/passes/hitPz",
        "/obj/topnet1/ropfetch1/framesperbatch",
        "/obj/topnet1/wedge1/workitemorder",
    ]
    session.oddities.clear()


def test_a_deleted_node_s_parm_says_so(hou, karma):
    parm = karma.parm("picture")
    karma.destroy()
    with pytest.raises(hou.ObjectWasDeleted):
        parm.eval()


def test_a_camera_made_without_its_scripts_has_no_resolution(hou):
    assert hou.node("/obj").createNode("cam").parm("resx").isSpare()
    assert hou.node("/obj").createNode("cam", run_init_scripts=False).parm("resx") is None


def test_parms_of_one_component_and_instances_of_a_multiparm(hou):
    mantra = hou.node("/out").createNode("ifd")
    assert mantra.parm("vm_variable_plane1") is None
    mantra.parm("vm_numaux").set(2)
    mantra.setParms({"vm_variable_plane1": "Pz", "vm_variable_plane2": "Op_Id"})
    assert mantra.parm("vm_quantize_plane2").evalAsString() == "half"
    mantra.parm("vm_numaux").insertMultiParmInstance(0)
    assert [mantra.evalParm(f"vm_variable_plane{n}") for n in (1, 2, 3)] == ["", "Pz", "Op_Id"]
    mantra.parm("vm_numaux").removeMultiParmInstance(1)
    assert [mantra.evalParm(f"vm_variable_plane{n}") for n in (1, 2)] == ["", "Op_Id"]
    mantra.parm("vm_numaux").set(1)
    mantra.parm("vm_numaux").set(2)
    assert mantra.evalParm("vm_variable_plane2") == ""
    with pytest.raises(hou.OperationFailed, match="no place 5"):
        mantra.parm("vm_numaux").insertMultiParmInstance(5)


def test_a_multiparm_inside_a_multiparm(topnet):
    wedge = topnet.createNode("wedge")
    wedge.parm("wedgeattributes").set(1)
    wedge.setParms({"name1": "seed", "type1": 2, "wedgetype1": 2, "values1": 3})
    for number in (1, 2, 3):
        wedge.parm(f"intvalue1_{number}").set(number * 10)
    assert wedge.evalParm("intvalue1_3") == 30
    assert wedge.parm("intvalue1_4") is None
    assert wedge.parm("intvalue2_1") is None
    assert wedge.parm("floatrange1x").eval() == 0
    assert wedge.parm("floatrange1y").eval() == 1


def test_a_parm_of_another_version_only_is_not_there(hython):
    assert hython("21.0").hou.node("/out").createNode("karma").parm("ambientocclusion") is not None
    before = hython("20.0").hou.node("/stage").createNode("karmastandardrendervars")
    assert before.parm("hitN_facingratio") is None
    assert before.parm("hitPzfilter").eval() == '["minmax",{"mode":"zmin"}]'


def test_what_rests_on_a_guess_is_noted(session, karma):
    assert karma.parm("primid") is not None
    assert session.unknowns == {"Driver/karma.primid: whether 20.5 has this parm"}


def test_what_the_docs_say_a_parm_refuses_is_refused(hou, karma):
    with pytest.raises(TypeError):
        karma.parm("picture").evalAsInt()
    for ask in (karma.parm("camera").menuItems, karma.parm("resolutionx").menuLabels):
        with pytest.raises(hou.OperationFailed, match="no menu"):
            ask()
    karma.parm("picture").setExpression('"a.exr"', hou.exprLanguage.Python)
    with pytest.raises(hou.OperationFailed, match="has an expression"):
        karma.parm("picture").unexpandedString()
    with pytest.raises(hou.InvalidSize):
        karma.parmTuple("resolution").lock((True,))
    with pytest.raises(TypeError):
        karma.parm("execute").pressButton({"frames": [1, 2]})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a.$F4.exr", "a.0007.exr"),
        ("a${F4}_b.exr", "a0007_b.exr"),
        ("a.$F4_b.exr", "a.$F4_b.exr"),
        ("$F$F2", "707"),
    ],
)
def test_a_variable_is_as_long_as_its_name_goes_on(session, hou, karma, text, shown):
    hou.setFrame(7)
    karma.parm("picture").set(text)
    assert karma.parm("picture").eval() == shown

"""Set Up Passes makes the ROPs for a camera and a renderer, and only those."""

from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.rops.wishes import PassWishes
from hython_harness.render import resolution_of

WAYS = [("karma", False), ("karma", True), ("mantra", False), ("mantra", True), ("opengl", False)]


@pytest.fixture
def set_up(scene):
    from cosmos_houdini.houdini.rops.set_up import set_up

    return lambda **wishes: set_up(PassWishes(**wishes))


def shown(node):
    return {parm.name(): parm.rawValue() for parm in node.parms()}


@pytest.mark.parametrize(("renderer", "separate"), WAYS)
def test_doing_it_twice_changes_nothing(scene, set_up, renderer, separate):
    scene.camera()
    first = set_up(renderer=renderer, separate=separate)
    assert first.made
    before = scene.everything()
    again = set_up(renderer=renderer, separate=separate)
    assert (again.made, again.changed) == ((), ())
    assert [rop.path() for rop in again.rops] == [rop.path() for rop in first.rops]
    assert scene.everything() == before
    assert "all is as it should be already" in again.told()


@pytest.mark.parametrize("separate", [False, True])
def test_doing_it_twice_on_a_stage_changes_nothing(scene, set_up, separate):
    scene.stage_camera()
    assert set_up(camera="/stage/shotcam", separate=separate).made
    before = scene.everything()
    assert set_up(camera="/stage/shotcam", separate=separate).made == ()
    assert scene.everything() == before


def test_mantra_writes_every_plane_by_its_nearest_sample_at_full_depth(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="mantra").rops
    rows = {
        rop.evalParm(f"vm_variable_plane{n}"): {
            word: rop.evalParm(f"vm_{word}_plane{n}")
            for word in ("vextype", "channel", "quantize", "sfilter", "pfilter")
        }
        for n in range(1, rop.evalParm("vm_numaux") + 1)
    }
    assert {name: row["pfilter"] for name, row in rows.items()} == {
        "Pz": "minmax min",
        "N": "minmax omin",
        "Op_Id": "minmax idcover",
    }
    assert {row["quantize"] for row in rows.values()} == {"float"}
    assert {row["sfilter"] for row in rows.values()} == {"closest"}
    layers = [
        (rop.evalParm(f"vm_cryptolayername{n}"), rop.evalParm(f"vm_cryptolayerprop{n}")) for n in (1, 2)
    ]
    assert layers == [("CryptoObject", "name"), ("CryptoMaterial", "materialname")]


def test_karma_on_a_stage_writes_depth_by_zmin_and_cryptomatte_in_front_of_its_settings(scene, set_up):
    camera = scene.stage_camera()
    [render] = set_up(camera=camera.path()).rops
    assert render.type().name() == "usdrender"
    settings = scene.hou.node(render.evalParm("loppath"))
    assert settings.parent() == camera.parent()
    assert settings.evalParm("hitPzfilter") == '["minmax",{"mode":"zmin"}]'
    assert [settings.evalParm(name) for name in ("beauty", "hitPz", "hitN")] == [1, 1, 1]
    assert settings.evalParm("camera") == "/cameras/shotcam"
    crypto = settings.input(0)
    assert crypto.type().name() == "karmacryptomatte"
    assert [crypto.evalParm(name) for name in ("doprimcrypto", "domtlcrypto")] == [1, 1]
    ids = crypto.input(0)
    assert (ids.evalParm("sourceName1"), ids.evalParm("sourceType1")) == ("seg_id", "primvar")
    assert ids.input(0) == camera
    assert camera.isDisplayFlagSet(), "what the artist looks at stays"
    assert render.evalParm("outputimage") == settings.evalParm("picture")
    assert resolution_of(scene.session, render._state) == settings.parmTuple("resolution").eval()


def test_karma_takes_an_id_from_the_primvar_that_is_named_and_never_blends_it(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="karma", id_primvar="piece").rops
    row = {
        name: rop.evalParm(f"{name}1")
        for name in ("name", "sourceName", "sourceType", "dataType", "format", "filter")
    }
    assert row == {
        "name": "piece",
        "sourceName": "piece",
        "sourceType": "primvar",
        "dataType": "float",
        "format": "float",
        "filter": '["minmax",{"mode":"max"}]',
    }


def test_a_rop_for_each_pass_names_its_pass_in_its_files(scene, set_up):
    scene.camera()
    rops = set_up(renderer="mantra", separate=True).rops
    files = [rop.parm("vm_picture").unexpandedString().rpartition("/")[2] for rop in rops]
    assert files == [f"cam1_mantra_{word}.$F4.exr" for word in ("beauty", "depth", "normal", "id")]
    planes = [
        [rop.evalParm(f"vm_variable_plane{n + 1}") for n in range(rop.evalParm("vm_numaux"))] for rop in rops
    ]
    assert planes == [[], ["Pz"], ["N"], ["Op_Id"]]
    assert [rop.evalParm("vm_cryptolayers") for rop in rops] == [0, 0, 0, 2]


@pytest.mark.parametrize(
    ("renderer", "size"),
    [("mantra", "res_override"), ("karma", "resolution"), ("opengl", "res")],
)
def test_the_size_is_the_models_and_the_camera_keeps_its_own(scene, set_up, renderer, size):
    camera = scene.camera(size=(1920, 1080))
    for rop in set_up(renderer=renderer).rops:
        assert rop.parmTuple(size).eval() == (1280, 704)
        assert resolution_of(scene.session, rop._state) == (1280, 704), "that is what it renders, too"
        assert rop.evalParm("trange") == 1
    assert camera.parmTuple("res").eval() == (1920, 1080)


def test_on_a_stage_the_artists_own_render_settings_say_the_aspect(scene, set_up):
    camera = scene.stage_camera()
    assert set_up(camera="/stage/shotcam").shot.framing.bucket == "4:3", "of the camera's aperture"
    settings = scene.hou.node("/stage").createNode("karmarenderproperties", "mine")
    settings.setInput(0, camera)
    settings.setParms({"camera": "/cameras/shotcam", "res_mode": "manual"})
    settings.parmTuple("resolution").set((1920, 1080))
    assert set_up(camera="/stage/shotcam").shot.framing.bucket == "16:9"
    settings.parm("camera").set("/cameras/another")
    assert set_up(camera="/stage/shotcam").shot.framing.bucket == "4:3"


def test_a_quick_look_has_a_depth_without_smoothed_edges(scene, set_up):
    scene.camera()
    beauty, depth = set_up(renderer="opengl").rops
    assert depth.parm("imagetype").evalAsString() == "zdepth"
    assert beauty.parm("imagetype").evalAsString() == "image2d"
    assert depth.evalParm("aamode") == 0


def test_the_note_on_the_rop_says_what_was_done_and_can_be_seen(scene, set_up):
    scene.camera()
    scene.hou.playbar.setFrameRange(1, 150)
    done = set_up(renderer="mantra")
    [rop] = done.rops
    assert "1280x704" in rop.comment()
    assert "Trim to frame 121" in rop.comment()
    assert "Trim to frame 121" in done.told()
    assert rop.isGenericFlagSet(scene.hou.nodeFlag.DisplayComment)


def test_another_frame_range_is_told_on_the_note(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="mantra").rops
    scene.hou.playbar.setFrameRange(1, 241)
    assert set_up(renderer="mantra").changed == (rop.name(),)
    assert "241 frames" in rop.comment()


def test_the_artists_own_comment_stays(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="mantra").rops
    rop.setComment("do not touch, Ana")
    scene.hou.playbar.setFrameRange(1, 241)
    set_up(renderer="mantra")
    assert rop.comment() == "do not touch, Ana"


def test_nothing_of_the_artists_is_touched(scene, set_up):
    scene.camera()
    theirs = scene.hou.node("/out").createNode("ifd", "cosmos_cam1_mantra")
    theirs.parm("vm_numaux").set(1)
    theirs.parm("vm_variable_plane1").set("Af")
    before = shown(theirs)
    done = set_up(renderer="mantra")
    assert theirs not in done.rops
    assert shown(theirs) == before


def test_what_the_artist_added_to_our_rop_stays(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="mantra").rops
    rop.parm("vm_numaux").insertMultiParmInstance(0)
    rop.parm("vm_variable_plane1").set("Af")
    rop.parm("vobject").set("hero*")
    rop.parm("vm_pfilter_plane2").set("gaussian -w 2")
    assert set_up(renderer="mantra").changed == (rop.name(),)
    assert rop.evalParm("vm_variable_plane1") == "Af"
    assert rop.evalParm("vobject") == "hero*"
    assert rop.evalParm("vm_pfilter_plane2") == "minmax min", "what is ours is put right again"
    assert rop.evalParm("vm_numaux") == 4


def test_what_was_animated_or_locked_says_again_what_it_has_to(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="mantra").rops
    rop.parm("trange").setExpression("0")
    rop.parm("vm_picture").setExpression('"one.exr"', scene.hou.exprLanguage.Python)
    rop.parm("res_overridex").lock(True)
    rop.parm("override_camerares").set(0)
    rop.parm("override_camerares").lock(True)
    set_up(renderer="mantra")
    assert (rop.evalParm("trange"), rop.evalParm("override_camerares")) == (1, 1)
    assert rop.parm("vm_picture").unexpandedString().endswith(".$F4.exr")


def test_a_copy_of_ours_is_the_artists(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="mantra").rops
    copy = scene.hou.node("/out").createNode("ifd", "a_copy")
    for name, value in rop.userDataDict().items():
        copy.setUserData(name, value)
    copy.parm("vm_picture").set("$HIP/mine.$F4.exr")
    done = set_up(renderer="mantra")
    assert (done.rops, done.changed) == ((rop,), ())
    assert copy.parm("vm_picture").unexpandedString() == "$HIP/mine.$F4.exr"


def test_two_cameras_and_two_renderers_have_rops_and_files_of_their_own(scene, set_up):
    scene.camera("cam1")
    scene.camera("cam2")
    ways = [("/obj/cam1", "mantra"), ("/obj/cam2", "mantra"), ("/obj/cam1", "karma")]
    rops = [set_up(camera=camera, renderer=renderer).rops[0] for camera, renderer in ways]
    assert len({rop.path() for rop in rops}) == 3
    files = {(rop.parm("vm_picture") or rop.parm("picture")).unexpandedString() for rop in rops}
    assert len(files) == 3


def test_a_camera_that_was_renamed_keeps_its_rop(scene, set_up):
    camera = scene.camera()
    [rop] = set_up(renderer="mantra").rops
    camera.setName("hero")
    rop.parm("camera").set("/obj/hero")  # as Houdini does where a node is renamed
    assert set_up(renderer="mantra", camera="/obj/hero").made == ()


def test_a_new_camera_with_the_old_name_of_another_gets_a_rop_of_its_own(scene, set_up):
    camera = scene.camera()
    [rop] = set_up(renderer="mantra").rops
    camera.setName("hero")
    rop.parm("camera").set("/obj/hero")  # as Houdini does where a node is renamed
    scene.camera()
    [other] = set_up(renderer="mantra", camera="/obj/cam1").rops
    assert other != rop
    assert (rop.evalParm("camera"), other.evalParm("camera")) == ("/obj/hero", "/obj/cam1")
    assert rop.evalParm("vm_picture") != other.evalParm("vm_picture")


@pytest.mark.parametrize("separate", [False, True])
def test_cameras_of_one_name_in_two_places_render_into_files_of_their_own(scene, set_up, separate):
    for place in ("hall", "yard"):
        scene.hou.node("/obj").createNode("subnet", place).createNode("cam", "cam1")
    scene.stage_camera("cam1")

    def everywhere():
        cameras = ("/obj/hall/cam1", "/obj/yard/cam1", "/stage/cam1")
        return [set_up(renderer="karma", separate=separate, camera=camera) for camera in cameras]

    rops = [rop for done in everywhere() for rop in done.rops]
    pictures = {rop.evalParm("picture" if rop.parm("picture") else "outputimage") for rop in rops}
    assert len(pictures) == len(rops)
    assert [done.made + done.changed for done in everywhere()] == [(), (), ()]


def test_a_range_that_is_wished_for_goes_onto_the_rop_and_else_it_follows_the_scene(scene, set_up):
    scene.camera()
    [rop] = set_up(renderer="karma").rops
    scene.hou.playbar.setFrameRange(1, 60)
    assert rop.parmTuple("f").eval() == (1.0, 60.0, 1.0)
    set_up(renderer="karma", frames=(10, 20))
    assert rop.parmTuple("f").eval() == (10.0, 20.0, 1.0)
    assert set_up(renderer="karma", frames=(10, 20)).changed == ()


def test_passes_of_another_project_go_there_and_the_scenes_own_is_let_be(scene, set_up, tmp_path):
    scene.camera()
    (scene.folder / "cosmos").write_text("where no folder can be made")
    [rop] = set_up(renderer="karma", project=str(tmp_path / "own")).rops
    assert rop.evalParm("picture") == f"{tmp_path}/own/passes/city/cam1.0001.exr"


def test_a_rop_with_a_range_of_its_own_is_told(scene, set_up):
    scene.camera()
    assert "Frame Range" not in set_up(renderer="mantra", frames=(10, 20)).told()
    again = set_up(renderer="mantra")
    assert "cosmos_cam1_mantra renders frames 10 to 20: its own Frame Range says so." in again.warnings


def test_every_renderer_keeps_the_width_of_the_cameras_picture(scene, set_up):
    scene.camera(size=(2048, 858))
    scene.stage_camera()
    [rop] = set_up(renderer="karma", camera="/obj/cam1").rops
    set_up(camera="/stage/shotcam")
    settings = scene.hou.node("/stage/cosmos_shotcam_settings")
    for node in (rop, settings):
        assert node.evalParm("aspectRatioConformPolicy") == "adjustApertureHeight"


@pytest.mark.parametrize("separate", [False, True])
def test_nodes_of_ours_are_never_what_others_of_ours_stand_on(scene, set_up, separate):
    camera = scene.stage_camera()
    set_up(camera="/stage/shotcam")
    scene.hou.node("/stage/cosmos_shotcam_settings").setDisplayFlag(True)
    other = scene.hou.node("/stage").createNode("camera", "shotcam2")
    other.setInput(0, camera)
    set_up(camera="/stage/shotcam2", separate=separate)
    first = "cosmos_shotcam2_beauty_settings" if separate else "cosmos_shotcam2_id"
    assert scene.hou.node(f"/stage/{first}").input(0) == other


def test_what_is_displayed_is_rendered_only_where_it_has_the_camera(scene, set_up):
    scene.stage_camera("elsewhere")
    camera = scene.hou.node("/stage").createNode("camera", "shotcam")
    set_up(camera="/stage/shotcam")
    assert scene.hou.node("/stage/cosmos_shotcam_id").input(0) == camera


def test_where_the_name_menu_offers_cryptomatte_its_entries_are_picked(scene, set_up, monkeypatch):
    """Played as SideFX documents it: picking the entry fills in the other settings of the row."""
    from hython_harness.parms import Parm

    labels = {"crypto_obj": "Cryptomatte Object Name", "crypto_mat": "Cryptomatte Material Name"}
    names = {"crypto_obj": "CryptoObject", "crypto_mat": "CryptoMaterial"}

    def picked(parm, arguments=None):
        token, number = parm.eval(), parm.name().removeprefix("name")
        parm.set(names[token])
        parm.node().parm(f"cryptomatte{number}").set(1)

    monkeypatch.setattr(Parm, "menuItems", lambda parm: tuple(labels))
    monkeypatch.setattr(Parm, "menuLabels", lambda parm: tuple(labels.values()))
    monkeypatch.setattr(Parm, "pressButton", picked)
    scene.camera()
    done = set_up(renderer="karma")
    [rop] = done.rops
    rows = [(rop.evalParm(f"name{n}"), rop.evalParm(f"cryptomatte{n}")) for n in range(1, 4)]
    assert rows == [("seg_id", 0), ("CryptoObject", 1), ("CryptoMaterial", 1)]
    assert done.warnings == ()
    assert set_up(renderer="karma").changed == ()


def test_where_it_doesnt_the_warning_says_where_segmentation_comes_from(scene, set_up):
    scene.camera()
    done = set_up(renderer="karma")
    assert done.rops[0].evalParm("extrarendervars") == 1
    [warning] = done.warnings
    assert "seg_id" in warning


def test_without_a_wish_the_renderer_is_the_newest_there_is(scene, set_up):
    scene.camera()
    assert set_up().shot.renderer == "karma"


@pytest.mark.parametrize(
    ("wishes", "what"),
    [
        ({}, "There is no camera in the scene."),
        ({"camera": "/obj/nobody"}, "There is no camera /obj/nobody in the scene."),
        ({"camera": "/out"}, "/out is no camera."),
        (
            {"stage": "/stage/nothing", "camera": "/cameras/a"},
            "There is no node /stage/nothing in the scene.",
        ),
    ],
)
def test_without_a_camera_it_says_so(scene, set_up, wishes, what):
    with pytest.raises(BadInputError) as told:
        set_up(**wishes)
    assert told.value.what == what
    assert told.value.fix
    assert scene.hou.node("/out").children() == ()


def test_of_several_cameras_the_selected_one_is_meant_and_without_any_it_asks(scene, set_up):
    scene.camera("cam1")
    other = scene.camera("cam2")
    with pytest.raises(BadInputError, match="2 cameras, and none was chosen"):
        set_up()
    other.setSelected(True)
    assert set_up().shot.camera == "/obj/cam2"


def test_a_selected_rop_says_its_camera(scene, set_up):
    scene.camera("cam1")
    scene.camera("cam2")
    rop = scene.hou.node("/out").createNode("ifd")
    rop.parm("camera").set("/obj/cam2")
    rop.setSelected(True)
    assert set_up().shot.camera == "/obj/cam2"


def test_cameras_of_objects_and_of_a_stage_are_both_asked_about(scene, set_up):
    scene.camera()
    scene.stage_camera()
    with pytest.raises(BadInputError) as told:
        set_up()
    assert "/obj/cam1, /cameras/shotcam" in told.value.why


@pytest.mark.parametrize("looked_through", ["/obj/cam2", "/cameras/shotcam"])
def test_with_nothing_selected_the_camera_of_the_viewer_is_meant(open_scene, looked_through):
    scene = open_scene(ui=True)
    from cosmos_houdini.houdini.rops.set_up import set_up

    scene.camera("cam1").setSelected(False)
    scene.camera("cam2").setSelected(False)
    scene.stage_camera()
    scene.session.looked_through = looked_through
    assert set_up().shot.camera == looked_through


def test_a_light_that_is_looked_through_is_no_camera(open_scene):
    scene = open_scene(ui=True)
    from cosmos_houdini.houdini.rops.set_up import set_up

    scene.camera()
    scene.session.looked_through = scene.hou.node("/obj").createNode("subnet", "light1").path()
    assert set_up().shot.camera == "/obj/cam1"


def test_a_camera_without_a_single_pixel_is_told(scene, set_up):
    scene.camera(size=(0, 1080))
    with pytest.raises(BadInputError, match="/obj/cam1 has a picture of 0x1080 pixels"):
        set_up()


@pytest.mark.parametrize(
    ("wishes", "what"),
    [
        ({"renderer": "arnold", "camera": "/obj/cam1"}, "There is no renderer called 'arnold'."),
        ({"renderer": "mantra", "camera": "/stage/shotcam"}, "Mantra can't render /cameras/shotcam here."),
        ({"frames": (9, 3), "camera": "/obj/cam1"}, "Frames 9 to 3 are none at all."),
    ],
)
def test_what_cant_be_done_is_refused_before_anything_is_made(scene, set_up, wishes, what):
    scene.camera()
    scene.stage_camera()
    before = scene.everything()
    with pytest.raises(BadInputError) as told:
        set_up(**wishes)
    assert told.value.what == what
    assert scene.everything() == before

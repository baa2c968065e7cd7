"""`python -m hython_harness`: scripts, modules, exit codes, several processes on one scene."""

from __future__ import annotations


def test_a_script_sees_its_arguments_and_its_exit_code_is_that_of_hou_exit(run_hython, tmp_path):
    script = tmp_path / "my script.py"
    script.write_text("import hou, sys\nprint(sys.argv[1:], hou.applicationVersion())\nhou.exit(5)\n")
    done = run_hython("--version", "20.5", str(script), "--hip", "a b")
    assert (done.returncode, done.stdout.strip()) == (5, "['--hip', 'a b'] (20, 5, 487)")


def test_a_module_is_run_by_its_name(run_hython, tmp_path):
    (tmp_path / "batch_of_mine.py").write_text("import hou, sys\nprint(__name__, sys.argv[1:])\n")
    done = run_hython("-m", "batch_of_mine", "x")
    assert (done.returncode, done.stdout.strip()) == (0, "__main__ ['x']")


def test_an_error_nobody_catches_ends_with_1_and_a_traceback(run_hython):
    done = run_hython("-c", "import hou; hou.node('/obj').createNode('nonsense')")
    assert done.returncode == 1
    assert "OperationFailed" in done.stderr


def test_text_given_to_sys_exit_is_shown_and_ends_with_1(run_hython):
    done = run_hython("-c", "import sys; sys.exit('the scene is empty')")
    assert (done.returncode, done.stderr.strip()) == (1, "the scene is empty")


def test_what_can_t_be_meant_ends_with_70(run_hython):
    done = run_hython("-c", "import hou; hou.node('/out').createNode('karma').parm('f1').set(5)")
    assert done.returncode == 70
    assert "has no effect" in done.stderr


def test_there_is_no_screen(run_hython):
    done = run_hython("-c", "import hou; print(hou.isUIAvailable()); hou.ui.displayMessage('x')")
    assert done.stdout.strip() == "False"
    assert "NotAvailable" in done.stderr


def test_one_process_saves_and_another_goes_on(run_hython, tmp_path):
    make = "import hou; hou.node('/obj').createNode('cam', 'main'); hou.hipFile.save('shot.hip')"
    read = "import hou; hou.hipFile.load('shot.hip'); print([n.path() for n in hou.node('/obj').children()])"
    assert run_hython("-c", make).returncode == 0
    assert run_hython("-c", read).stdout.strip() == "['/obj/main']"


def test_the_unknowns_that_a_script_relied_on_are_written_down(run_hython, tmp_path):
    script = "import hou; hou.node('/out').createNode('karma').parm('primid')"
    run_hython("--version", "20.5", "-c", script, HYTHON_HARNESS_UNKNOWNS=str(tmp_path / "unknowns"))
    assert (tmp_path / "unknowns").read_text() == "Driver/karma.primid: whether 20.5 has this parm\n"


def test_the_assets_of_houdini_path_are_there(run_hython, tmp_path, library):
    (tmp_path / "otls").mkdir()
    library.rename(tmp_path / "otls" / library.name)
    script = "import hou; print(hou.nodeType(hou.topNodeTypeCategory(), 'thing').description())"
    done = run_hython("-c", script, HOUDINI_PATH=f"{tmp_path}:&")
    assert done.stdout.strip() == "A Thing"


def test_without_anything_to_run_it_says_how(run_hython):
    for arguments in ((), ("--help",), ("-m",)):
        done = run_hython(*arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("usage:")

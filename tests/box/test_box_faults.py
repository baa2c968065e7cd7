"""What can be done to the box, and that it is mended again."""

from __future__ import annotations

import contextlib
import subprocess
import time

import pytest


def following(box):
    """A command that goes on at the box's end of an ssh connection, and prints a line each 0.1 s."""
    return box.start_ssh("sh", "-c", "while sleep 0.1; do echo tick; done")


def test_a_cut_link_stops_everything_without_a_word_and_goes_on_when_it_is_healed(lone_box):
    with following(lone_box) as ssh:
        assert ssh.stdout.readline() == "tick\n"
        with lone_box.cut_off():
            with pytest.raises(subprocess.TimeoutExpired):
                lone_box.ssh("true", timeout=2)
            assert ssh.poll() is None
        # More than the pipe and the network can have kept of the time before.
        for _line in range(30):
            assert ssh.stdout.readline() == "tick\n"
        ssh.kill()
    assert lone_box.ssh("true").returncode == 0


def test_a_restart_of_sshd_ends_connections_and_not_what_runs_detached(lone_box):
    lone_box.ssh("sh", "-c", "setsid sleep 600 >/dev/null 2>&1 </dev/null &")
    with following(lone_box) as ssh:
        assert ssh.stdout.readline() == "tick\n"
        lone_box.restart_sshd()
        assert ssh.wait(20) == 255
    assert lone_box.ssh("pgrep", "-f", "^sleep 600").returncode == 0


def test_a_restart_of_the_listener_alone_leaves_connections_be(lone_box):
    with following(lone_box) as ssh:
        assert ssh.stdout.readline() == "tick\n"
        lone_box.restart_sshd(sessions=False)
        for _line in range(20):
            assert ssh.stdout.readline() == "tick\n"
        ssh.kill()


def test_without_sshd_a_connection_is_refused(lone_box):
    lone_box.stop_sshd()
    answer = lone_box.ssh("true")
    assert (answer.returncode, "Connection refused" in answer.stderr) == (255, True)


def test_a_new_host_key_is_noticed_by_ssh(lone_box):
    lone_box.new_host_key()
    answer = lone_box.ssh("true")
    assert answer.returncode == 255
    assert "REMOTE HOST IDENTIFICATION HAS CHANGED" in answer.stderr


def test_the_host_key_of_the_test_before_is_the_first_one_again(lone_box):
    lone_box.new_host_key()
    lone_box.new_host_key()
    lone_box.restore()
    assert lone_box.ssh("true").returncode == 0


def test_a_login_can_fail(lone_box):
    with lone_box.no_entry():
        answer = lone_box.ssh("true")
        assert (answer.returncode, "Permission denied" in answer.stderr) == (255, True)
    assert lone_box.ssh("true").returncode == 0


def test_after_a_reboot_nothing_runs_the_disk_is_kept_and_the_boot_id_is_new(lone_box):
    name = lone_box.fresh_folder()
    lone_box.docker("run", "--detach", "--name", name, lone_box.image, "sleep", "600")
    lone_box.ssh("sh", "-c", f"echo kept >{name}; setsid sleep 601 >/dev/null 2>&1 </dev/null &")
    before = lone_box.ssh("cat", "/proc/sys/kernel/random/boot_id").stdout
    lone_box.reboot()
    after = lone_box.ssh("cat", "/proc/sys/kernel/random/boot_id").stdout
    assert len(after) == 37
    assert after != before
    assert lone_box.ssh("cat", name).stdout == "kept\n"
    assert lone_box.ssh("pgrep", "-f", "^sleep 60").returncode == 1
    assert lone_box.docker("inspect", "--format", "{{.State.Running}}", name) == "false"
    lone_box.docker("rm", name)


def test_a_small_disk_is_full_for_the_user_and_for_containers(gpu_box):
    user = gpu_box.ssh("id", "-u").stdout.strip()
    run = ["docker", "run", "--rm", "--user", user]
    write = ["sh", "-c", "head --bytes 1000000 /dev/zero >$0/more"]
    with gpu_box.small_disk(8) as folder:
        assert gpu_box.ssh(*write, folder).returncode == 0
        filler = gpu_box.fill(folder)
        answer = gpu_box.ssh("cp", f"{folder}/more", f"{folder}/again")
        assert "No space left" in answer.stderr
        inside = gpu_box.ssh(*run, "--volume", f"{folder}:/disk", gpu_box.image, *write, "/disk/sub")
        assert inside.returncode != 0
        filler.unlink()
        assert gpu_box.ssh("cp", f"{folder}/more", f"{folder}/again").returncode == 0


def test_many_come_in_at_the_same_moment(gpu_box):
    with contextlib.ExitStack() as stack:
        began = time.monotonic()
        all_of_them = [stack.enter_context(gpu_box.start_ssh("echo", "here")) for _one in range(20)]
        assert [ssh.communicate(timeout=60)[0] for ssh in all_of_them] == ["here\n"] * 20
        assert time.monotonic() - began < 30


def test_the_clock_jumps_by_an_hour_for_what_runs_already(lone_box):
    clock = (
        "import time\nwhile True:\n    print(time.time(), time.monotonic(), flush=True)\n    time.sleep(0.1)"
    )
    with lone_box.own_clock() as set_clock, lone_box.start_ssh("python3", "-I", "-S", "-c", clock) as ssh:

        def told():
            return [float(number) for number in ssh.stdout.readline().split()]

        before, steady_before = told()
        set_clock(3600)
        ends = time.monotonic() + 20
        while (now := told())[0] - before < 3000:
            assert time.monotonic() < ends
        assert now[0] - before == pytest.approx(3600 + now[1] - steady_before, abs=2)
        ssh.kill()
    assert float(lone_box.ssh("date", "+%s").stdout) < before + 1800

"""The image `cosmos-test:latest`, made without any registry.

    base    Debian by debootstrap, from the mirror and the release that this machine's apt uses
    site    PyTorch for the CPU and the runtime's pinned requirements, by pip from outside
    app     this package

The folders are made once and kept in `.box/`; each is made anew when what it is made from has changed.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from box.places import BOX, CHECKOUT

IMAGE = "cosmos-test:latest"
BASE_IMAGE = "cosmos-test-base"
PACKAGES = "python3-minimal,libpython3-stdlib"
SYSTEM_PYTHON = "/usr/bin/python3"
REQUIREMENTS = CHECKOUT / "requirements"
# What a container of an inference engine never opens.
LEFT_OUT = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man")
DOCKERFILE = """\
FROM {base}
COPY python3.10libs /opt/cosmos-houdini/python3.10libs
COPY config /opt/cosmos-houdini/config
RUN python3 -m compileall -q /opt/cosmos-houdini
"""


class NotMadeError(Exception):
    """What the image is made of can't be had here."""


def prepare() -> None:
    """Makes what is missing of the folders; takes minutes the first time, and needs the network only then.

    NotMadeError where Debian's or Python's packages can't be had.
    """
    began = time.monotonic()
    try:
        made = [_fresh("base", _base_key(), _make_base), _fresh("site", _site_key(), _make_site)]
    except RuntimeError as problem:
        raise NotMadeError(f"its image could not be made: {problem}") from problem
    if any(made):
        _say(f"the image's parts are ready after {time.monotonic() - began:.0f} s")


def key() -> str:
    """Changes with anything that the image is made from."""
    return _hashed(_base_image(), _app_key())


def load(docker: list[str]) -> None:
    """Brings the image into the engine that `docker` talks to, where it isn't there yet."""
    if _image_key(docker, IMAGE) == key():
        return
    base = _base_image()
    if not _has(docker, base):
        _say("importing the base of the image")
        _import_base(docker, base)
    _build_app(docker, base)
    _forget_others(docker, base)


# ------------------------------------------------------------------------------------------------ the parts


def _make_base(folder: Path) -> None:
    mirror, release = debian()
    _say(f"Debian {release} by debootstrap")
    log = BOX / "debootstrap.log"
    with log.open("wb") as output:
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, str(folder), mirror],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"debootstrap ended with {done.returncode}; {log} says why")
    for name in LEFT_OUT:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("python", "torchrun"):
        target = "/usr/bin/python3" if name == "python" else f"{_site_packages(folder)}/bin/torchrun"
        (folder / "usr/local/bin" / name).symlink_to(target)
    # It comes with the packages: no path may be in a layer twice.
    shutil.rmtree(folder / _site_packages(folder).lstrip("/"), ignore_errors=True)


def _make_site(folder: Path) -> None:
    """Debian's Python of this machine is the one of the image, so what pip installs for it fits there."""
    _say("PyTorch for the CPU and the runtime's requirements by pip")
    pip = [sys.executable, "-m", "pip", "--python", SYSTEM_PYTHON, "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--root-user-action=ignore"]
    torch = ["-r", str(REQUIREMENTS / "box.txt")]
    _refuse_cuda([*pip, "--dry-run", "--ignore-installed", "--report", "-", *torch])
    runtime = ["--require-hashes", "-r", str(REQUIREMENTS / "runtime.txt")]
    for what in (torch, runtime):
        _run([*pip, "--target", str(folder), *what])
    shutil.rmtree(folder / "torch" / "include", ignore_errors=True)
    (folder / "cosmos_houdini.pth").write_text("/opt/cosmos-houdini/python3.10libs\n")


def _refuse_cuda(command: list[str]) -> None:
    report = json.loads(_run(command))
    names = {item["metadata"]["name"].lower() for item in report["install"]}
    if any(name.startswith(("nvidia-", "triton")) for name in names):
        raise RuntimeError(
            "pip offers PyTorch with CUDA, several GB that no test needs. Name a place that has the CPU "
            "build by PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS, then try again."
        )


def debian() -> tuple[str, str]:
    """Mirror and release that apt of this machine takes its packages from."""
    text = _run(["apt-get", "indextargets", "--format", "$(CREATED_BY)|$(REPO_URI)|$(CODENAME)|$(LABEL)"])
    for line in text.splitlines():
        made_by, mirror, release, label = line.split("|")
        if made_by == "Packages" and label == "Debian" and "-" not in release:
            return mirror, release
    raise RuntimeError("apt knows no mirror of Debian; run `apt-get update` and look at its sources")


# ------------------------------------------------------------------------------------------- into the engine


def _import_base(docker: list[str], name: str) -> None:
    """Base and packages as one layer, streamed: no copy of them is kept."""
    base, site = BOX / "base" / "tree", BOX / "site" / "tree"
    packages = _site_packages(base).lstrip("/")
    tar = ["tar", "--create", "--numeric-owner", "--owner=0", "--group=0", "--exclude=./dev/*"]
    # The packages are taken as the folder `tree`, a name that the base doesn't have, and put in their place.
    tar += ["--transform", f"flags=r;s,^tree,./{packages},"]
    tar += ["--directory", str(base), ".", "--directory", str(site.parent), "tree"]
    options = ["--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin", "--change", "ENV LANG=C.UTF-8"]
    with subprocess.Popen(tar, stdout=subprocess.PIPE) as packing:
        done = subprocess.run(
            [*docker, "import", *options, "-", name], stdin=packing.stdout, check=False, capture_output=True
        )
    if done.returncode or packing.returncode:
        raise RuntimeError(f"no image could be imported: {done.stderr.decode()} (tar: {packing.returncode})")


def _build_app(docker: list[str], base: str) -> None:
    _say("this package as the image's last layer")
    context = BOX / "app"
    shutil.rmtree(context, ignore_errors=True)
    for name in ("python3.10libs", "config"):
        shutil.copytree(
            CHECKOUT / name, context / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    (context / "Dockerfile").write_text(DOCKERFILE.format(base=base))
    # The builder that is part of the engine: the newer one would fetch a frontend.
    _run(
        [*docker, "build", "--quiet", "--label", f"cosmos-test.key={key()}", "--tag", IMAGE, str(context)],
        {"DOCKER_BUILDKIT": "0"},
    )


def _forget_others(docker: list[str], base: str) -> None:
    listed = _run([*docker, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", BASE_IMAGE]).split()
    old = [name for name in listed if name != base]
    if old:
        _run([*docker, "image", "rm", *old])
    _run([*docker, "image", "prune", "--force"])


def _has(docker: list[str], name: str) -> bool:
    return (
        subprocess.run([*docker, "image", "inspect", name], capture_output=True, check=False).returncode == 0
    )


def _image_key(docker: list[str], name: str) -> str:
    done = subprocess.run(
        [*docker, "image", "inspect", "--format", '{{index .Config.Labels "cosmos-test.key"}}', name],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


# ---------------------------------------------------------------------------------------------------- keys


def _base_image() -> str:
    return f"{BASE_IMAGE}:{_hashed(_base_key(), _site_key(), inspect.getsource(_import_base))[:16]}"


def _base_key() -> str:
    return _hashed(*debian(), PACKAGES, *LEFT_OUT, inspect.getsource(_make_base))


def _site_key() -> str:
    version = _run([SYSTEM_PYTHON, "-c", "import sys; print(sys.version)"])
    return _hashed(
        version,
        inspect.getsource(_make_site),
        *((REQUIREMENTS / name).read_text() for name in ("box.txt", "runtime.txt")),
    )


def _app_key() -> str:
    files = [*sorted((CHECKOUT / "config").rglob("*"))]
    files += sorted((CHECKOUT / "python3.10libs" / "cosmos_houdini").rglob("*.py"))
    return _hashed(*(f"{file}\0{file.read_text('utf-8')}" for file in files if file.is_file()))


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# --------------------------------------------------------------------------------------------------- helpers


def _fresh(name: str, key: str, make: object) -> bool:
    """Makes `.box/NAME/tree` where its key differs; a half-made one is begun anew."""
    assert callable(make)
    folder = BOX / name
    written = folder / "key"
    if written.exists() and written.read_text() == key:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tree").mkdir(parents=True)
    make(folder / "tree")
    written.write_text(key)
    return True


def _site_packages(base: Path) -> str:
    """Where Debian's Python of the image looks for what was not packaged by Debian."""
    version = (base / "usr/bin/python3").readlink()
    return f"/usr/local/lib/{version}/dist-packages"


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})}
    )
    if done.returncode:
        raise RuntimeError(f"{command[:4]} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _say(what: str) -> None:
    print(f"test box: {what}", file=sys.stderr, flush=True)

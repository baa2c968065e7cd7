"""What tests of every part share."""

from __future__ import annotations

import os
import signal

import pytest

pytest_plugins = ("hython_harness.plugin",)

# A person's own settings and proxies must not change what a test sees.
for name in [name for name in os.environ if name.startswith("COSMOS_") and name != "COSMOS_REQUIRE_BOX"]:
    del os.environ[name]


# Started in the background of a script, this process ignores Ctrl-C, and so would every child that is tried
# with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("minutes") is None)


@pytest.fixture(autouse=True)
def _no_user_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("user-config")))
    monkeypatch.setenv("APPDATA", str(tmp_path_factory.mktemp("appdata")))

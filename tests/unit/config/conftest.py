from __future__ import annotations

import pytest

from cosmos_houdini.config import load_config


class Sources:
    """Writes settings to the five places and loads them; nothing of this machine's user gets in."""

    def __init__(self, folder):
        self.project = folder / "project"
        self.project.mkdir()
        self.home = folder / "home"
        self.user_file = self.home / ".config" / "cosmos-houdini" / "config.toml"
        self.project_file = self.project / "cosmos.toml"
        self.environment = {"HOME": str(self.home)}
        self.command_line = {}

    def user(self, text):
        self.user_file.parent.mkdir(parents=True, exist_ok=True)
        self.user_file.write_text(text, encoding="utf-8")

    def toml(self, text):
        self.project_file.write_text(text, encoding="utf-8")

    def load(self):
        return load_config(self.project, environment=self.environment, command_line=self.command_line)


@pytest.fixture
def sources(tmp_path):
    return Sources(tmp_path)

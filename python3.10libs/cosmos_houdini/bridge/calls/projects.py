"""`project.open` and `runs.list`."""

from __future__ import annotations

import os
from typing import Any

from ...config import user_config_file
from ...records.paths import make_project
from ..call import Call
from ..parameters import Parameters
from ..project import project_folder, project_of
from ..service import Service


def open_project(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """The project's settings; with `create` it is made where it is missing."""
    create, folder = asked.flag("create"), project_folder(asked)
    asked.text_map("settings")
    asked.finish()
    if create:
        make_project(folder)
    from ...workflow.boxes import LOCAL, default_box

    project = project_of(asked)
    files = (user_config_file(os.environ), project.store.paths.config_file)
    engine = project.config.engine.name
    return {
        "project": str(folder),
        "config_files": [str(file) for file in files if file.is_file()],
        "engine": engine,
        "box": default_box(project.config, engine),
        "boxes": [LOCAL, *filter(None, [project.config.remote.host])],
    }


def list_runs(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """The newest runs, newest first; all of them without a limit."""
    limit = asked.at_least_one("limit")
    project = project_of(asked)
    asked.finish()
    return {"runs": [run.as_json() for run in project.store.runs(limit)]}

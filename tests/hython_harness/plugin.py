"""The fixture `hython`: a Houdini for one test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .session import Session

Hython = Callable[..., "Session"]


@pytest.fixture
def hython() -> Iterator[Hython]:
    """`session = hython(version="20.5", hip=folder / "a.hip")`: from then on `import hou` gives its module.

    When the test ends, what Houdini would have swallowed though it can't be meant (`session.oddities`)
    fails it; a test that wants them reads and clears the list. A second call replaces the session, as a new
    process would. With HYTHON_HARNESS=off it is the real Houdini that runs the test.
    """
    if os.environ.get("HYTHON_HARNESS") == "off":
        from .real import RealSession

        yield RealSession
        return
    from .session import Session

    made: list[Session] = []
    with ExitStack() as stack:

        def start(version: str = "21.0", **settings: Any) -> Session:
            session = Session(version, **settings)
            stack.enter_context(session.installed())
            made.append(session)
            return session

        yield start
    odd = [line for session in made for line in session.oddities]
    assert not odd, "Houdini takes these, but they can't be meant:\n" + "\n".join(odd)

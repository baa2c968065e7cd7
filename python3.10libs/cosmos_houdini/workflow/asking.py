"""The one survey of a submission, asked beside pre-flight where that can be."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import Optional

from ..box.agent_client import Agent, Question, Survey

FRESH = 10.0  # seconds; what was asked longer ago is asked again


class Asking:
    """What was asked of a box, and what it answered last."""

    def __init__(self) -> None:
        self.last: Optional[Survey] = None
        self._ahead: Optional[_Ahead] = None

    def ahead(self, agent: Agent, question: Question) -> None:
        """Begins to ask, and comes back at once."""
        self._ahead = _Ahead(agent, question)
        self._ahead.start()

    def survey(self, agent: Agent, question: Question) -> Survey:
        """The answer, asked now where it isn't known yet."""
        ahead, self._ahead = self._ahead, None
        known = ahead.answer_to(question) if ahead is not None else None
        if known is None:
            known = agent.survey(question)
        elif others := question.hashes - ahead.question.hashes:  # type: ignore[union-attr]
            known = dataclasses.replace(known, missing=known.missing | agent.have(others))
        self.last = dataclasses.replace(known, missing=known.missing & question.hashes)
        return self.last


class _Ahead(threading.Thread):
    def __init__(self, agent: Agent, question: Question) -> None:
        super().__init__(name="survey", daemon=True)
        self.question = question
        self._agent = agent
        self._answer: Optional[Survey] = None
        self._answered_at = 0.0

    def run(self) -> None:
        self._answer = self._agent.survey_ahead(self.question)
        self._answered_at = time.monotonic()

    def answer_to(self, question: Question) -> Optional[Survey]:
        if (question.run_id, question.gpus) != (self.question.run_id, self.question.gpus):
            return None
        self.join()
        return self._answer if time.monotonic() - self._answered_at < FRESH else None

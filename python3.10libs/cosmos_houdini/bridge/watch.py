"""Following runs: one watcher for each box of a project, however many runs are followed and however often."""

from __future__ import annotations

import dataclasses
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Optional

from ..box.box_run import BoxRun
from ..errors import BadInputError, BoxError, CosmosError, from_system
from ..progress import Progress, Throttle
from ..records.run_spec import RunSpec
from ..workflow.box import Box
from ..workflow.deliver import deliver
from ..workflow.finish import finish
from ..workflow.follow import NOT_STARTED, follow_wanted, not_there
from ..workflow.patience import Patience
from ..workflow.present import outputs
from .call import INTERVAL, progress_json
from .lanes import Lane
from .messages import Outlet
from .project import Project

DELIVERIES = 2  # at once; one is checked while another is fetched

OpenBox = Callable[[Project, str], Box]


class Watchers:
    """All watchers of one bridge."""

    def __init__(self, outlet: Outlet, open_box: OpenBox) -> None:
        self._outlet = outlet
        self._open_box = open_box
        self._orders = Lane("follow", 1)  # one after the other, in the order in which they came
        self._lock = threading.Lock()
        self._watchers: dict[Any, Watcher] = {}

    def follow(self, project: Project, runs: Sequence[str]) -> None:
        """Returns at once; each run tells of itself until it is final or can't be followed any further."""
        self._orders.put(partial(self._follow, project, runs))

    def unfollow(self, project: Project, runs: Sequence[str]) -> None:
        """When this returns, nothing more is told of these runs."""
        done = threading.Event()
        self._orders.put(partial(self._unfollow, project, runs, done))
        done.wait()

    def _unfollow(self, project: Project, runs: Sequence[str], done: threading.Event) -> None:
        try:
            with self._lock:
                watchers = [one for key, one in self._watchers.items() if key[0] == project.folder]
            for watcher in watchers:
                watcher.drop(runs)
        finally:
            done.set()

    def _follow(self, project: Project, runs: Sequence[str]) -> None:
        for reference in runs:
            try:
                run = project.store.run(reference)
                self._watcher(project, run).add(run.id)
            except CosmosError as error:
                tell_state(self._outlet, project, reference, None, error=error)
            except OSError as error:
                tell_state(self._outlet, project, reference, None, error=from_system(error))
            except Exception as error:
                traceback.print_exc()
                tell_state(self._outlet, project, reference, None, error=_stumbled(error))

    def _watcher(self, project: Project, run: RunSpec) -> Watcher:
        box = run.execution.box
        if box is None or (run.execution.submitted_at is None and not run.execution_status.final):
            raise BadInputError(f"The run {run.id} has not been submitted.", fix="Submit it, then follow it.")
        key = (project.folder, box, project.config.remote, project.config.paths)
        with self._lock:
            if key not in self._watchers:
                self._watchers[key] = Watcher(project, box, self._outlet, self._open_box)
            return self._watchers[key]


class Watcher:
    """Asks one box about the followed runs of one project; fetches and verifies what has ended."""

    def __init__(self, project: Project, box: str, outlet: Outlet, open_box: OpenBox) -> None:
        self._project = project
        self._box = box
        self._outlet = outlet
        self._deliveries = Lane(f"deliver {box}", DELIVERIES)
        self._open_box = open_box
        self._lock = threading.Lock()
        self._runs: dict[str, _Followed] = {}
        self._coming_home: set[str] = set()
        self._alive = False

    def add(self, run_id: str) -> None:
        """Follows the run, unless that is done already."""
        run = self._project.store.run(run_id)
        with self._lock:
            if run_id in self._runs or run_id in self._coming_home:
                return
            if run.execution_status.final:
                self._coming_home.add(run_id)
                self._deliveries.put(partial(self._bring_home, run_id, None))
                return
            self._runs[run_id] = _Followed()
            begin, self._alive = not self._alive, True
        self._tell(run)
        if begin:
            threading.Thread(target=self._watch, name=f"watch {self._box}", daemon=True).start()

    def drop(self, runs: Sequence[str]) -> None:
        with self._lock:
            for run_id in runs:
                self._runs.pop(run_id, None)

    def _watch(self) -> None:
        try:
            box = self._open_box(self._project, self._box)
            patience = self._patience("--all", self._tell_all)
            for there in follow_wanted(self._project.store, self._wanted, box, patience, self._report):
                self._ended(there, box)
        except CosmosError as error:
            self._give_up(error)
        except Exception as error:
            traceback.print_exc()
            self._give_up(_stumbled(error))

    def _wanted(self) -> list[str]:
        with self._lock:
            self._alive = bool(self._runs)
            return list(self._runs)

    def _report(self, run_id: str, progress: Progress) -> None:
        followed = self._runs.get(run_id)
        if followed is None:  # dropped meanwhile
            return
        moved_on = progress.phase != followed.phase
        record = self._project.store.run(run_id) if moved_on else None
        with self._lock:  # so that nothing is told once it is dropped
            if self._runs.get(run_id) is not followed:
                return
            if record is not None:
                followed.phase = progress.phase
                self._tell(record)
            if followed.lets_through(progress):
                followed.shown = progress
                self._notify_progress(run_id, progress)

    def _tell_all(self, progress: Progress) -> None:
        """What is said of the box, as that it is out of reach since …, holds for each of its runs."""
        with self._lock:
            for run_id, one in self._runs.items():
                shown = dataclasses.replace(one.shown or progress, message=progress.message)
                self._notify_progress(run_id, shown)

    def _notify_progress(self, run_id: str, progress: Progress) -> None:
        about = {"project": str(self._project.folder), "run": run_id}
        self._outlet.notify("progress", {**about, **progress_json(progress)})

    def _ended(self, there: BoxRun, box: Box) -> None:
        with self._lock:
            if self._runs.pop(there.run_id, None) is None:
                return
            self._coming_home.add(there.run_id)
        if there.state in NOT_STARTED:
            with self._lock:
                self._coming_home.discard(there.run_id)
            self._tell(self._project.store.run(there.run_id), error=not_there(there.run_id, box))
            return
        self._deliveries.put(partial(self._bring_home, there.run_id, there))

    def _bring_home(self, run_id: str, there: Optional[BoxRun]) -> None:
        """Fetches, verifies, makes the sheet; of a run that was final before, what is missing."""
        error: Optional[CosmosError] = None
        try:
            store = self._project.store
            report = _Throttled(partial(self._notify_progress, run_id))
            box = self._open_box(self._project, self._box)
            if there is not None:
                patience = self._patience(run_id, report)
                patience.reach(lambda: deliver(store, store.run(run_id), there, box, patience.report))
            finish(store, store.run(run_id), partial(_lent, box), report)
        except CosmosError as failed:
            error = failed
        except OSError as failed:
            error = from_system(failed)
        except Exception as failed:
            traceback.print_exc()
            error = _stumbled(failed)
        with self._lock:
            self._coming_home.discard(run_id)
        self._tell_again(run_id, error)

    def _give_up(self, error: CosmosError) -> None:
        with self._lock:
            left, self._runs, self._alive = list(self._runs), {}, False
        for run_id in left:
            self._tell_again(run_id, error)

    def _tell_again(self, run_id: str, error: Optional[CosmosError]) -> None:
        """The last that is said of a run, whatever its record has become."""
        try:
            run: Optional[RunSpec] = self._project.store.run(run_id)
        except CosmosError as lost:
            run, error = None, error or lost
        tell_state(self._outlet, self._project, run_id, run, error=error)

    def _tell(self, run: RunSpec, error: Optional[CosmosError] = None) -> None:
        tell_state(self._outlet, self._project, run.id, run, error=error, following=error is None)

    def _patience(self, run_id: str, report: Callable[[Progress], None]) -> Patience:
        return Patience(run_id, self._box, report, self._project.config.remote.patience_seconds)


class _Followed:
    """What was said last of one run."""

    def __init__(self) -> None:
        self.phase = ""
        self.shown: Optional[Progress] = None
        self._throttle = Throttle(INTERVAL)

    def lets_through(self, progress: Progress) -> bool:
        """Not twice the same: a run is looked at more often than it gets on."""
        shown = self.shown
        same = shown is not None and (shown.phase, shown.done, shown.total, shown.message) == (
            progress.phase,
            progress.done,
            progress.total,
            progress.message,
        )
        return not same and self._throttle.lets_through(progress)


class _Throttled:
    """A report that passes on a few a second."""

    def __init__(self, tell: Callable[[Progress], None]) -> None:
        self._tell = tell
        self._throttle = Throttle(INTERVAL)

    def __call__(self, progress: Progress) -> None:
        if self._throttle.lets_through(progress):
            self._tell(progress)


def tell_state(
    outlet: Outlet,
    project: Project,
    run_id: str,
    run: Optional[RunSpec],
    *,
    error: Optional[CosmosError] = None,
    following: bool = False,
) -> None:
    """`following`: more will be said of this run. `status` is None where its record can't be read."""
    state: dict[str, Any] = {"project": str(project.folder), "run": run_id, "following": following}
    state["status"] = None if run is None else str(run.execution_status)
    state["phase"] = None if run is None else run.execution.phase
    if error is not None:
        state["error"] = {**error.as_json(), "exit_code": error.exit_code}
    if run is not None and run.execution_status.final:
        state["outputs"] = outputs(project.store, run)
    outlet.notify("state", state)


def _lent(box: Box, _run: RunSpec) -> AbstractContextManager[Box]:
    return nullcontext(box)


def _stumbled(error: Exception) -> CosmosError:
    return BoxError(
        "Following ended by a mistake of ours; what the box has begun goes on.",
        f"{type(error).__name__}: {error}",
        "Follow it again; if this comes again, please report it with the log of the runtime.",
    )

"""The enumerations of `pdg`."""

from __future__ import annotations

from enum import Enum, IntEnum


class result(Enum):
    Failure = 0
    Success = 1
    All = 2
    Missing = 3


class scheduleResult(Enum):
    CookCanceled = 0
    CookFailed = 1
    CookSucceeded = 2
    Deferred = 3
    Failed = 4
    FullDeferred = 5
    Succeeded = 6


class tickResult(Enum):
    SchedulerReady = 0
    SchedulerBusy = 1
    SchedulerCancelCook = 2


class nodeType(Enum):
    Processor = 0
    Partitioner = 1
    ServiceProcessor = 2


class workItemCookType(Enum):
    Generate = 0
    InProcess = 1
    OutOfProcess = 2
    Service = 3
    Automatic = 4


class workItemState(IntEnum):
    """Numbers as Houdini's own job scripts spell them."""

    Undefined = 0
    Dirty = 1
    Uncooked = 2
    Waiting = 3
    Scheduled = 4
    Cooking = 5
    CookedSuccess = 6
    CookedCache = 7
    CookedFail = 8
    CookedCancel = 9


class generationType(Enum):
    """With the longer names of 20.5 (docs tops/pdg/generationType)."""

    Static = 0
    StaticGenerate = 0
    Dynamic = 1
    DynamicGenerate = 1
    Regenerate = 2
    StaticRegenerate = 2
    DynamicRegenerate = 3


class EventType(Enum):
    """Those that the harness sends; numbers as Houdini 21.0.671 lists them."""

    WorkItemAdd = 1
    WorkItemStateChange = 5
    WorkItemCookPercentUpdate = 6
    CookError = 12
    CookWarning = 13
    CookComplete = 14
    NodeGenerated = 25
    NodeCooked = 26
    WorkItemResult = 35
    WorkItemOutputFiles = 35
    CookStart = 38
    All = 43


State = workItemState
SUCCESSFUL = frozenset({State.CookedSuccess, State.CookedCache})
UNSUCCESSFUL = frozenset({State.CookedFail, State.CookedCancel})
COOKED = SUCCESSFUL | UNSUCCESSFUL
ACTIVE = frozenset({State.Waiting, State.Scheduled, State.Cooking})

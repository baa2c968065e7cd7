"""The parameters that Houdini looks for on every scheduler (Houdini 20.0 parm dump of localscheduler)."""

from __future__ import annotations

from .model import Field, Folder

SCHEDULER_PARMS = (
    Folder(
        "Files",
        (
            Field(
                "pdg_workingdir",
                "Working Directory",
                "directory",
                "$HIP",
                help="Where PDG keeps its own files (`pdgtemp`), and what relative paths of work items "
                "start from.",
                factory=True,
            ),
            Field(
                "pdg_workitemdatasource",
                "Load Item Data From",
                "choice",
                0,
                menu=(("0", "Temporary JSON File"), ("1", "RPC Message")),
                help="How a job learns of its work item.",
                factory=True,
            ),
            Field(
                "pdg_compressworkitemdata",
                "Compress Work Item Data",
                "toggle",
                1,
                help="Whether the files with the data of work items are compressed.",
                factory=True,
            ),
            Field(
                "pdg_validateoutputs",
                "Validate Outputs When Recooking",
                "toggle",
                1,
                help="Cooks an item again whose output files are gone.",
                factory=True,
            ),
            Field(
                "pdg_checkexpectedoutputs",
                "Check Expected Outputs on Disk",
                "toggle",
                1,
                help="Fails an item whose expected output files were not written.",
                factory=True,
            ),
            Field(
                "pdg_mapmode",
                "Path Mapping",
                "choice",
                0,
                menu=(("0", "Global"), ("1", "None")),
                help="Whether PDG's path map is applied to file paths.",
                factory=True,
            ),
            Folder(
                "Temp Directory",
                (
                    Field(
                        "tempdirmenu",
                        "Location",
                        "choice",
                        1,
                        menu=(("0", "Working Directory"), ("1", "Houdini Temp"), ("2", "Custom")),
                        help="Where the temporary files of a cook go.",
                        factory=True,
                    ),
                    Field(
                        "tempdirappendpid",
                        "Append PID",
                        "toggle",
                        1,
                        help="Keeps two Houdinis that cook the same file apart.",
                        factory=True,
                    ),
                    Field(
                        "tempdircustom",
                        "Custom",
                        "directory",
                        "$HOUDINI_TEMP_DIR/$HIPNAME/pdgtemp",
                        hide_when="{ tempdirmenu != 2 }",
                        help="The folder, where the location is custom.",
                        factory=True,
                    ),
                    Field(
                        "pdg_deletetempdir",
                        "Delete Temp Dir",
                        "choice",
                        0,
                        menu=(
                            ("0", "Never"),
                            ("1", "When Scheduler is Deleted"),
                            ("2", "When Cook Completes"),
                        ),
                        help="When the temporary files are deleted.",
                        factory=True,
                    ),
                ),
                look="group",
            ),
        ),
    ),
    Folder(
        "Scheduler",
        (
            Field(
                "pdg_usemaxtasks",
                "Enable Limit Jobs",
                "toggle",
                0,
                joined=True,
                bare=True,
                help="Whether the number of jobs is limited.",
                factory=True,
            ),
            Field(
                "pdg_maxtasks",
                "Limit Jobs",
                "integer",
                0,
                range=(0, 64),
                disable_when="{ pdg_usemaxtasks == 0 }",
                help="How many jobs PDG gives this scheduler at once, over all nodes. For runs, "
                "'Runs Under Way at Once' is the limit to use.",
                factory=True,
            ),
            Field(
                "pdg_waitforfailures",
                "Block on Failed Work Items",
                "toggle",
                0,
                help="Keeps the cook open while there are failed items, so that they can be retried.",
                factory=True,
            ),
        ),
    ),
)

"""The names of the attributes that our work items of PDG carry, whoever gives them. All are strings."""

from __future__ import annotations

PROJECT = "cosmos_project"  # the project folder, absolute
SET = "cosmos_set"  # the name of the control set
VIDEOS = "cosmos_videos"  # the folder of its videos
ENGINE = "cosmos_engine"
PROMPT_ID = "cosmos_prompt_id"
RUN_ID = "cosmos_run_id"
STATUS = "cosmos_status"
VIDEO = "cosmos_video"  # the result
FRAMES = "cosmos_frames"  # its frames, as a pattern

# SideFX docs, tops/pdg: tags of result data; "file/image" and "file/video" are what other nodes ask for.
VIDEO_TAG = "file/video"
IMAGE_TAG = "file/image"
RECORD_TAG = "file/json"

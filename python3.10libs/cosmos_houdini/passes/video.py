"""Videos, for everybody outside `passes`: what is in one, its frames, and writing one."""

from cosmos_houdini.passes.video_frames import frame_as_png, write_frames
from cosmos_houdini.passes.video_info import VideoInfo
from cosmos_houdini.passes.video_read import count_decodable, frame_as_rgb, probe, read_frames
from cosmos_houdini.passes.video_write import Quality, VideoWriter

__all__ = [
    "Quality",
    "VideoInfo",
    "VideoWriter",
    "count_decodable",
    "frame_as_png",
    "frame_as_rgb",
    "probe",
    "read_frames",
    "write_frames",
]

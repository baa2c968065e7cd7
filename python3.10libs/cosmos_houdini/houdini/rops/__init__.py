"""Render nodes for the passes that control videos are made of; see set_up.py."""

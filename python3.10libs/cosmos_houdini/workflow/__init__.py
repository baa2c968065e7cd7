"""Carrying out a run: plan, submit, follow, deliver. The only place that puts the parts together."""

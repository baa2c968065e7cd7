"""What the bridge can be asked: read the parameters, call the workflow, say it as JSON."""

"""What a job has to reach its work item; the names and arguments are those of the `pdgcmd.py` that Houdini
copies beside its jobs. Without a result server the calls do nothing.
"""

import os
import sys
import xmlrpc.client

_RESULT_SERVER = "PDG_RESULT_SERVER"


def _tell(what, workitem_id, server_addr, raise_exc, *values):
    address = server_addr or os.environ.get(_RESULT_SERVER, "")
    if not address:
        return
    item = int(os.environ["PDG_ITEM_ID"] if workitem_id is None else workitem_id)
    try:
        xmlrpc.client.ServerProxy("http://" + address, allow_none=True).tell(what, item, *values)
    except (OSError, xmlrpc.client.Error) as error:
        if raise_exc:
            raise
        sys.stderr.write(f"PDG: {what} was not reported: {error}\n")


def addOutputFile(
    result_data,
    workitem_id=None,
    server_addr=None,
    result_data_tag="",
    subindex=-1,
    and_success=False,
    to_stdout=True,
    raise_exc=True,
    duration=0.0,
    hash_code=0,
    batch_size=50,
):
    _tell("AddOutput", workitem_id, server_addr, raise_exc, result_data, result_data_tag, hash_code)


def addOutputFiles(
    result_data_array,
    workitem_id=None,
    server_addr=None,
    output_file_tag="",
    subindex=-1,
    and_success=False,
    to_stdout=True,
    raise_exc=True,
    duration=0.0,
    hash_codes=(),
    batch_size=50,
):
    _tell("AddOutputs", workitem_id, server_addr, raise_exc, list(result_data_array), output_file_tag)


def setStringAttrib(
    attr_name, attr_value, attr_index=0, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    _tell("SetStringAttrib", workitem_id, server_addr, raise_exc, attr_name, attr_value, attr_index)


def setIntAttrib(
    attr_name, attr_value, attr_index=0, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    _tell("SetIntAttrib", workitem_id, server_addr, raise_exc, attr_name, attr_value, attr_index)


def setFloatAttrib(
    attr_name, attr_value, attr_index=0, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    _tell("SetFloatAttrib", workitem_id, server_addr, raise_exc, attr_name, attr_value, attr_index)


def workItemSetCookPercent(cook_percent, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True):
    _tell("SetCookPercent", workitem_id, server_addr, raise_exc, float(cook_percent))


def workItemSetCustomState(custom_state, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True):
    _tell("SetCustomState", workitem_id, server_addr, raise_exc, custom_state)


def workItemAppendLog(log_data, log_type=3, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True):
    _tell("AppendLog", workitem_id, server_addr, raise_exc, log_data)


def localizePath(deloc_path):
    for token, variable in (("__PDG_DIR__", "PDG_DIR"), ("__PDG_TEMP__", "PDG_TEMP")):
        deloc_path = deloc_path.replace(token, os.environ.get(variable, token))
    return deloc_path

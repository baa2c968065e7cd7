"""What a job has to reach its work item. The names and arguments are those of the `pdgcmd.py` that Houdini
copies beside its jobs (Houdini 19.5 to 21). Without a result server the calls only print.
"""

import os
import subprocess
import sys
import time
import xmlrpc.client

_WHOLE = -1


def printlog(msg, *unused):
    sys.stdout.write(f"PDG: {msg}\n")
    sys.stdout.flush()


def getItemIdFromEnv():
    return int(os.environ["PDG_ITEM_ID"])


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
    paths = list(result_data) if isinstance(result_data, (list, tuple)) else [result_data]
    _check_paths(paths, "result_data")
    paths = [delocalizePath(path) for path in paths]
    _say(to_stdout, f"PDG_RESULT: {';'.join(paths)};{result_data_tag}")
    codes = [hash_code] * len(paths)
    told = ("AddOutputs", paths, result_data_tag, codes, and_success)
    _tell(workitem_id, subindex, server_addr, raise_exc, *told)


def reportResultData(
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
    addOutputFile(
        result_data,
        workitem_id,
        server_addr,
        result_data_tag,
        subindex,
        and_success,
        to_stdout,
        raise_exc,
        duration,
        hash_code,
        batch_size,
    )


def addOutputFiles(
    output_file_array,
    workitem_id=None,
    server_addr=None,
    output_file_tag="",
    subindex=-1,
    to_stdout=True,
    raise_exc=True,
    duration=0.0,
    hash_codes=(),
):
    paths = list(output_file_array)
    _check_paths(paths, "output_file_array")
    paths = [delocalizePath(path) for path in paths]
    tags = output_file_tag if isinstance(output_file_tag, str) else list(output_file_tag)
    _tell(workitem_id, subindex, server_addr, raise_exc, "AddOutputs", paths, tags, list(hash_codes), False)


def setStringAttrib(
    attr_name, attr_value, attr_index=0, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetStringAttrib", attr_name, attr_value, attr_index)


def setIntAttrib(
    attr_name, attr_value, attr_index=0, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetIntAttrib", attr_name, attr_value, attr_index)


def setFloatAttrib(
    attr_name, attr_value, attr_index=0, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetFloatAttrib", attr_name, attr_value, attr_index)


def setStringAttribArray(
    attr_name, attr_value, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    values = list(attr_value)
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetStringAttrib", attr_name, values)


def setIntAttribArray(attr_name, attr_value, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True):
    values = list(attr_value)
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetIntAttrib", attr_name, values)


def setFloatAttribArray(
    attr_name, attr_value, workitem_id=None, subindex=-1, server_addr=None, raise_exc=True
):
    values = list(attr_value)
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetFloatAttrib", attr_name, values)


def workItemStartCook(workitem_id=None, subindex=-1, server_addr=None, to_stdout=True, raise_exc=True):
    _say(to_stdout, "PDG_START")
    _tell(workitem_id, subindex, server_addr, raise_exc, "StartCook")


def workItemSuccess(workitem_id, subindex=-1, server_addr=None, to_stdout=True, raise_exc=True):
    _say(to_stdout, "PDG_SUCCESS")
    _tell(workitem_id, subindex, server_addr, raise_exc, "Succeeded", 0.0)


def workItemFailed(workitem_id, server_addr=None, to_stdout=True, raise_exc=True):
    _tell(workitem_id, _WHOLE, server_addr, raise_exc, "Failed")


def workItemCancelled(workitem_id, server_addr=None, raise_exc=True):
    _tell(workitem_id, _WHOLE, server_addr, raise_exc, "Canceled")


def workItemSetCustomState(
    custom_state, workitem_id=None, subindex=-1, server_addr=None, to_stdout=True, raise_exc=True
):
    _say(to_stdout, f"PDG_SET_CUSTOM_STATE: {custom_state}")
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetCustomState", custom_state)


def workItemSetCookPercent(
    cook_percent, workitem_id=None, subindex=-1, server_addr=None, to_stdout=True, raise_exc=True
):
    _say(to_stdout, f"PDG_SET_COOK_PERCENT: {cook_percent}")
    _tell(workitem_id, subindex, server_addr, raise_exc, "SetCookPercent", float(cook_percent))


def workItemAppendLog(
    log_data, log_type=3, workitem_id=None, subindex=-1, server_addr=None, to_stdout=True, raise_exc=True
):
    _say(to_stdout, f"PDG_APPEND_LOG: {len(log_data)}")
    _tell(workitem_id, subindex, server_addr, raise_exc, "AppendLog", log_data, int(log_type))


def invalidateCache(workitem_id=None, subindex=-1, server_addr=None, raise_exc=True):
    _tell(workitem_id, subindex, server_addr, raise_exc, "InvalidateCache")


def getWorkItemJSON(workitem_id, subindex, server_addr=None, raise_exc=True):
    if not _address(server_addr):
        return ""
    return _server(server_addr).get_workitem_json(int(workitem_id))


def execCommand(command, *unused, **also_unused):
    subprocess.check_call(command, shell=True)


def delocalizePath(local_path):
    """With Path Mapping: None the working folder becomes its word."""
    folder = os.environ.get("PDG_DIR", "").rstrip("/")
    if not folder or os.environ.get("HYTHON_HARNESS_DELOCALIZE") != "1":
        return local_path
    return local_path.replace(folder, "__PDG_DIR__", 1) if local_path.startswith(folder + "/") else local_path


def localizePath(deloc_path):
    for name in ("PDG_DIR", "PDG_ITEM_NAME", "PDG_TEMP", "PDG_RESULT_SERVER", "PDG_INDEX", "PDG_SCRIPTDIR"):
        deloc_path = deloc_path.replace(f"__{name}__", os.environ.get(name, f"__{name}__"))
    return os.path.expandvars(deloc_path).replace("\\", "/")


def _check_paths(paths, name):
    if not paths or not all(isinstance(path, str) for path in paths):
        raise TypeError(f"{name} is a text, or a list of them, and not empty")


def _say(to_stdout, text):
    if to_stdout:
        printlog(text)


def _address(server_addr):
    return server_addr or os.environ.get("PDG_RESULT_SERVER", "")


def _server(server_addr):
    return xmlrpc.client.ServerProxy("http://" + _address(server_addr), allow_none=True)


def _tell(workitem_id, subindex, server_addr, raise_exc, what, *values):
    if not _address(server_addr):
        return
    item = getItemIdFromEnv() if workitem_id is None else int(workitem_id)
    tries = int(os.environ.get("PDG_RPC_RETRIES", "0"))
    while True:
        try:
            _server(server_addr).tell(what, item, subindex, *values)
            return
        except xmlrpc.client.Fault as fault:
            printlog(f"{what} was refused: {fault.faultString}")
            if raise_exc:
                raise
            return
        except OSError as error:
            if tries > 0:
                tries -= 1
                time.sleep(0.2)
                continue
            printlog(f"{what} was not reported: {error}")
            if raise_exc:
                raise
            return

"""The closed lists of words that a DialogScript is made of: no other has been seen in a working asset.

Source: a census of 468 public expanded assets of Houdini 18.5 to 21.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """A closed list, written as one text."""
    return frozenset(text.split())


TYPES = words(
    "toggle float string integer int ordinal button separator label image vector oppath file ramp_flt "
    "directory color vector2 angle intvector2 geometry oplist ramp_rgb direction log int_minmax data "
    "intvector intlog color4 geometrydata vector4 intvector4 buttonstrip float_minmax iconstrip"
)
BLOCKS = words(
    "group groupsimple groupcollapsible groupradio groupscroll groupimportblock groupdialog "
    "multiparm multiscroll multiswitcher multiradio multitab"
)
MENUS = words("menu menureplace menutoggle menutogglereplace menumini menubuttonstrip")
MENU_FLAGS = frozenset(["usetokenvalue", "language", "python", "hscript"])
FLAGS = words("joinnext nolabel invisible invisibletab baseparm tabbreak unquoted")
RULES = words("hidewhen disablewhen hidewhentab disablewhentab")
# Number of values behind each of the other words; None where braces follow instead.
VALUES = {
    "name": 1,
    "label": 1,
    "type": 1,
    "size": 1,
    "help": 1,
    "export": 1,
    "default": None,
    "range": None,
    "parmtag": None,
    "grouptag": None,
}
ROOT_VALUES = {
    "name": 1,
    "script": 1,
    "label": 1,
    "inputlabel": 2,
    "outputlabel": 2,
    "rendermask": 1,
    "help": None,
}
# A whole-number default, and how many values make one of the vector types.
SIZES = {"vector": 3, "color": 3, "vector2": 2, "intvector2": 2, "intvector": 3, "vector4": 4, "color4": 4}
EXPRESSION_LANGUAGES = frozenset(["hscript-expr", "hscript", "python"])
TAGS = words(
    "script_callback script_callback_language script_action script_action_help script_action_icon "
    "button_icon editor editorlang editorlines editormode filechooser_mode filechooser_pattern opfilter "
    "oprelative opexpand opfullpath autoscope autoselect cook_dependent takecontrol export_disable "
    "multistartoffset parmvop shaderparmcontexts spare_category sop_input uiscope units usdapischema "
    "usdvaluetype mantra_class mantra_name mantra_force_output hengine_noswap colortype pdg::scheduler "
    "pdg::nocopy sidefx::slider sidefx::look sidefx::layout_height sidefx::header_toggle "
    "sidefx::header_parm sidefx::attrib_access sidefx::usdpathtype sidefx::usdpathinput sidefx::switcher "
    "sidefx::maya_component_selection_type group_type group_default rampshowcontrolsdefault "
    "rampcolordefault rampcolortype rampfloatdefault rampbasis_var rampbasisdefault rampkeys_var "
    "rampvalues_var ogl_rough ogl_ior ogl_diff ogl_occlusionmap ogl_occlusionmap_comp "
    "ogl_use_displacemap ogl_normalflipy ogl_displacescale ogl_displaceoffset"
)
FILE_CHOOSER_MODES = frozenset(["read", "write", "read_and_write"])

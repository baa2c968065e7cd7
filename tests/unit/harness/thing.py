"""An asset for tests: what its files hold."""

from __future__ import annotations

SCRIPT = """# Dialog script
{
    name    thing
    script  thing
    label   "A Thing"
    help { "" }
    inputlabel 1 "Frames"
    group {
        name    "tabs"
        label   "Main"
        parm {
            name    "backend"
            label   "Run On"
            type    string
            joinnext
            default { "local" }
            help    "Where it \\"runs\\"."
            menu { "local" "This Machine" "ssh" "SSH Host" }
        }
        parm {
            name    "amount"
            label   "Amount"
            type    ordinal
            default { "much" }
            menu { "little" "A Little" "much" "A Lot" }
            disablewhen "{ backend == local } { backend == \\"\\" }"
        }
        groupsimple {
            name    "deep"
            label   "Deeper"
            parm {
                name    "size"
                label   "Size"
                type    intvector2
                default { "1280" "704" }
                range   { 1! 4096! }
            }
            parm {
                name    "ends"
                label   "Ends"
                type    float
                size    3
                default { [ "$FSTART" hscript-expr ] "10" "1" }
            }
        }
    }
    group {
        name    "tabs_1"
        label   "More"
        parm {
            name    "go"
            label   "Go"
            type    button
            default { "0" }
            parmtag { "script_callback" "hou.phm().go(kwargs)" }
            parmtag { "script_callback_language" "python" }
        }
        parm {
            name    "old"
            label   "Old"
            type    toggle
            invisible
            default { "1" }
        }
        multiparm {
            name    "rows"
            label   "Rows"
            default 1
            parm {
                name    "row#"
                label   "Row"
                type    file
                default { "$HIP/x.exr" }
            }
        }
        parm {
            name    "which"
            label   "Which"
            type    string
            default { "" }
            menu {
                [ "import hou" ]
                [ "return []" ]
                language python
            }
        }
    }
}
"""
MODULE = (
    "def go(kwargs):\n    kwargs['node'].setComment(kwargs['parm'].name() + str(kwargs.get('extra', '')))\n"
)

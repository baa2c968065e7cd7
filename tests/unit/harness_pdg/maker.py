"""A processor whose callbacks are functions of a test."""

from __future__ import annotations

MAKER = """
from pdg.processor import PyProcessor

class Maker(PyProcessor):
    def onGenerate(self, item_holder, upstream_items, generation_type):
        return self.make(item_holder, upstream_items)

    def onCookTask(self, work_item):
        return self.work(work_item)

    make = work = staticmethod(lambda *args: pdg.result.Success)

def registerTypes(type_registry):
    type_registry.registerNode(Maker, pdg.nodeType.Processor, name="maker", static_gen=True)
"""

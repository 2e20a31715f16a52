"""What an XForm says of its questions: the expressions of its binds, itemsets, defaults and repeats."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import fromstring

_XF, _JR = "{http://www.w3.org/2002/xforms}", "{http://openrosa.org/javarosa}"


@dataclass(frozen=True)
class XForm:
    """By path in the instance: the attributes of its bind, the nodes of its itemset, its first value, its turns."""

    binds: dict[str, dict[str, str]]
    itemsets: dict[str, str]
    defaults: dict[str, str]
    counts: dict[str, str]

    def bind(self, path: str, name: str) -> str | None:
        """One expression of a bind."""
        return self.binds.get(path, {}).get(name)

    def count(self, path: str) -> str | None:
        """How many turns a repeat has; what pyxform keeps in a node of its own is given as its calculation."""
        found = self.counts.get(path)
        return None if found is None else self.bind(found.strip(), "calculate") or found


def read_xform(words: str) -> XForm:
    """Read an XForm that pyxform made: nothing from outside, so the plain parser is safe."""
    root = fromstring(words)  # noqa: S314
    found = XForm({}, {}, {}, {})
    for element in root.iter():
        if element.tag == f"{_XF}bind":
            found.binds[element.attrib["nodeset"]] = dict(element.attrib)
        elif element.tag == f"{_XF}setvalue":
            found.defaults[element.attrib["ref"]] = element.attrib.get("value", "")
        elif element.tag in (f"{_XF}select", f"{_XF}select1"):
            itemset = element.find(f"{_XF}itemset")
            if itemset is not None:
                found.itemsets[element.attrib["ref"]] = itemset.attrib["nodeset"]
        elif element.tag == f"{_XF}repeat" and (count := element.get(f"{_JR}count")):
            found.counts[element.attrib["nodeset"]] = count
    return found

"""A feed in Atom (RFC 4287), written from plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, such as the line break of a word processor."""
register_namespace("", _ATOM)


@dataclass(frozen=True)
class Entry:
    """One entry; its id stays whatever becomes of its words."""

    id: UUID
    title: str
    address: str
    published_at: datetime
    updated_at: datetime
    words: str


def feed(
    *,
    feed_id: UUID,
    title: str,
    language: str,
    own_address: str,
    address: str,
    author: str,
    updated_at: datetime,
    entries: Iterable[Entry],
) -> str:
    """The feed as a document; addresses are absolute."""
    root = Element(f"{{{_ATOM}}}feed", {_XML_LANG: language})
    _text(root, "id", feed_id.urn)
    _text(root, "title", title)
    _text(root, "updated", _moment(updated_at))
    _text(_child(root, "author"), "name", author)
    _child(root, "link", rel="self", type="application/atom+xml", href=own_address)
    _child(root, "link", rel="alternate", type="text/html", href=address)
    for one in entries:
        entry = _child(root, "entry")
        _text(entry, "id", one.id.urn)
        _text(entry, "title", one.title)
        _text(entry, "published", _moment(one.published_at))
        _text(entry, "updated", _moment(one.updated_at))
        _child(entry, "link", rel="alternate", type="text/html", href=one.address)
        _text(entry, "summary", one.words)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _child(parent: Element, name: str, **attributes: str) -> Element:
    return SubElement(parent, f"{{{_ATOM}}}{name}", attributes)


def _text(parent: Element, name: str, words: str) -> None:
    _child(parent, name).text = _FORBIDDEN.sub(" ", words)


def _moment(moment: datetime) -> str:
    """To the minute: enough to tell two changes apart, and no more of how somebody works than that."""
    return moment.replace(second=0, microsecond=0).isoformat()

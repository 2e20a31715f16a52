"""What may follow what: the one table of a finding's statuses, who may take each step, and what it needs.

`python -m app.services.transitions` writes the same table and its diagram into docs/remedy-statuses.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app.errors import N_
from app.models.findings import Finding, Status
from app.permissions import Permission

DOCUMENT = Path(__file__).parents[2] / "docs" / "remedy-statuses.md"


class Need(Enum):
    """One thing that a step must be given: the field of `remedies.Given` that holds it, and what it is."""

    SEVERITY = ("severity", "category, severity")
    ORIGINAL = ("duplicate_of", "the finding it repeats")
    RESPONSIBLE = ("responsible_id", "responsible organisation")
    DUE = ("due_on", "due date (proposed by rule)")
    ANSWER = ("words", "answer to the owner")
    REASON = ("words", "reason")
    SUGGESTION = ("suggestion", "suggestion if known")
    PLAN = ("planned_on", "date, not in the past")
    UNTIL = ("hold_until", "until when")
    WHEN = ("fixed_on", "when")
    FIX_PHOTO = ("photos", "photo unless the category's rule waives it")
    HOW = ("how", "how: on site, by photo, at a walk")
    CHECK_PHOTO = ("photos", "photo where the rule says")
    CODE = ("reason", "coded reason")
    WORDS = ("words", "words")
    SEEN = ("words", "what was seen")

    @property
    def field(self) -> str:
        """The field that holds it, and that an error about it names."""
        return self.value[0]


@dataclass(frozen=True)
class Transition:
    """Any status of `before` may become `after` by somebody holding one of the permissions `who`."""

    before: tuple[Status, ...]
    after: Status
    who: tuple[Permission, ...]
    needs: tuple[Need, ...] = ()


_S, _N = Status, Need
COORDINATOR = (Permission.COORDINATE,)
OWNER = (Permission.REPRESENT,)
EITHER = (Permission.ANSWER, Permission.COORDINATE)
CHECKER = (Permission.VERIFY,)
FIELD = (Permission.REOPEN,)
REPORTER = (Permission.COORDINATE, Permission.EDIT_FINDING)
"""`EDIT_FINDING` counts for the one who reported it: `remedies` asks who that was."""

_SENT = (_S.SENT, _S.ACKNOWLEDGED, _S.PLANNED, _S.IN_PROGRESS)
_WITH_OWNER = (*_SENT, _S.ON_HOLD, _S.NEEDS_INVESTMENT)

TRANSITIONS: tuple[Transition, ...] = (
    Transition((_S.NEW,), _S.TRIAGED, COORDINATOR, (_N.SEVERITY,)),
    Transition((_S.NEW, _S.TRIAGED), _S.DUPLICATE, COORDINATOR, (_N.ORIGINAL,)),
    Transition((_S.NEW, _S.TRIAGED), _S.WITHDRAWN, REPORTER),
    Transition((_S.TRIAGED, _S.NOT_OURS, _S.REOPENED), _S.SENT, COORDINATOR, (_N.RESPONSIBLE, _N.DUE)),
    Transition((_S.SENT,), _S.ACKNOWLEDGED, EITHER),
    Transition((_S.SENT, _S.ACKNOWLEDGED, _S.PLANNED), _S.NOT_OURS, OWNER, (_N.REASON, _N.SUGGESTION)),
    Transition(_WITH_OWNER, _S.PLANNED, EITHER, (_N.PLAN,)),
    Transition((_S.ACKNOWLEDGED, _S.PLANNED), _S.IN_PROGRESS, EITHER),
    Transition(_SENT, _S.ON_HOLD, EITHER, (_N.REASON, _N.UNTIL)),
    Transition(_SENT, _S.NEEDS_INVESTMENT, EITHER, (_N.REASON,)),
    Transition(_WITH_OWNER, _S.REPORTED_FIXED, EITHER, (_N.WHEN, _N.FIX_PHOTO)),
    Transition(_WITH_OWNER, _S.DECLINED_PROPOSED, OWNER, (_N.REASON,)),
    Transition(
        (_S.DECLINED_PROPOSED, _S.TRIAGED, _S.NEEDS_INVESTMENT), _S.WONT_FIX, COORDINATOR, (_N.CODE, _N.WORDS)
    ),
    Transition((_S.DECLINED_PROPOSED,), _S.SENT, COORDINATOR, (_N.ANSWER,)),
    Transition((_S.REPORTED_FIXED,), _S.VERIFIED, CHECKER, (_N.HOW, _N.CHECK_PHOTO)),
    Transition((_S.REPORTED_FIXED, _S.VERIFIED, _S.CLOSED, _S.WONT_FIX), _S.REOPENED, FIELD, (_N.SEEN,)),
    Transition((_S.VERIFIED,), _S.CLOSED, COORDINATOR),
)
"""Row by row as the domain has it: `closed` only through `verified`; closed unfixed is `wont_fix`."""

_BY_PAIR = {(before, row.after): row for row in TRANSITIONS for before in row.before}

PUBLIC_WORDS: dict[Status, str] = {
    **dict.fromkeys((_S.NEW, _S.TRIAGED, _S.NOT_OURS, _S.REOPENED), N_("Received")),
    **dict.fromkeys(
        (_S.SENT, _S.ACKNOWLEDGED, _S.ON_HOLD, _S.NEEDS_INVESTMENT, _S.DECLINED_PROPOSED),
        N_("With the responsible"),
    ),
    _S.PLANNED: N_("A remedy is planned"),
    _S.IN_PROGRESS: N_("Under way"),
    _S.REPORTED_FIXED: N_("Fixed according to the responsible, not checked"),
    **dict.fromkeys((_S.VERIFIED, _S.CLOSED), N_("Done")),
    _S.WONT_FIX: N_("Will not be fixed"),
    _S.WITHDRAWN: N_("Taken back"),
}
"""The one public word of each status, as a message id; a duplicate shows as the one it repeats."""


def find_transition(before: Status, after: Status) -> Transition | None:
    """The row of the table that leads from one status to the other, if there is one."""
    return _BY_PAIR.get((before, after))


def transitions_from(before: Status) -> list[Transition]:
    """Every row that leads on from `before`, in the order of the table."""
    return [row for row in TRANSITIONS if before in row.before]


def public_word(finding: Finding) -> str:
    """The message id of the word that the public reads for this finding."""
    while finding.status is Status.DUPLICATE and finding.duplicate_of is not None:
        finding = finding.duplicate_of
    return PUBLIC_WORDS.get(finding.status, PUBLIC_WORDS[Status.NEW])


_ENDS = (Status.CLOSED, Status.WONT_FIX, Status.DUPLICATE, Status.WITHDRAWN)
_WHO = {
    COORDINATOR: "coordinator",
    OWNER: "owner",
    EITHER: "owner, coordinator",
    CHECKER: "not the doer (a colleague may)",
    REPORTER: "who reported it, coordinator",
    FIELD: "field, coordinator; a resident's report after moderation",
}


def draw() -> str:
    """The table as Mermaid's stateDiagram-v2 and as a Markdown table: the text of docs/remedy-statuses.md."""
    return "\n".join(
        [
            "# The statuses of a finding",
            "",
            "Written by `python -m app.services.transitions` from the one table in that file; a test",
            "holds the two together. A coordinator may take the last step back by a new entry that",
            "says so, and what has been verified is closed by rule after some days.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> new",
            *(f"    {before} --> {row.after}" for row in TRANSITIONS for before in row.before),
            *(f"    {status} --> [*]" for status in _ENDS),
            "```",
            "",
            *_markdown(
                ("from", "to", "who", "needs"),
                ((", ".join(row.before), row.after, _WHO[row.who], _needs(row)) for row in TRANSITIONS),
            ),
            "",
            "## What the public reads",
            "",
            *_markdown(
                ("status", "public word"),
                ((status, PUBLIC_WORDS.get(status, "(that of the finding it repeats)")) for status in Status),
            ),
            "",
        ]
    )


def _needs(row: Transition) -> str:
    return "; ".join(need.value[1] for need in row.needs) or "–"


def _markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in (head, ("---",) * len(head), *rows)]


if __name__ == "__main__":
    DOCUMENT.write_text(draw(), encoding="utf-8")

"""What the residents of the demo answer: invented people, the same every time, who hang together as people do."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from app.models.surveys import Channel
from app.services.result_map import map_questions
from forms.questionnaire.definition import NO_OPINION, Choice, Definition, Kind, Question
from geo.distances import metres_per_degree

_WEIGHTS: Mapping[str, tuple[int, ...]] = {
    "relation": (52, 16, 3, 8, 15, 6),
    "safe_day": (34, 46, 12, 3, 1, 4),
    "safe_evening": (10, 31, 27, 13, 14, 5),
    "avoids": (44, 33, 17, 6),
    "problem_litter": (24, 38, 32, 6),
    "problem_lighting": (30, 36, 25, 9),
    "problem_sightlines": (41, 33, 12, 14),
    "problem_graffiti": (38, 37, 17, 8),
    "problem_drugs": (26, 24, 29, 21),
    "change_12_months": (3, 17, 46, 17, 6, 11),
    "knows_work": (9, 21, 70),
    "knows_where": (38, 62),
    "would_report": (46, 31, 17, 6),
    "age_band": (9, 21, 27, 28, 10, 3, 2),
    "gender": (49, 46, 1, 4),
}
"""Item → how often each choice is made, in the order of the questionnaire; every choice alike where nothing stands."""
_CHANNELS = {
    Channel.LETTER: 56,
    Channel.POSTER: 14,
    Channel.LINK: 9,
    Channel.INTERVIEW: 16,
    Channel.PAPER: 5,
}
_LANGUAGES = {"sv": 62, "sv-latt": 4, "en": 8, "ar": 14, "so": 12}
_SKIPS = 0.04
_SHOWS = 0.6
"""How many show any place."""
_SETS, _BESIDE_M = 0.5, 30
"""How many set a place on the map instead of choosing it, and how far from the name."""
_HANGS_TOGETHER = 0.6
"""How much one good answer goes with the next."""
WORDS = (
    "Det blev mycket bättre när lamporna vid trapporna byttes.",
    "Mopederna på gångvägen är värst, särskilt på kvällarna.",
    "Fler bänkar, tack! Det finns ingenstans att sitta och vänta.",
    "Jag går hellre runt än genom tunneln när det är mörkt.",
    "Roligt med marknaden i somras. Mer sånt.",
    "Papperskorgarna är fulla varje helg.",
    "Bra att någon frågar. Berätta vad ni gör med svaren.",
    "Det är halt vid rulltrappan hela vintern.",
    "Personalen på torget är jättebra.",
    "Buskarna vid parkeringen skymmer.",
)
"""No names and nothing that shows who anybody is."""

T = TypeVar("T")
Row = tuple[UUID, Channel, str, date, dict[str, Any]]


class Voices:
    """People who answer one wave; `gains` makes good answers to an item that much likelier than in the weights.

    `spots` (lon, lat) are the places that they know, best first; each question that asks for places begins at another.
    """

    def __init__(
        self,
        definition: Definition,
        seed: str,
        gains: Mapping[str, float],
        spots: Sequence[tuple[float, float]],
    ) -> None:
        self._questions = [one for one in definition.questions() if one.kind is not Kind.GEOPOINT]
        self._maps = [(one.question.name, one.repeat.name) for one in map_questions(definition) if one.repeat]
        self._chance = random.Random(seed)  # noqa: S311  the same demo every time
        self._map_chance = random.Random(f"{seed} map")  # noqa: S311  the same
        self._gains = gains
        self._spots = spots

    def answers(self, number: int, first: date, last: date) -> Iterator[Row]:
        """So many responses within these days: key, channel, language, day, answers."""
        days = (last - first).days + 1
        for _ in range(number):
            yield (
                self.key(),
                self._one_of(list(_CHANNELS), list(_CHANNELS.values())),
                self._one_of(list(_LANGUAGES), list(_LANGUAGES.values())),
                # Most answer soon, some after a reminder.
                first + timedelta(days=int(days * self._chance.random() ** 1.6)),
                self._person(),
            )

    def key(self) -> UUID:
        """A random key."""
        return UUID(int=self._chance.getrandbits(128), version=4)

    def _person(self) -> dict[str, Any]:
        mood = self._chance.gauss(0, 1)
        said: dict[str, Any] = {}
        for question in self._questions:
            if question.required is None and self._chance.random() < _SKIPS:
                continue
            if question.kind is Kind.SELECT_ONE:
                said[question.name] = self._choose(question, mood)
            elif question.kind is Kind.SELECT_MULTIPLE:
                said[question.name] = self._several(question.choices)
        for number, (name, repeat) in enumerate(self._maps):
            if self._spots and self._map_chance.random() < _SHOWS:
                said[repeat] = [{name: where} for where in self._places(number)]
        return said

    def _places(self, question: int) -> list[str]:
        """One to three places, the same ones by most people: chosen from the list, or set beside it on the map."""
        count = len(self._spots)
        nth = [min(int(self._map_chance.expovariate(0.45)), count - 1) for _ in range(3)]
        wanted = nth[: self._map_chance.choice((1, 1, 2, 3))]
        found = []
        for place in dict.fromkeys(wanted):
            lon, lat = self._spots[(place + 2 * question) % count]
            if self._map_chance.random() < _SETS:
                east, north = metres_per_degree(lat)
                lon += self._map_chance.gauss(0, _BESIDE_M) / east
                lat += self._map_chance.gauss(0, _BESIDE_M) / north
            found.append(f"{lat:.5f} {lon:.5f}")
        return found

    def _choose(self, question: Question, mood: float) -> str:
        usual = _WEIGHTS.get(question.name, ())
        weights = usual if len(usual) == len(question.choices) else (1,) * len(question.choices)
        gain = math.exp(_HANGS_TOGETHER * mood + self._gains.get(question.name, 0))
        chances = [
            weight * (gain if choice.good else 0.2 if not usual and choice.name in NO_OPINION else 1)
            for choice, weight in zip(question.choices, weights, strict=True)
        ]
        return self._one_of([choice.name for choice in question.choices], chances)

    def _several(self, choices: Sequence[Choice]) -> list[str]:
        """One to three of those before the last, which stands for none of them."""
        *some, none = [choice.name for choice in choices]
        if self._chance.random() < 0.3:
            return [none]
        chosen = set(self._chance.sample(some, min(len(some), self._chance.randint(1, 3))))
        return [name for name in some if name in chosen]

    def _one_of(self, of: Sequence[T], weights: Sequence[float]) -> T:
        return self._chance.choices(of, weights)[0]

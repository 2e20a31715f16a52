"""The frame of a questionnaire's pages: our own words round the questions, the languages, and the files of the look."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from flask import current_app, request, url_for
from markupsafe import Markup

from app.assets import manifest
from app.resident_words import direction, for_residents, frame_language, html_language, language_name
from app.views.answering_visits import Visit
from forms.questionnaire.pages import Said


def render(
    template: str, language: str, languages: tuple[str, ...], visit: Visit | None = None, **values: Any
) -> str:
    """A page in its frame; with a visit, also what travels in its form."""
    # Not by render_template: what it adds for every page, these do not need, at half of what a page costs.
    if visit is not None:
        values |= {
            "address": f"{request.script_root}/enkat/{visit.round.slug}",
            "slug": visit.round.slug,
            "round": visit.round.number,
            "carried": visit.carried.fields,
            "test": visit.test,
        }
    return current_app.jinja_env.get_template(f"enkat/{template}").render(frame(language, languages) | values)


def frame(language: str, languages: tuple[str, ...]) -> dict[str, Any]:
    """What the frame says on every page in a language."""
    files = manifest().files
    return _framed(language, languages, files["enkat.css"], files["enkat.js"], files["mark.svg"])


@lru_cache(maxsize=64)
def _framed(language: str, languages: tuple[str, ...], sheet: str, script: str, mark: str) -> dict[str, Any]:
    links, buttons = Markup('<a href="?lang={}"'), Markup('<button form="f" name="byt" value="{}"')
    here = Markup(' aria-current="true"')

    def named(tag: Markup, end: Markup) -> Markup:
        rest = Markup(' lang="{}" dir="{}"{}>{}')
        return Markup("\n").join(
            (tag + rest).format(
                code,
                html_language(code),
                direction(code),
                here if code == language else "",
                language_name(code),
            )
            + end
            for code in languages
        )

    return {
        "r_": for_residents(language),
        "language": language,
        "html_language": html_language(frame_language(language)),
        "direction": direction(frame_language(language)),
        "links": named(links, Markup("</a>")),
        "buttons": named(buttons, Markup("</button>")),
        "sheet": url_for("assets.built", name=sheet),
        "script": url_for("assets.built", name=script),
        "mark_svg": url_for("assets.built", name=mark),
        "mark": partial(_mark, language),
    }


def _mark(language: str, words: Said) -> Markup:
    """The attributes of words of the questionnaire that are in another language than our own round them."""
    spoken, around = html_language(words.other or language), html_language(frame_language(language))
    return Markup() if spoken == around else Markup(' lang="{}" dir="auto"').format(spoken)

"""A resident at a questionnaire, who presses the buttons that the page has."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.views.pages import page


class Resident:
    """Fills in what the page shows, and sends what its form then holds."""

    def __init__(self, client: FlaskClient, address: str, headers: dict[str, str] | None = None) -> None:
        self.client, self.address = client, address
        self.answer: TestResponse = client.get(address, headers=headers)

    @property
    def soup(self) -> BeautifulSoup:
        """The page, checked as a page."""
        return page(self.answer, self.answer.status_code)

    @property
    def heading(self) -> str:
        """What the page is about."""
        (found,) = self.soup.find_all("h1")
        return str(found.get_text(" ", strip=True))

    def values(self) -> dict[str, Any]:
        """What the form holds as it stands."""
        found: dict[str, Any] = {}
        for field in self.soup.select("#f input, #f textarea"):
            name, kind = str(field.get("name")), field.get("type")
            if kind in ("radio", "checkbox") and not field.has_attr("checked"):
                continue
            if kind == "file":
                continue
            value = field.get_text() if field.name == "textarea" else str(field.get("value", ""))
            found.setdefault(name, []).append(value)
        return found

    def press(self, button: str = "next", /, **answers: Any) -> Resident:
        """Press a button by its value (a language too), with these answers by the name of their question."""
        values = self.values()
        for name, value in answers.items():
            values[name if name in ("kod", "website") else f"q-{name}"] = value
        found = self.soup.find("button", attrs={"value": button})
        assert isinstance(found, Tag), f"no button {button}"
        form = self.soup.find("form", id="f")
        assert isinstance(form, Tag)
        self.answer = self.client.post(str(form["action"]), data={**values, str(found["name"]): button})
        return self

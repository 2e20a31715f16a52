"""Pages fetched in tests are checked as pages: title, one h1, no duplicate ids, labels, no inline style or script."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse


def page(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """The parsed page of a response, after checking that it is a sound one."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
    assert response.mimetype == "text/html"
    soup = BeautifulSoup(response.text, "html.parser")
    assert soup.title is not None
    assert len(soup.title.get_text(strip=True)) > len("· Platskollen")
    assert len(soup.find_all("h1")) == 1
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids)), "an id stands twice"
    assert not soup.find_all(style=True), "the policy refuses inline styles"
    policy = response.headers["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0] if "'nonce-" in policy else None
    for tag in soup.find_all(["script", "style"]):
        assert tag.get("src") or (nonce and tag.get("nonce") == nonce), f"inline {tag.name} without a nonce"
    for control in soup.find_all(["input", "select", "textarea"]):
        assert _has_label(soup, control), f"no label: {control}"
    return soup


def _has_label(soup: BeautifulSoup, control: Tag) -> bool:
    if control.get("type") in {"hidden", "submit", "button"} or control.get("aria-label"):
        return True
    if control.get("aria-labelledby") or control.find_parent("label"):
        return True
    return bool(control.get("id") and soup.find("label", attrs={"for": control["id"]}))

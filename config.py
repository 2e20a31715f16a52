"""Every setting of Platskollen, read from PLATSKOLLEN_* variables; docs/settings.md lists them."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_TILES = re.compile(r"(?P<origin>https?://[A-Za-z0-9.-]+(:[0-9]+)?)/\S*")


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the message names the variable and what it should be."""


class Settings(BaseSettings):
    """The settings of one deployment; with none set, everything lives in one folder on this machine."""

    model_config = SettingsConfigDict(env_prefix="PLATSKOLLEN_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path("var"), description="Folder of the embedded mode: database, files and generated secret."
    )
    database_url: str = Field(
        "", description="`postgresql://…` or `sqlite:///…`; empty: SQLite in the data folder."
    )
    storage_url: str = Field(
        "", description="`file:///…` or `s3://bucket/prefix`; empty: a folder in the data folder."
    )
    redis_url: str = Field(
        "", description="`redis://…` for rate limits shared by several nodes; empty: in memory."
    )
    smtp_url: str = Field(
        "",
        description="`smtp://user:password@host:port` or `smtps://…`; empty: mail is written to the log folder.",
    )
    mail_from: str = Field("Platskollen <platskollen@localhost>", description="Sender of every mail.")
    bounce_address: str = Field(
        "",
        description="`returns@example.se`: undeliverable mail comes back to `returns+<id>@example.se`, to be "
        "piped into `platskollen bounce`; empty: to the sender.",
    )
    push_hosts: str = Field(
        "fcm.googleapis.com updates.push.services.mozilla.com *.notify.windows.com *.push.apple.com",
        description="Hosts of browser makers that may be asked to show a notice, with blanks between; empty: none.",
    )
    secret_key: str = Field(
        "", description="Signs sessions and links; empty: made once and kept in the data folder."
    )
    base_url: str = Field(
        "http://localhost:8000", description="The address that people use, for links in mail."
    )
    basemap: str = Field(
        "",
        description="Path of a `.pmtiles` file, or an `https://…/{z}/{x}/{y}.png` or WMTS GetTile template; empty: "
        "`basemap.pmtiles` in the data folder, where there is one.",
    )
    basemap_attribution: str = Field(
        "", description="Whom the map names as its source; empty: as the file says, or the host."
    )
    fault_channel: str = Field(
        "", description="What the city calls its own channel for new faults, as residents know it."
    )
    fault_channel_url: str = Field(
        "", description="Where that channel is, `https://…`; empty: only its name is said."
    )
    oidc_issuer: str = Field(
        "",
        description="`https://…` of the organisation's directory (OpenID Connect); empty: no sign-in by it.",
    )
    oidc_client_id: str = Field("", description="What Platskollen is called there.")
    oidc_client_secret: str = Field("", description="Its secret there.")
    oidc_groups_claim: str = Field("groups", description="The claim of the ID token that lists groups.")
    names_file: Path | None = Field(
        None,
        description="A text file of further names that residents' free text is scrubbed of, as `forms/names.txt`.",
    )
    smallest_cell: int = Field(5, ge=5, description="Survey results hide every count below this.")
    smallest_base: int = Field(10, ge=10, description="Survey results hide every group with fewer answers.")
    smallest_headline: int = Field(
        30, ge=30, description="Survey results hide every question and wave with fewer answers."
    )
    metrics_token: str = Field(
        "", description="Who reads `/metrics` sends it as a bearer token; empty: only this machine may read."
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="How many reverse proxies stand in front.")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"sqlite", "postgresql"}:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("storage_url")
    @classmethod
    def _known_storage(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"file", "s3"}:
            raise ValueError("must begin with file:/// or s3://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"smtp", "smtps"}:
            raise ValueError("must begin with smtp:// or smtps://")
        return value

    @field_validator("fault_channel_url")
    @classmethod
    def _known_channel(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("base_url")
    @classmethod
    def _absolute_base(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1"}:
            raise ValueError("must begin with https://")
        return value

    @field_validator("basemap")
    @classmethod
    def _known_basemap(cls, value: str) -> str:
        if not value or value.endswith(".pmtiles"):
            return value
        # WMTS has words of its own for the three parts of a tile's address.
        for word, part in (("{TileMatrix}", "{z}"), ("{TileCol}", "{x}"), ("{TileRow}", "{y}")):
            value = value.replace(word, part)
        # The host stands in the content policy, so it must be one name and nothing else.
        if not _TILES.fullmatch(value) or sorted(re.findall(r"\{.*?\}", value)) != ["{x}", "{y}", "{z}"]:
            raise ValueError("must end in .pmtiles, or be https://host/… with {z}, {x} and {y}")
        return value

    @cached_property
    def basemap_file(self) -> Path | None:
        """The PMTiles file that is served; it may not be there (yet). None where another host has the tiles."""
        if self.basemap_origin:
            return None
        return Path(self.basemap) if self.basemap else self.data_dir.resolve() / "basemap.pmtiles"

    @cached_property
    def basemap_origin(self) -> str:
        """Scheme and host of the other server that has the tiles, e.g. `https://tiles.example.se`; empty: ours."""
        found = _TILES.fullmatch(self.basemap)
        return found["origin"] if found else ""

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve() / 'platskollen.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @cached_property
    def storage(self) -> str:
        """The address of the file storage."""
        return self.storage_url or (self.data_dir.resolve() / "files").as_uri()

    @cached_property
    def secret(self) -> str:
        """The signing secret; a generated one is readable by its owner only and survives restarts."""
        if self.secret_key:
            return self.secret_key
        self.data_dir.mkdir(parents=True, exist_ok=True)
        path = self.data_dir / "secret-key"
        if not path.exists():
            # Written whole under another name and then linked, so that two starting processes agree on one.
            handle, draft = tempfile.mkstemp(dir=self.data_dir)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                path.hardlink_to(draft)
            Path(draft).unlink()
        return path.read_text()

    @property
    def secure(self) -> bool:
        """Whether people reach the service by HTTPS, so that cookies may demand it."""
        return self.base_url.startswith("https://")


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises SettingsError naming each variable that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = (
            f"PLATSKOLLEN_{str(fault['loc'][0]).upper()}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        raise SettingsError("\n".join(faults)) from error


_active: Settings | None = None


def use_settings(chosen: Settings) -> None:
    """Make these the settings of this process."""
    global _active
    _active = chosen


def settings() -> Settings:
    """The settings of this process, read from the environment when first asked for."""
    if _active is None:
        use_settings(load_settings())
    assert _active is not None
    return _active

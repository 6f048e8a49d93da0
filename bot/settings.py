"""All settings, read once from WHODOES_… variables or a file, and handed on from here."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.misspelt import strays
from mail.tokens import checked_form, plus_form

PREFIX = "WHODOES_"
MOST_MAIL_PROCESSES = 4
_LABELS = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
FILE_VARIABLE = f"{PREFIX}SETTINGS"  # a file of NAME=value lines, for those who do not like variables


def default_database() -> str:
    return f"sqlite:///{user_data_path('whodoes')}/whodoes.sqlite3"


class SettingsProblem(Exception):
    """Settings that cannot work, in words that name the variable and the mend."""


def _usual_processes() -> int:
    """One for each processor, up to what a single writer keeps up with; none where there is only one."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if processors == 1 else min(processors, MOST_MAIL_PROCESSES)


class Settings(BaseSettings):
    """Every value has a default that is safe: no token, no relay, nothing leaves the machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: str = Field(default_factory=default_database)
    region: str = "our cluster"  # how answers call the network
    identity: str = ""  # who writes, with a postal address; at the end of every mail: "Harrowdale Network, 1 Mill Lane, …"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    vectors: Literal["auto", "off"] = "auto"  # word vectors where the extra is installed, or not even there

    slack_bot_token: SecretStr = SecretStr("")  # xoxb-…
    slack_app_token: SecretStr = SecretStr("")  # xapp-…, for Socket Mode
    slack_signing_secret: SecretStr = SecretStr("")  # for HTTP
    slack_transport: Literal["socket", "http"] = "socket"
    slack_style: Literal["plain", "cards"] = "plain"  # cards: hits side by side, where the clients draw them
    slack_api_url: str = "https://slack.com/api/"

    mail_address: str = ""  # who members write to: ask@cluster.example
    mail_reply_address: str = ""  # where replies come to; empty: ask+{token}@…, behind a plus
    mail_host: str = "127.0.0.1"
    mail_port: int = Field(default=8025, ge=0, le=65535)
    mail_protocol: Literal["smtp", "lmtp", "imap"] = "smtp"
    mail_max_bytes: int = Field(default=10_000_000, ge=10_000, le=100_000_000)
    mail_authentication: Literal["", "results", "check", "none"] = (
        ""  # who says that a sender is who they say
    )
    mail_authserv_id: str = ""  # how the MTA in front signs its Authentication-Results: mx.cluster.example
    mail_strangers_an_hour: int = Field(default=60, ge=1)  # answers to people nobody knows, all together
    mail_processes: int = Field(  # that read mails and work out answers beside this one; 0: it does so itself
        default_factory=_usual_processes, ge=0, le=16
    )
    mail_public: bool = False  # listen beyond this machine; an MTA belongs in front, so this is a decision

    imap_host: str = ""  # the mailbox that is read, where the protocol is imap
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = "INBOX"
    imap_keep: str = "seen"  # what becomes of a mail that was taken: seen, move:Folder or delete

    relay_host: str = ""  # the smarthost; empty: mail is kept in the outbox and nothing leaves
    relay_port: int = Field(default=25, ge=1, le=65535)
    relay_security: Literal["none", "starttls", "tls"] = "starttls"
    relay_user: str = ""
    relay_password: SecretStr = SecretStr("")
    relay_connections: int = Field(default=4, ge=1, le=20)  # at a time, for campaigns
    relay_rate: float = Field(default=0.0, ge=0, le=100_000)  # a campaign's mails a second; 0: all it takes

    dkim_key_file: str = ""  # an RSA key in PEM form; empty: mails are not signed here
    dkim_selector: str = ""  # what stands before ._domainkey in the DNS
    dkim_domain: str = ""  # empty: that of mail_address

    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    web_url: str = (
        ""  # where people reach the pages: https://whodoes.cluster.example; empty: mails hold no links
    )

    zone: str = "Europe/London"  # whose wall clock the region lives by
    quiet_from: int = Field(default=18, ge=0, le=23)  # nothing that nobody waits for leaves from this hour …
    quiet_until: int = Field(default=8, ge=0, le=23)  # … to this one; the same twice: at any time

    introductions_approval: bool = False  # staff see each request before anybody is asked
    introductions_requests_a_month: int = Field(default=6, ge=1)  # that one person may ask for
    introductions_asked_a_month: int = Field(default=3, ge=1)  # that one person gets
    introductions_organisation_a_month: int = Field(default=6, ge=1)  # that all of one organisation get
    introductions_pair_days: int = Field(default=180, ge=0)  # before the same two are brought together again
    introductions_nudge_days: int = Field(default=4, ge=1)
    introductions_silent_days: int = Field(default=10, ge=2)  # without a word, and it is let be
    introductions_silences: int = Field(
        default=3, ge=1
    )  # in a row, and a person is asked no more until they return
    introductions_hold_minutes: int = Field(default=0, ge=0)  # in which staff may change what both are to get
    introductions_met_days: int = Field(default=14, ge=1)
    introductions_outcome_days: Annotated[tuple[int, ...], NoDecode] = (90, 180)  # "90,180"

    broadcasts_approval_above: int = Field(default=100, ge=0)  # people; more need a second person's word
    broadcasts_cancel_seconds: int = Field(default=60, ge=0, le=3600)  # to call it off in
    broadcasts_late_minutes: int = Field(default=60, ge=5)  # behind its time, it asks first

    stop_seconds: float = Field(default=20.0, gt=0)  # how long a stop waits for work in hand

    @field_validator("slack_bot_token")
    @classmethod
    def _a_bot_token(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not token.get_secret_value().startswith("xoxb-"):
            raise ValueError("a bot token starts with xoxb- (Slack: OAuth & Permissions)")
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _an_app_token(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not token.get_secret_value().startswith("xapp-"):
            raise ValueError("an app-level token starts with xapp- (Slack: Basic Information)")
        return token

    @field_validator("zone")
    @classmethod
    def _a_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("write an IANA zone, such as Europe/London")
        return zone

    @field_validator("introductions_outcome_days", mode="before")
    @classmethod
    def _days(cls, days: object) -> object:
        if not isinstance(days, str):
            return days
        parts = [part.strip() for part in days.split(",") if part.strip()]
        if not all(part.isdigit() and int(part) > 0 for part in parts):
            raise ValueError("write days after the introduction, such as 90,180")
        return tuple(sorted({int(part) for part in parts}))

    @field_validator("mail_address")
    @classmethod
    def _a_mailbox(cls, address: str) -> str:
        if address and (address.count("@") != 1 or any(c.isspace() or c in "<>,;" for c in address)):
            raise ValueError("write one bare address, such as ask@cluster.example")
        return address.lower()

    @field_validator("mail_reply_address")
    @classmethod
    def _a_place_for_replies(cls, form: str) -> str:
        return checked_form(form) if form else ""

    @model_validator(mode="after")
    def _has_room_for_replies(self) -> "Settings":
        try:
            checked_form(self.mail_reply_address or plus_form(self.mail_address or "ask@cluster.example"))
        except ValueError:
            raise ValueError(
                "replies to mail_address cannot carry a token behind a plus: "
                "set WHODOES_MAIL_REPLY_ADDRESS, such as r-{token}@reply.cluster.example"
            ) from None
        return self

    @field_validator("imap_keep")
    @classmethod
    def _a_way_to_keep(cls, keep: str) -> str:
        folder = keep.removeprefix("move:") if keep.startswith("move:") else ""
        if keep not in {"seen", "delete"} and not folder.strip():
            raise ValueError("write seen, delete, or move: and a folder, such as move:Answered")
        return keep

    @field_validator("mail_authserv_id")
    @classmethod
    def _an_id(cls, authserv_id: str) -> str:
        if any(c.isspace() or c in "<>,;()" for c in authserv_id):
            raise ValueError(
                "write what stands first in your MTA's Authentication-Results: mx.cluster.example"
            )
        return authserv_id

    @model_validator(mode="after")
    def _signs_for_somebody(self) -> "Settings":
        if not (self.dkim_key_file or self.dkim_selector):
            return self
        for name in ("dkim_key_file", "dkim_selector"):
            if not getattr(self, name):
                raise ValueError(f"to sign mails, WHODOES_{name.upper()} is needed too")
        if not self.signing_domain:
            raise ValueError("to sign mails, WHODOES_MAIL_ADDRESS or WHODOES_DKIM_DOMAIN is needed too")
        for name in ("dkim_selector", "signing_domain"):
            if not _LABELS.fullmatch(getattr(self, name)):
                raise ValueError(
                    f"{name.replace('signing', 'dkim')} is no name of the DNS: write autumn, or cluster.example"
                )
        return self

    @model_validator(mode="after")
    def _believes_for_a_reason(self) -> "Settings":
        if self.authentication == "results" and not self.mail_authserv_id:
            raise ValueError(
                "mail_authentication results needs WHODOES_MAIL_AUTHSERV_ID: whose results to believe"
            )
        if self.authentication == "none" and (self.mail_public or self.mail_protocol == "imap"):
            raise ValueError("mail_authentication none would believe anybody who writes from anywhere")
        return self

    @model_validator(mode="after")
    def _has_a_mailbox(self) -> "Settings":
        if self.mail_protocol != "imap":
            return self
        for name in ("imap_host", "imap_user"):
            if not getattr(self, name):
                raise ValueError(f"mail_protocol imap reads a mailbox: set WHODOES_{name.upper()} too")
        if self.imap_security == "none" and self.imap_host not in LOOPBACK:
            raise ValueError(
                "imap_security none would show the password to the network; use tls, or starttls with port 143"
            )
        return self

    @model_validator(mode="after")
    def _listens_at_home(self) -> "Settings":
        loopback = self.mail_host in LOOPBACK or self.mail_host.startswith("/")
        if not loopback and not self.mail_public:
            raise ValueError(
                "mail_host is open to the network; put an MTA in front, or set WHODOES_MAIL_PUBLIC=true to insist"
            )
        return self

    @model_validator(mode="after")
    def _nudges_before_it_gives_up(self) -> "Settings":
        if self.introductions_nudge_days >= self.introductions_silent_days:
            raise ValueError("introductions_nudge_days must be fewer than introductions_silent_days")
        return self

    @property
    def authentication(self) -> Literal["results", "check", "none"]:
        """By our MTA's results where it is named, else checked here; "none" only where somebody wrote so."""
        return self.mail_authentication or ("results" if self.mail_authserv_id else "check")

    @property
    def signing_domain(self) -> str:
        """Whose name the signatures are in; as the DNS has it."""
        domain = (self.dkim_domain or self.mail_address.rpartition("@")[2]).lower()
        with suppress(UnicodeError):
            return domain.encode("idna").decode("ascii")
        return domain

    @property
    def slack_configured(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value())

    def slack_missing(self) -> str:
        """The setting that Slack still needs, or nothing."""
        if not self.slack_bot_token.get_secret_value():
            return "WHODOES_SLACK_BOT_TOKEN"
        if self.slack_transport == "socket" and not self.slack_app_token.get_secret_value():
            return "WHODOES_SLACK_APP_TOKEN (or WHODOES_SLACK_TRANSPORT=http)"
        if self.slack_transport == "http" and not self.slack_signing_secret.get_secret_value():
            return "WHODOES_SLACK_SIGNING_SECRET"
        return ""


def read_settings() -> Settings:
    """Variables first, then the file that WHODOES_SETTINGS names. Raises SettingsProblem; its text holds no value."""
    file = os.environ.get(FILE_VARIABLE, "")
    if file and not Path(file).is_file():
        raise SettingsProblem(f"{FILE_VARIABLE} names {file}, and there is no such file.")
    named = [*os.environ, *(dotenv_values(file) if file else ())]
    if complaints := strays(named, Settings.model_fields, prefix=PREFIX):
        raise SettingsProblem("\n".join(dict.fromkeys(complaints)))
    try:
        return Settings(_env_file=file or None)
    except ValidationError as error:
        raise SettingsProblem("\n".join(_plain(problem) for problem in error.errors())) from None


def _plain(problem: object) -> str:
    assert isinstance(problem, dict)  # noqa: S101 - pydantic's ErrorDetails is a dict
    where = "_".join(str(part) for part in problem["loc"]).upper()
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"WHODOES_{where}: {message}" if where else message

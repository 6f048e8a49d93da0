"""Settings come from variables or a file, and say plainly what is wrong with them."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsProblem, read_settings
from bot.ways_in import account_of


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WHODOES_{name.upper()}", raising=False)
    monkeypatch.delenv("WHODOES_SETTINGS", raising=False)


def test_without_any_setting_nothing_can_leave_the_machine() -> None:
    settings = read_settings()
    assert settings.relay_host == ""
    assert not settings.slack_configured
    assert settings.mail_host == settings.web_host == "127.0.0.1"
    assert settings.database_url.startswith("sqlite:///")


def test_a_file_holds_settings_and_variables_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "whodoes.env"
    file.write_text("WHODOES_REGION=Harrowdale\nWHODOES_MAIL_PORT=2525\n")
    monkeypatch.setenv("WHODOES_SETTINGS", str(file))
    monkeypatch.setenv("WHODOES_MAIL_PORT", "2626")
    settings = read_settings()
    assert (settings.region, settings.mail_port) == ("Harrowdale", 2626)


def test_a_missing_settings_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_SETTINGS", "/nowhere/whodoes.env")
    with pytest.raises(SettingsProblem, match="no such file"):
        read_settings()


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("WHODOES_SLACK_BOT_TOKEN", "xapp-1-secret", "xoxb-"),
        ("WHODOES_SLACK_APP_TOKEN", "xoxb-1-secret", "xapp-"),
        ("WHODOES_MAIL_ADDRESS", "Ask <ask@cluster.example>", "one bare address"),
        ("WHODOES_MAIL_PORT", "smtp-secret", "integer"),
        ("WHODOES_IMAP_KEEP", "move", "move:Answered"),
        ("WHODOES_IMAP_KEEP", "move: ", "move:Answered"),
        ("WHODOES_MAIL_PROTOCOL", "imap", "WHODOES_IMAP_HOST"),
        ("WHODOES_MAIL_HOST", "0.0.0.0", "WHODOES_MAIL_PUBLIC"),  # noqa: S104 - the very thing that is refused
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_told(
    variable: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsProblem, match=says) as problem:
        read_settings()
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"IMAP_HOST": "imap.provider.example"}, "WHODOES_IMAP_USER"),
        (
            {"IMAP_HOST": "imap.provider.example", "IMAP_USER": "a", "IMAP_SECURITY": "none"},
            "show the password",
        ),
    ],
)
def test_a_mailbox_needs_a_name_and_an_encrypted_line(
    variables: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ({"MAIL_PROTOCOL": "imap", "IMAP_PASSWORD": "hunter2"} | variables).items():
        monkeypatch.setenv(f"WHODOES_{name}", value)
    with pytest.raises(SettingsProblem, match=says) as problem:
        read_settings()
    assert "hunter2" not in str(problem.value)


@pytest.mark.parametrize(
    ("keep", "after", "archive"),
    [("seen", "seen", ""), ("delete", "delete", ""), ("move:Done/2026", "move", "Done/2026")],
)
def test_a_mailbox_is_read_as_the_settings_say(
    keep: str, after: str, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"IMAP_HOST": "localhost", "IMAP_USER": "ask", "IMAP_PASSWORD": "hunter2", "IMAP_KEEP": keep}
    for name, value in given.items():
        monkeypatch.setenv(f"WHODOES_{name}", value)
    account = account_of(read_settings())
    assert (account.after.value, account.archive, account.port, account.security) == (
        after,
        archive,
        993,
        "tls",
    )
    assert account.password == "hunter2"
    assert "hunter2" not in repr(account) + repr(read_settings())


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({}, "WHODOES_SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "WHODOES_SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_TRANSPORT": "http"}, "WHODOES_SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, ""),
    ],
)
def test_what_slack_still_needs_is_told(
    variables: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"WHODOES_{name}", value)
    assert read_settings().slack_missing().startswith(missing)
    assert bool(read_settings().slack_missing()) == bool(missing)


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHODOES_RELAY_PASSWORD", "hunter2")
    assert "hunter2" not in repr(read_settings())


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("WHODOES_RELAY_HOTS", "There is no setting WHODOES_RELAY_HOTS. Did you mean WHODOES_RELAY_HOST?"),
        ("WHODOES_PIGEONS", "There is no setting WHODOES_PIGEONS."),
    ],
)
def test_a_misspelt_setting_is_no_setting_left_out(
    name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail that never leaves because of two letters would be found out by members."""
    with monkeypatch.context() as patch:
        patch.setenv(name, "secret")
        with pytest.raises(SettingsProblem) as problem:
            read_settings()
        assert str(problem.value) == says
    file = tmp_path / "whodoes.env"
    file.write_text(f"PATH_OF_ANOTHER_PROGRAM=x\n{name}=secret\n")
    monkeypatch.setenv("WHODOES_SETTINGS", str(file))
    with pytest.raises(SettingsProblem) as problem:
        read_settings()
    assert str(problem.value) == says

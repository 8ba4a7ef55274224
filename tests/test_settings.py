"""config.py: every setting has a default and a reason, and production refuses what is unsafe."""

import json
from ipaddress import ip_network
from pathlib import Path

import pytest

import config

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a" * 32,
    "PUBLIC_URL": "https://learn.example.org",
    "MAIL_URL": "smtp://mail.example.org:25",
}


def problems(**env: str) -> list[str]:
    """What starting with this environment complains about."""
    with pytest.raises(config.SettingsError) as refused:
        config.from_environment(env)
    first, *found = str(refused.value).split("\n  ")
    assert first == "NPOC Learn cannot start:"
    return found


def test_nothing_set_is_a_complete_development_configuration() -> None:
    instance = config.ROOT / "instance"
    assert config.from_environment({}) == {
        "ENVIRONMENT": "development",
        "SECRET_KEY": config.DEVELOPMENT_SECRET,
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "TRUSTED_PROXIES": 0,
        "INSTANCE_FOLDER": instance,
        "DATABASE_URL": f"sqlite:///{instance}/learn.sqlite",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{instance}/learn.sqlite",
        "REDIS_URL": None,
        "FILES_URL": f"file://{instance}/files",
        "BACKUP_PASSPHRASE": None,
        "PDF_CERTIFICATE": None,
        "PDF_KEY": None,
        "PDF_PASSWORD": None,
        "TIME_STAMP_URL": None,
        "MAIL_URL": None,
        "MAIL_FROM": "NPOC Learn <learn@npoc.example>",
        "SITE_NAME": "NPOC Learn",
        "HOST": "127.0.0.1",
        "PORT": 8000,
        "UNCONFIRMED_DAYS": 30,
        "EXPORT_DAYS": 7,
        "MAIL_DAYS": 30,
        "SIGN_IN_DAYS": 90,
        "REPORT_DAYS": 365,
        "JOURNAL_DAYS": 1095,
        "INVITATION_DAYS": 180,
        "INVITATIONS_PER_DAY": 1000,
        "UPLOAD_MB_PER_DAY": 200,
        "CHECK_LINKS": False,
        "STAFF_SECOND_STEP": False,
        "OPENID_PROVIDERS": None,
        "WEB_WORKERS": 1,
        "WEB_THREADS": 4,
        "METRICS_TOKEN": None,
        "LOG_LEVEL": "info",
    }


def test_an_empty_variable_counts_as_not_set() -> None:
    assert config.from_environment({"PORT": "", "MAIL_URL": " "}) == config.from_environment({})


def test_production_says_everything_that_must_be_set_at_once() -> None:
    assert problems(ENVIRONMENT="production") == [
        (
            "set SECRET_KEY (or SECRET_KEY_FILE to a file with it) to at least 32 random "
            "characters, such as the output of: openssl rand -hex 32"
        ),
        "set PUBLIC_URL to the address people type, such as https://learn.example.org",
        (
            "set MAIL_URL (or MAIL_URL_FILE to a file with it) to your mail server, "
            "such as smtp://user:password@host:587?starttls=yes"
        ),
    ]


@pytest.mark.parametrize("name", ["SECRET_KEY", "PUBLIC_URL", "MAIL_URL"])
def test_production_refuses_to_start_without(name: str) -> None:
    (problem,) = problems(**{**PRODUCTION, name: ""})
    assert problem.startswith(f"set {name} ")


def test_production_refuses_the_development_secret_even_when_it_was_set() -> None:
    (problem,) = problems(**{**PRODUCTION, "SECRET_KEY": config.DEVELOPMENT_SECRET})
    assert problem.startswith("set SECRET_KEY ")


def test_production_starts_with_what_it_asked_for() -> None:
    settings = config.from_environment(PRODUCTION)
    assert {name: settings[name] for name in PRODUCTION} == PRODUCTION


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("ENVIRONMENT", "prod", "'prod' is not one of development, production"),
        ("SECRET_KEY", "short", "it must have at least 32 characters"),
        ("PUBLIC_URL", "learn.example.org", "it must look like https://learn.example.org"),
        (
            "PUBLIC_URL",
            "https://example.org/learn",
            "it must be scheme and host only, such as https://learn.example.org",
        ),
        (
            "TRUSTED_PROXIES",
            "10.0.0.7, proxy",
            "'10.0.0.7, proxy' must be a number, or addresses such as 10.0.0.7, 192.168.1.0/24",
        ),
        (
            "DATABASE_URL",
            "mysql://user:secret@host/name",
            "it must look like postgresql://user:password@host/name",
        ),
        ("MAIL_URL", "mail.example.org", "it must look like smtps://user:password@host:465"),
        (
            "MAIL_URL",
            "smtp://user:secret@host:port",
            "it must look like smtps://user:password@host:465",
        ),
        ("PORT", "٨٠٠٠", "'٨٠٠٠' is not a whole number from 1 to 65535"),
        ("PORT", "80000", "'80000' is not a whole number from 1 to 65535"),
        ("METRICS_TOKEN", "short", "it must have at least 16 characters"),
        ("LOG_LEVEL", "loud", "'loud' is not one of debug, info, warning, error"),
    ],
)
def test_a_malformed_value_is_named_and_never_shown_when_secret(
    name: str, value: str, problem: str
) -> None:
    assert problems(**{name: value}) == [f"{name}: {problem}"]


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("2", 2),
        ("10.0.0.7, 192.168.1.0/24", (ip_network("10.0.0.7/32"), ip_network("192.168.1.0/24"))),
        ("::1", (ip_network("::1/128"),)),
    ],
)
def test_trusted_proxies_are_counted_or_named(value: str, meaning: object) -> None:
    assert config.from_environment({"TRUSTED_PROXIES": value})["TRUSTED_PROXIES"] == meaning


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_the_driver_we_ship(scheme: str) -> None:
    settings = config.from_environment({"DATABASE_URL": f"{scheme}://ada:pw@db/learn"})
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://ada:pw@db/learn"


@pytest.mark.parametrize(
    ("env", "needed"),
    [
        ({}, False),
        (PRODUCTION, True),
        ({**PRODUCTION, "STAFF_SECOND_STEP": "no"}, False),
        ({"STAFF_SECOND_STEP": "yes"}, True),
    ],
)
def test_roles_need_a_second_step_in_production_unless_set_otherwise(
    env: dict[str, str], needed: bool
) -> None:
    assert config.from_environment(env)["STAFF_SECOND_STEP"] is needed


HARBOUR = {
    "key": "harbour",
    "name": "Open Harbour",
    "issuer": "https://id.harbour.example",
    "client_id": "learn",
    "client_secret": "hush",
}


def test_providers_are_read_from_json_and_their_secret_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    given = {**HARBOUR, "client_secret_file": str(tmp_path / "secret"), "domains": ["NGO.example"]}
    del given["client_secret"]
    (tmp_path / "providers").write_text(json.dumps([given, {**HARBOUR, "key": "two"}]))
    env = {"OPENID_PROVIDERS_FILE": str(tmp_path / "providers")}
    assert config.from_environment(env)["OPENID_PROVIDERS"] == (
        {
            **HARBOUR,
            "client_secret": "from a file",
            "domains": ("ngo.example",),
            "second_step": "amr",
        },
        {**HARBOUR, "key": "two", "domains": (), "second_step": "amr"},
    )


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("hush", "it is not JSON"),
        ("{}", "it must be a list: [{…}, …]"),
        ('["hush"]', "each provider must be an object: {…}"),
        ([HARBOUR, HARBOUR], "two providers have the same key"),
        ([{**HARBOUR, "color": "hush"}], "'color' is not one of client_id, "),
        ([{**HARBOUR, "client_id": 7}], "client_id must be a text"),
        ([{**HARBOUR, "client_secret": ""}], "each provider needs client_secret"),
        ([{**HARBOUR, "client_secret_file": "/nowhere/hush"}], "client_secret_file cannot be read"),
        ([{**HARBOUR, "key": "Open Harbour"}], "key must be small letters, digits and hyphens"),
        ([{**HARBOUR, "issuer": "http://id.example"}], "issuer must begin with https://"),
        ([{**HARBOUR, "second_step": "maybe"}], "'maybe' is not one of yes, no, amr"),
        ([{**HARBOUR, "domains": "ngo.example"}], "domains must be a list"),
        ([{**HARBOUR, "domains": [7]}], "domains must be a list"),
    ],
)
def test_what_is_wrong_with_providers_is_said_without_secrets(given: object, problem: str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    [said] = problems(OPENID_PROVIDERS=text)
    assert said.startswith(f"OPENID_PROVIDERS: {problem}")
    assert "hush" not in said.partition("cannot be read")[0]


def test_another_port_is_in_the_links_too() -> None:
    assert config.from_environment({"PORT": "9000"})["PUBLIC_URL"] == "http://127.0.0.1:9000"


def test_public_url_loses_its_final_slash() -> None:
    settings = config.from_environment({"PUBLIC_URL": "https://learn.example.org:8443/"})
    assert settings["PUBLIC_URL"] == "https://learn.example.org:8443"


def test_a_relative_instance_folder_lies_in_the_project_and_moves_what_is_in_it() -> None:
    settings = config.from_environment({"INSTANCE_FOLDER": "elsewhere"})
    assert settings["INSTANCE_FOLDER"] == config.ROOT / "elsewhere"
    assert settings["FILES_URL"] == f"file://{config.ROOT}/elsewhere/files"


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file, and long enough to be one\n")
    settings = config.from_environment({"SECRET_KEY_FILE": str(tmp_path / "key")})
    assert settings["SECRET_KEY"] == "from a file, and long enough to be one"


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "key"
    assert problems(**{**PRODUCTION, "SECRET_KEY": "", "SECRET_KEY_FILE": str(missing)}) == [
        (
            "SECRET_KEY: SECRET_KEY_FILE cannot be read: "
            f"[Errno 2] No such file or directory: '{missing}'"
        )
    ]


def test_a_secret_and_its_file_together_are_refused(tmp_path: Path) -> None:
    assert problems(SECRET_KEY="x" * 32, SECRET_KEY_FILE=str(tmp_path)) == [
        "SECRET_KEY: set it or SECRET_KEY_FILE, not both"
    ]


@pytest.mark.parametrize("setting", config.SETTINGS, ids=lambda setting: setting.name)
def test_the_readme_names_every_setting_with_its_default_and_reason(
    setting: config.Setting,
) -> None:
    default = f"`{setting.default}`" if setting.default else "none"
    line = f"| `{setting.name}` | {default} | {setting.reason} |"
    assert line in (ROOT / "README.md").read_text("utf-8").splitlines()


def test_the_readme_names_no_setting_that_is_gone() -> None:
    rows = [
        line.split("`")[1]
        for line in (ROOT / "README.md").read_text("utf-8").splitlines()
        if line.startswith("| `") and line.split("`")[1].isupper()
    ]
    assert rows == [setting.name for setting in config.SETTINGS]


def test_the_example_of_an_operator_names_settings_and_all_that_production_needs() -> None:
    lines = (ROOT / "deploy" / "environment.example").read_text("utf-8").splitlines()
    named = {line.split("=")[0] for line in lines if line and line[0] != "#"}

    assert named <= {setting.name for setting in config.SETTINGS}
    assert named >= {setting.name for setting in config.SETTINGS if setting.production}

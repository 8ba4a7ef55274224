"""Apps, passkeys and recovery codes: set up, shown, taken away; and what mails say of it."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from lms.database import db
from lms.domain import (
    accounts,
    address_change,
    code_apps,
    entering,
    factors,
    journal,
    links,
    passkeys,
    passwords,
    proofs,
    provider_accounts,
    recovery_codes,
    sealing,
    second_step,
    showing,
)
from lms.domain.errors import Conflict, Denied, Invalid, Missing, ProofNeeded, SecondStepNeeded
from lms.domain.passkeys import Place
from lms.domain.permissions import Action, System, may, require
from lms.domain.provider_accounts import Identity
from lms.domain.showing import Installation, Shown
from lms.models import (
    CodeApp,
    Event,
    LinkPurpose,
    MailKind,
    OutgoingMail,
    Passkey,
    RecoveryCode,
    SecondStep,
    SignIn,
    User,
    Verb,
)
from tests.authenticator import Device
from tests.conftest import Clock, person

KEY = "a secret that only the tests know"
PLACE = Place(origin="http://localhost", host="localhost", site="NPOC Learn")
HERE = Installation(key=KEY, place=PLACE)


def here(user: User) -> str:
    """The token of a browser in which the person signed in a moment ago."""
    return accounts.sign_in(user, "Firefox")


def code_of(secret: str, **later: int) -> str:
    """What the app shows now, or so much later."""
    return pyotp.TOTP(secret).at(journal.now() + timedelta(**later))


def with_app(user: User, token: str) -> str:
    """Set up an app; its secret."""
    secret = code_apps.new_secret()
    code_apps.add(user, token, secret, code_of(secret), key=KEY)
    return secret


def with_passkey(user: User, token: str, device: Device, name: str = "my phone") -> Passkey:
    question = passkeys.ask_new(user, PLACE)
    answer = device.make(question.options)
    passkeys.add(user, token, PLACE, challenge=question.challenge, answer=answer, name=name)
    key = db.session.scalars(select(Passkey).order_by(Passkey.id.desc())).first()
    assert key is not None
    return key


def told() -> list[object]:
    """What the mails about signing in were about."""
    rows = select(OutgoingMail).where(OutgoingMail.kind == MailKind.SECOND_STEP)
    return [mail.facts["what"] for mail in db.session.scalars(rows.order_by(OutgoingMail.id))]


def verbs() -> list[Verb]:
    """What the journal says, signing in and out apart."""
    quiet = (Verb.SIGNED_IN, Verb.SIGNED_OUT)
    rows = select(Event.verb).where(Event.verb.not_in(quiet)).order_by(Event.id)
    return list(db.session.scalars(rows))


# --- apps with codes ----------------------------------------------------------------------------


def test_an_app_is_set_up_by_a_right_code_and_gives_ten_recovery_codes(
    amina: User, clock: Clock
) -> None:
    token, phone = here(amina), here(amina)
    secret = code_apps.new_secret()
    codes = code_apps.add(amina, token, secret, code_of(secret), key=KEY)

    assert len(set(codes)) == 10
    assert factors.of(amina).codes == 10
    assert accounts.person_signed_in(phone) is None  # it has shown no second step
    assert accounts.person_signed_in(token, roles_need_second_step=True) is amina
    assert not amina.needs_second_step
    assert told() == ["code-app-added"]
    assert verbs() == [Verb.ADDED_FACTOR, Verb.MADE_RECOVERY_CODES]
    app = db.session.get_one(CodeApp, amina.id)
    assert secret not in app.secret
    assert "otpauth://totp/NPOC%20Learn:amina%40ngo.example" in code_apps.address(
        secret, amina, "NPOC Learn"
    )


def test_a_wrong_code_sets_nothing_up(amina: User) -> None:
    secret = code_apps.new_secret()
    with pytest.raises(Invalid) as refused:
        code_apps.add(amina, here(amina), secret, "12345", key=KEY)
    assert refused.value.field == "code"
    assert not factors.has_any(amina)


def test_there_is_one_app_a_person(amina: User) -> None:
    token = here(amina)
    with_app(amina, token)
    with pytest.raises(Conflict):
        with_app(amina, token)


def test_each_code_counts_once_and_none_before_it(amina: User, clock: Clock) -> None:
    secret = with_app(amina, here(amina))
    assert not code_apps.check(amina, code_of(secret), key=KEY)  # used when it was set up
    clock.forward(seconds=60)
    before, now = code_of(secret, seconds=-30), code_of(secret)
    assert code_apps.check(amina, now, key=KEY)
    assert not code_apps.check(amina, now, key=KEY)
    assert not code_apps.check(amina, before, key=KEY)


@pytest.mark.parametrize(("seconds", "right"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_may_differ_by_one_step(
    amina: User, clock: Clock, seconds: int, right: bool
) -> None:
    secret = with_app(amina, here(amina))
    clock.forward(minutes=10)
    assert code_apps.check(amina, code_of(secret, seconds=seconds), key=KEY) is right


def test_digits_of_any_script_and_spaces_are_read(amina: User, clock: Clock) -> None:
    secret = with_app(amina, here(amina))
    clock.forward(minutes=1)
    arabic = code_of(secret).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert code_apps.check(amina, f" {arabic[:3]} {arabic[3:]} ", key=KEY)


def test_without_an_app_or_with_another_secret_key_no_code_is_right(
    amina: User, eve: User, clock: Clock
) -> None:
    secret = with_app(amina, here(amina))
    clock.forward(minutes=1)
    assert not code_apps.check(eve, code_of(secret), key=KEY)
    assert not code_apps.check(amina, code_of(secret), key="another secret of the installation")


# --- recovery codes -----------------------------------------------------------------------------


def test_a_recovery_code_counts_once_and_is_told(amina: User) -> None:
    token = here(amina)
    secret = code_apps.new_secret()
    code, *_others = code_apps.add(amina, token, secret, code_of(secret), key=KEY)
    typed = f" {code.replace('-', ' ').lower().replace('0', 'o')} "

    assert recovery_codes.use(amina, typed)
    assert not recovery_codes.use(amina, typed)
    assert factors.of(amina).codes == 9
    assert told() == ["code-app-added", "code-used"]
    kept = db.session.scalars(select(RecoveryCode.digest)).all()
    assert not any(code.replace("-", "") in digest for digest in kept)


def test_nobody_uses_a_code_of_others(amina: User, eve: User) -> None:
    secret = code_apps.new_secret()
    code, *_others = code_apps.add(amina, here(amina), secret, code_of(secret), key=KEY)
    assert not recovery_codes.use(eve, code)
    assert recovery_codes.use(amina, code)


def test_new_codes_end_the_old_ones_and_ask_for_proof(amina: User, clock: Clock) -> None:
    token = here(amina)
    with pytest.raises(Conflict):
        recovery_codes.make_anew(amina, token)
    secret = code_apps.new_secret()
    old, *_others = code_apps.add(amina, token, secret, code_of(secret), key=KEY)
    with pytest.raises(ProofNeeded):
        recovery_codes.make_anew(amina, token)
    proofs.note_proof(amina, token, "password")
    new, *_others = recovery_codes.make_anew(amina, token)
    assert not recovery_codes.use(amina, old)
    assert recovery_codes.use(amina, new)
    assert told() == ["code-app-added", "codes-made", "code-used"]


# --- passkeys -----------------------------------------------------------------------------------


def test_a_passkey_signs_in_alone(amina: User) -> None:
    device = Device()
    key = with_passkey(amina, here(amina), device)
    question = passkeys.ask(PLACE, None)
    shown = Shown(answer=device.use(question.options), challenge=question.challenge)
    entrance = showing.sign_in_with_passkey(shown, PLACE, "Firefox")

    assert accounts.person_signed_in(entrance.token, roles_need_second_step=True) is amina
    assert not amina.needs_second_step
    assert (key.sign_count, key.used_at is not None, key.name) == (1, True, "my phone")
    assert told() == ["passkey-added"]


def test_alone_it_must_ask_for_a_finger_or_a_pin_as_second_step_not(amina: User) -> None:
    device = Device(verifies=False)
    with_passkey(amina, here(amina), device)
    for whose in (None, amina):
        question = passkeys.ask(PLACE, whose)
        answer = device.use(question.options)
        if whose is None:
            with pytest.raises(Invalid):
                passkeys.check(PLACE, None, challenge=question.challenge, answer=answer)
        else:
            assert (
                passkeys.check(PLACE, whose, challenge=question.challenge, answer=answer) is amina
            )


def refused(device: Device, whose: User | None, **changes: str) -> None:
    """The answer of this device is not accepted."""
    question = passkeys.ask(PLACE, whose)
    given = {"challenge": question.challenge, "answer": device.use(question.options), **changes}
    with pytest.raises(Invalid) as error:
        passkeys.check(PLACE, whose, **given)
    assert error.value.sentence.startswith("This passkey was not accepted.")


def test_what_is_refused_of_passkeys(amina: User, eve: User) -> None:
    device = Device()
    with_passkey(amina, here(amina), device)
    question = passkeys.ask(PLACE, amina)
    answer = device.use(question.options)
    assert passkeys.check(PLACE, amina, challenge=question.challenge, answer=answer) is amina

    refused(device, amina, challenge=question.challenge)  # an answer to another question
    refused(device, amina, answer=answer)  # an old answer
    refused(device, amina, answer="{}")
    refused(device, amina, answer="no JSON")
    refused(device, eve)  # somebody else's
    device.origin = "http://elsewhere.example"
    refused(device, amina)
    device.origin = "http://localhost"
    device.count = 0
    refused(device, amina)  # counted less than before: a copy
    device.count = 100
    device.handle = b"somebody else"
    refused(device, None)
    device.handle = amina.public_id.encode()
    amina.suspended_at = journal.now()
    refused(device, None)


def test_a_key_that_is_not_ours_is_refused(amina: User) -> None:
    refused(Device(), None)


def test_of_two_answers_with_one_count_the_second_is_refused(amina: User) -> None:
    device = Device()
    key = with_passkey(amina, here(amina), device)
    question = passkeys.ask(PLACE, None)
    answer = device.use(question.options)
    db.session.flush()
    # Another process was faster: the row says more than what this session remembers.
    db.session.connection().execute(
        Passkey.__table__.update().where(Passkey.id == key.id).values(sign_count=5)  # type: ignore[attr-defined]
    )
    with pytest.raises(Invalid):
        passkeys.check(PLACE, None, challenge=question.challenge, answer=answer)


def test_what_a_device_made_is_checked(amina: User) -> None:
    token, device = here(amina), Device(origin="http://elsewhere.example")
    with pytest.raises(Invalid):
        with_passkey(amina, token, device)
    device.origin = "http://localhost"
    with_passkey(amina, token, device)
    with pytest.raises(Conflict):
        with_passkey(amina, token, device)


def test_there_are_limits_and_names(amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token, device = here(amina), Device()
    key = with_passkey(amina, token, device, name=" \n\t ")
    assert key.name == "Passkey"
    passkeys.rename(amina, key.id, "  the\nblue   phone ")
    assert key.name == "the blue phone"
    monkeypatch.setattr(passkeys, "MOST", 1)
    with pytest.raises(Conflict):
        with_passkey(amina, token, Device(credential_id=b"another"))


def test_only_the_owner_changes_a_passkey(amina: User, eve: User) -> None:
    key = with_passkey(amina, here(amina), Device())
    with pytest.raises(Missing):
        passkeys.rename(eve, key.id, "mine")
    with pytest.raises(Missing):
        passkeys.remove(eve, "any", key.id)
    with pytest.raises(Missing):
        passkeys.rename(amina, key.id + 1, "none")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://learn.example.org:8443", "learn.example.org"),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_passkeys_need_a_name(url: str, host: str | None) -> None:
    place = Place.of(url, "Learn")
    assert (place and place.host) == host


# --- taking away --------------------------------------------------------------------------------


def test_the_last_one_takes_the_codes_with_it(amina: User) -> None:
    token = here(amina)
    with_app(amina, token)
    key = with_passkey(amina, token, Device())
    assert factors.of(amina).count == 2
    proofs.note_proof(amina, token, "code-app")

    code_apps.remove(amina, token)
    assert factors.of(amina).codes == 10
    with pytest.raises(Missing):
        code_apps.remove(amina, token)
    passkeys.remove(amina, token, key.id)
    assert (factors.has_any(amina), factors.of(amina).codes) == (False, 0)
    assert told()[-2:] == ["code-app-removed", "passkey-removed"]
    # What was shown before stands for nothing any more.
    assert accounts.person_signed_in(token, roles_need_second_step=True) is amina
    assert amina.needs_second_step


def test_taking_away_asks_for_proof_again_after_ten_minutes(amina: User, clock: Clock) -> None:
    token = here(amina)
    with_app(amina, token)
    with pytest.raises(ProofNeeded):
        code_apps.remove(amina, token)
    proofs.note_proof(amina, token, "code-app")
    clock.forward(minutes=11)
    with pytest.raises(ProofNeeded):
        code_apps.remove(amina, token)


def test_adding_needs_a_fresh_sign_in_or_proof(amina: User, clock: Clock) -> None:
    amina.password_hash = passwords.hashed("seven green boats")
    token = here(amina)
    second_step.require_setting_up(amina, token)
    clock.forward(minutes=11)
    with pytest.raises(ProofNeeded):
        second_step.require_setting_up(amina, token)
    with pytest.raises(Conflict):
        proofs.prove_by_password(amina, token, "another hash")
    proofs.prove_by_password(amina, token, amina.password_hash)
    second_step.require_setting_up(amina, token)


def test_who_has_nothing_to_show_may_add_and_else_signs_in_anew(amina: User, clock: Clock) -> None:
    token = here(amina)
    clock.forward(days=1)
    second_step.require_setting_up(amina, token)
    with pytest.raises(ProofNeeded):
        proofs.require_proof(amina, token)
    proofs.require_proof(amina, here(amina))


def test_only_who_confirmed_the_address_sets_one_up(app: object) -> None:
    zoe = person("Zoe", confirmed=False)
    with pytest.raises(Denied, match="Confirm your e-mail address first"):
        with_app(zoe, here(zoe))


def test_an_administrator_resets_others_and_nobody_else(amina: User, ada: User, eve: User) -> None:
    token = here(amina)
    with_app(amina, token)
    for actor, whom in ((eve, amina), (amina, amina), (ada, ada)):
        with pytest.raises(Denied):
            second_step.reset(actor, whom)
    second_step.reset(ada, second_step.find_person(amina.id))

    assert not factors.has_any(amina)
    assert factors.of(amina).codes == 0
    assert accounts.person_signed_in(token) is None
    assert told() == ["code-app-added", "reset"]
    [event] = db.session.scalars(select(Event).where(Event.verb == Verb.RESET_SECOND_STEP))
    assert (event.actor, event.object) == (ada.public_id, f"user:{amina.id}")
    second_step.reset(System(), amina)
    with pytest.raises(Missing):
        second_step.find_person(12345)


# --- signing in ---------------------------------------------------------------------------------


def test_any_first_step_waits_for_the_second(amina: User, clock: Clock) -> None:
    secret = with_app(amina, here(amina))
    assert entering.enter(amina, "Firefox").token == ""
    token = links.make(amina, LinkPurpose.ENTER, lasts=links.LASTS)
    assert links.enter(token, None, "Firefox").token == ""
    clock.forward(minutes=1)
    entrance = showing.sign_in(amina, Shown(code=code_of(secret)), HERE, "Firefox")
    row = db.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
    assert row is not None
    assert row.second_step is SecondStep.CODE_APP
    assert accounts.person_signed_in(entrance.token) is amina


def test_each_way_is_shown_and_wrong_ones_are_refused(amina: User, clock: Clock) -> None:
    token, device = here(amina), Device()
    secret = code_apps.new_secret()
    code, *_others = code_apps.add(amina, token, secret, code_of(secret), key=KEY)
    with_passkey(amina, token, device)
    clock.forward(minutes=1)
    question = passkeys.ask(PLACE, amina)
    answer = device.use(question.options)

    showing.prove(amina, token, Shown(code=code_of(secret)), HERE)
    showing.prove(amina, token, Shown(recovery=code), HERE)
    showing.prove(amina, token, Shown(answer=answer, challenge=question.challenge), HERE)
    proven = db.session.scalars(select(Event).where(Event.verb == Verb.PROVED).order_by(Event.id))
    assert [event.details["how"] for event in proven] == ["code-app", "recovery-code", "passkey"]
    for wrong, field in (
        (Shown(), "code"),
        (Shown(code="000000"), "code"),
        (Shown(recovery=code), "recovery"),
    ):
        with pytest.raises(Invalid) as error:
            showing.prove(amina, token, wrong, HERE)
        assert error.value.field == field
    nowhere = Installation(key=KEY, place=None)
    with pytest.raises(Invalid):
        showing.prove(amina, token, Shown(answer=answer), nowhere)


def test_a_first_step_is_worth_nothing_after_a_new_password_or_when_suspended(amina: User) -> None:
    state = entering.state_of(amina)
    assert entering.who_waits(amina.public_id, state) is amina
    amina.password_hash = "new"
    with pytest.raises(Missing):
        entering.who_waits(amina.public_id, state)
    amina.suspended_at = journal.now()
    with pytest.raises(Missing):
        entering.who_waits(amina.public_id, entering.state_of(amina))


# --- a new address ------------------------------------------------------------------------------


def test_a_new_address_is_confirmed_only_where_one_is_signed_in(amina: User, clock: Clock) -> None:
    token = here(amina)
    with_app(amina, token)
    address_change.ask(amina, "other@ngo.example", proven=amina.password_hash)
    fresh = links.make(
        amina, LinkPurpose.CHANGE_ADDRESS, lasts=links.LASTS, address="other@ngo.example"
    )
    db.session.commit()
    with pytest.raises(Denied):
        address_change.confirm(fresh, None, "Firefox", instead_of=None)
    db.session.rollback()
    entrance = address_change.confirm(fresh, amina, "Firefox", instead_of=token)
    assert (entrance.token, amina.email) == ("", "other@ngo.example")


def test_the_old_address_also_ends_what_a_thief_has_set_up(amina: User, clock: Clock) -> None:
    with_passkey(amina, here(amina), Device(), name="old")
    clock.forward(days=30)
    with_app(amina, here(amina))
    clock.forward(days=1)
    undo = links.make(
        amina, LinkPurpose.UNDO_ADDRESS, lasts=timedelta(days=7), address="amina@ngo.example"
    )
    clock.forward(days=1)
    entrance = address_change.undo(undo, "Firefox", instead_of=None)
    left = factors.of(amina)
    assert (left.app, [key.name for key in left.passkeys]) == (None, ["old"])
    assert entrance.token == ""  # the old passkey is asked for


# --- roles --------------------------------------------------------------------------------------


def test_a_role_counts_only_after_the_second_step(ada: User) -> None:
    token = here(ada)
    accounts.person_signed_in(token, roles_need_second_step=True)
    assert not may(ada, Action.ADD_PEOPLE)
    with pytest.raises(SecondStepNeeded):
        require(ada, Action.ADD_PEOPLE)
    require(ada, Action.LEARN)
    require(ada, Action.CHANGE_ACCOUNT, ada)
    with_app(ada, token)
    require(ada, Action.ADD_PEOPLE)


def test_who_has_no_role_hears_nothing_of_second_steps(eve: User) -> None:
    accounts.person_signed_in(here(eve), roles_need_second_step=True)
    with pytest.raises(Denied) as error:
        require(eve, Action.ADD_PEOPLE)
    assert type(error.value) is Denied


# --- sealing ------------------------------------------------------------------------------------


def test_what_is_sealed_opens_for_its_purpose_and_time_only(clock: Clock) -> None:
    text = sealing.seal(KEY, "step", {"name": "زهراء"})
    hour = timedelta(hours=1)
    assert sealing.unseal(KEY, "step", text, lasts=hour) == {"name": "زهراء"}
    assert sealing.unseal(KEY, "step", text) == {"name": "زهراء"}
    assert sealing.unseal(KEY, "codes", text) is None
    assert sealing.unseal("another", "step", text) is None
    assert sealing.unseal(KEY, "step", text[:-4] + "AAAA") is None
    assert sealing.unseal(KEY, "step", "") is None
    clock.forward(minutes=61)
    assert sealing.unseal(KEY, "step", text, lasts=hour) is None


def test_counts_are_right(amina: User) -> None:
    with_app(amina, here(amina))
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


def test_an_identity_belongs_to_one_account(amina: User, eve: User) -> None:
    identity = Identity(
        provider="Open Harbour",
        issuer="https://id.harbour.example",
        subject="person-7",
        email="amina@ngo.example",
        name="Amina",
        vouched=True,
        second_step=False,
    )
    provider_accounts.connect(amina, identity)
    with pytest.raises(Conflict):
        provider_accounts.connect(eve, identity)

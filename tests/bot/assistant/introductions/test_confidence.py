"""What nobody is told: who said no, who must never meet whom, who asks unnamed, who there was asked."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from bot.assistant.introductions.answering_letters import reply_to_letter
from bot.assistant.introductions.deciding import decline
from bot.assistant.introductions.looking import mine
from bot.assistant.introductions.preferences import never_with, set_introductions
from bot.assistant.letters import Letter, LetterKind
from store.kinds import Held
from store.kinds import IntroductionState as State
from tests.bot.assistant.introductions.conftest import Two, memory_engine, two_in
from tests.bot.assistant.introductions.network import ANY_HOUR


def what_the_asker_learns(two: Two, ends: str) -> tuple[list[Letter], str, str]:
    """The news, their own view of it, and what asking again is answered."""
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    net.deliver()
    if ends == "no":
        net.says(two.ben, "no")
    elif ends == "silence":
        net.wait(days=5)
        net.deliver()
        net.wait(days=5)
    elif ends == "decline":
        decline(net.session, number, net.act(two.sam))
    else:
        never_with(net.session, two.ben, net.act(two.sam), other_person_id=two.ada)
        net.says(two.ben, "yes")
    net.deliver()
    news = [each.letter for each in net.had(two.ada) if "not now" in each.letter.subject]
    (own,) = mine(net.session, two.ada, net.now)
    view = f"{own.other}: {own.standing}. {own.next_step} {own.choices}"
    return news, view, net.asks(two.ada, two.larkspur).text.split(" from ")[0]


def test_a_no_a_silence_a_decline_and_a_never_with_cannot_be_told_apart() -> None:
    """By the letter, by their own view, nor by what asking again is answered: else who said no would be known."""
    learned = []
    for ends in ("no", "silence", "decline", "never with"):
        engine = memory_engine()
        with Session(engine, expire_on_commit=False) as session:
            learned.append(what_the_asker_learns(two_in(session), ends))
        engine.dispose()
    assert learned[0] == learned[1] == learned[2] == learned[3]
    assert len(learned[0][0]) == 1


def test_a_decline_with_a_note_tells_it_and_lets_the_asker_try_again(two: Two) -> None:
    net = two.net
    net.live_by(replace(ANY_HOUR, approval=True))
    number = net.asks(two.ada, two.larkspur).about
    assert number is not None
    assert decline(net.session, number, net.act(two.sam), note="Say what you need it for.").done
    net.deliver()
    assert net.had(two.ada)[-1].letter.paragraphs == ("Say what you need it for.",)
    assert net.asks(two.ada, two.larkspur, seeks="AAV for a first trial").done


@pytest.mark.parametrize("by_organisation", [False, True])
def test_never_with_is_kept_and_told_to_nobody(two: Two, by_organisation: bool) -> None:
    net = two.net
    other = {"other_organisation_id": two.oriel} if by_organisation else {"other_person_id": two.ada}
    assert never_with(net.session, two.ben, net.act(two.sam), **other).done
    told = net.asks(two.ada, two.larkspur)
    assert told.done
    assert "with the team" in told.text
    set_introductions(net.session, net.act(two.ben), False)
    never = net.asks(net.person("Dev Nair", net.firm("Tarn Labs")), two.larkspur)
    assert told.text == never.text, "the same words where somebody merely opted out"
    net.deliver()
    assert net.had(two.ben) == []
    assert net.held(told.about) == (State.REQUESTED, Held.NEVER_WITH)


def test_another_of_the_same_organisation_is_asked_where_one_must_not_be(two: Two) -> None:
    net = two.net
    cleo = net.person("Cleo Marsh", two.larkspur)
    never_with(net.session, two.ada, net.act(two.sam), other_person_id=two.ben)
    net.asks(two.ada, two.larkspur)
    net.deliver()
    assert [each.readers for each in net.sent if each.letter.kind is LetterKind.CONSENT] == [(cleo,)]


def test_an_unnamed_asker_is_not_named_before_both_agreed(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur, unnamed=True, seeks="help with assays")
    net.deliver()
    net.wait(days=5)
    net.deliver()
    before = "".join(each.text for each in net.had(two.ben))
    assert "A member of Northmoor" in before
    assert "a member of Northmoor would like" in before
    assert not any(word in before for word in ("Ada", "Finch", "Oriel", "Head of R&D"))
    told = net.says(two.ben, "yes")
    assert "Ada Finch of Oriel Proteins" in told.text
    (handoff,) = net.deliver()
    assert "Ada Finch" in handoff.text


def test_an_unnamed_asker_who_must_never_meet_them_stays_unnamed(two: Two) -> None:
    net = two.net
    net.asks(two.ada, two.larkspur, unnamed=True)
    net.deliver()
    never_with(net.session, two.ada, net.act(two.sam), other_person_id=two.ben)
    told = net.says(two.ben, "yes")
    net.deliver()
    heard = "".join([told.text, *(each.text for each in net.sent if two.ben in each.readers)])
    assert not any(word in heard for word in ("Ada", "Finch", "Oriel"))


def test_the_asker_does_not_hear_who_was_asked_before_both_agreed(two: Two) -> None:
    net = two.net
    told = net.asks(two.ada, two.larkspur)
    net.deliver()
    net.wait(days=5)
    net.deliver()
    seen = told.text + "".join(each.text for each in net.had(two.ada))
    assert "Larkspur Vectors" in seen
    assert "Ben" not in seen


def test_nobody_answers_anothers_letter_and_garbage_is_no_answer(two: Two) -> None:
    net = two.net
    number = net.asks(two.ada, two.larkspur).about
    net.deliver()
    token = net.had(two.ben, LetterKind.CONSENT)[0].tokens[0]
    assert "somebody else" in reply_to_letter(net.session, token, "yes", net.act(two.ada)).text
    assert not net.says(two.ben, "perhaps").done
    assert not reply_to_letter(net.session, "nonsense", "yes", net.act(two.ben)).done
    assert net.state(number) is State.ASKED
    assert len(net.audited("refused")) == 1

"""Whose turn it is to speak in Slack: told by a clock that the test moves."""

import pytest

from bot.slack.pacing import LATE, Pace, Pacing, Turn, Wait

POST, UPDATE, OPEN = "chat.postMessage", "chat.update", "conversations.open"


def letter(number: int, channel: str = "C1", method: str = POST) -> Turn:
    return Turn(method, channel, number, answer=False)


def answer(number: int, channel: str = "C1", method: str = POST) -> Turn:
    return Turn(method, channel, number, answer=True)


def seconds(wait: Wait | None) -> float:
    return 0.0 if wait is None else pytest.approx(wait.seconds)  # type: ignore[return-value] # it compares as one


def say(pacing: Pacing, turn: Turn, now: float) -> float:
    """Said at once if its turn has come; else how long it is to wait."""
    wait = pacing.turn(turn, now)
    if wait is None:
        pacing.done(turn, now)
    return seconds(wait)


def test_letters_in_one_channel_go_a_second_apart_in_their_order() -> None:
    pacing = Pacing(Pace())
    assert [say(pacing, letter(number), 10.0) for number in (1, 2, 3, 4)] == [0, 1, 2, 3]
    assert say(pacing, letter(3), 11.0) == 1  # it is not its turn: the second has not been back
    assert say(pacing, letter(2), 11.0) == 0
    assert say(pacing, letter(3), 12.0) == 0
    assert say(pacing, letter(4), 12.5) == 0.5


def test_an_earlier_letter_that_comes_later_still_goes_first() -> None:
    pacing = Pacing(Pace())
    say(pacing, letter(1), 10.0)
    assert say(pacing, letter(5), 10.0) == 1
    assert say(pacing, letter(2), 10.5) == 0.5
    assert say(pacing, letter(5), 11.0) == 1
    assert say(pacing, letter(2), 11.0) == 0


def test_a_letter_that_does_not_come_back_is_not_waited_for() -> None:
    pacing = Pacing(Pace())
    say(pacing, letter(1), 10.0)
    say(pacing, letter(2), 10.0)
    assert say(pacing, letter(3), 11.5) == 1
    assert say(pacing, letter(3), 11.0 + LATE + 1) == 0


def test_channels_do_not_wait_for_each_other() -> None:
    pacing = Pacing(Pace())
    assert [say(pacing, letter(number, f"C{number}"), 10.0) for number in range(10)] == [0] * 10


def test_nothing_overtakes_what_is_being_said() -> None:
    pacing = Pacing(Pace())
    first = letter(1)
    assert pacing.turn(first, 10.0) is None
    assert say(pacing, letter(2), 13.0) == 1
    pacing.done(first, 13.5)
    assert say(pacing, letter(2), 14.0) == 0.5  # counted from when Slack surely has it


def test_an_answer_goes_at_once_and_the_next_letter_after_it() -> None:
    pacing = Pacing(Pace())
    say(pacing, letter(1), 10.0)
    say(pacing, letter(2), 10.0)
    assert say(pacing, answer(3), 10.1) == 0
    assert say(pacing, answer(4), 10.1) == 0
    assert say(pacing, letter(2), 11.0) == pytest.approx(0.1)


def test_the_workspace_takes_a_burst_and_then_as_many_as_its_bucket_fills() -> None:
    pacing = Pacing(Pace(per_second=4, burst=10, reserve=3))
    said = [say(pacing, letter(number, f"C{number}"), 10.0) for number in range(9)]
    assert said == [0] * 7 + [0.25] * 2
    wait = pacing.turn(letter(9, "C9"), 10.0)
    assert wait is not None
    assert wait.everywhere
    assert say(pacing, letter(7, "C7"), 10.25) == 0
    assert say(pacing, letter(8, "C8"), 10.25) == 0.25


def test_answers_do_not_wait_for_a_bucket_that_a_broadcast_drained() -> None:
    pacing = Pacing(Pace(per_second=1, burst=4, reserve=2))
    for number in range(4):
        say(pacing, letter(number, f"C{number}"), 10.0)
    assert [say(pacing, answer(number, f"C{number}"), 10.0) for number in range(10, 30)] == [0] * 20


def test_told_to_wait_in_one_channel_the_others_go_on() -> None:
    pacing = Pacing(Pace())
    say(pacing, letter(1), 10.0)
    pacing.refused(letter(1), 5.0, 10.0)
    assert say(pacing, letter(2), 10.0) == 6  # after the first, which comes back
    assert say(pacing, letter(3, "C2"), 10.0) == 0
    assert say(pacing, answer(4), 10.0) == 5


def test_told_to_wait_with_posts_changes_go_on() -> None:
    pacing = Pacing(Pace())
    pacing.refused(letter(1), 5.0, 10.0)
    assert say(pacing, letter(0, method=UPDATE), 11.0) == 0


def test_told_to_wait_in_two_channels_all_wait() -> None:
    pacing = Pacing(Pace())
    pacing.refused(letter(1, "C1"), 5.0, 10.0)
    pacing.refused(letter(2, "C2"), 5.0, 11.0)
    assert say(pacing, letter(3, "C3"), 11.0) == 5
    assert say(pacing, answer(4, "C4"), 11.0) == 5
    assert say(pacing, letter(3, "C3"), 16.0) == 0


def test_told_twice_in_the_same_channel_the_others_go_on() -> None:
    pacing = Pacing(Pace())
    pacing.refused(letter(1), 2.0, 10.0)
    pacing.refused(letter(1), 2.0, 12.0)
    assert say(pacing, letter(2, "C2"), 12.0) == 0


def test_after_a_refusal_answers_keep_to_the_pace_of_their_channel_and_go_before_letters() -> None:
    pacing = Pacing(Pace())
    say(pacing, letter(1), 10.0)
    pacing.refused(answer(9), 1.0, 10.0)
    say(pacing, letter(2), 10.0)
    assert say(pacing, answer(9), 11.0) == 0
    assert say(pacing, answer(10), 11.0) == 1
    assert say(pacing, letter(2), 11.0) == 2
    assert say(pacing, answer(10, "C2"), 11.0) == 0


def test_a_method_that_is_not_posting_waits_as_a_whole_and_only_when_told() -> None:
    pacing = Pacing(Pace())
    assert [say(pacing, letter(number, "", OPEN), 10.0) for number in range(50)] == [0] * 50
    pacing.refused(letter(1, "", OPEN), 3.0, 10.0)
    assert say(pacing, letter(2, "", OPEN), 11.0) == 2
    assert say(pacing, letter(2), 11.0) == 0


def test_a_change_that_is_told_to_wait_holds_up_all_changes() -> None:
    pacing = Pacing(Pace())
    pacing.refused(letter(1, "C1", UPDATE), 3.0, 10.0)
    assert say(pacing, letter(2, "C2", UPDATE), 10.0) == 3
    assert say(pacing, letter(3, "C2"), 10.0) == 1  # its place is behind that change's, and no method's pause


def test_idle_channels_are_forgotten_and_busy_ones_are_not() -> None:
    pacing = Pacing(Pace(per_second=1000, burst=5000))
    for number in range(2000):
        say(pacing, letter(number, f"C{number}"), 10.0)
    pacing.refused(letter(1, "C1"), 100.0, 10.0)
    say(pacing, letter(2, "C2"), 10.5)
    assert say(pacing, letter(9999, "C9999"), 20.0) == 0
    assert say(pacing, letter(1, "C1"), 20.0) == 90

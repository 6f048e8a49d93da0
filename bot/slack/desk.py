"""What came in from Slack is kept, worked through and answered here, whichever way it came."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable
from datetime import datetime
from typing import Any

from bot.assistant.house import House
from bot.slack.arrivals import Form, content_of
from bot.slack.blocks.message import Message
from bot.slack.blocks.mrkdwn import escaped
from bot.slack.calling import SlackCalls
from bot.slack.doing import Here
from bot.slack.drafts import to_person
from bot.slack.hearing import arrival_of
from bot.slack.modals.origin import told_modal
from bot.slack.recognising import Recogniser
from bot.slack.saying import Saying
from bot.slack.screens import Screens, answer_to
from bot.slack.sender import SlackSender
from bot.slack.suggesting import options_for
from bot.slack.then import Then
from bot.slack.work import Worked, give_up, handle
from store import inbox, outbox
from store.errors import PASSING, StoreError
from store.inbox import STRIKES, Received
from store.kinds import Medium
from store.leases import HEARTBEAT, Leases
from store.search.live import LiveIndex
from store.store import Store

log = logging.getLogger(__name__)

JSON = dict[str, Any]

AT_ONCE = (
    16  # after an outage a great deal may wait: more calls at once only make Slack slow, and us give up on it
)
SWEEP_SECONDS = 15.0  # how often what was left over is looked for
FORM_SECONDS = 2.2  # Slack waits three for the answer to a form
IT_TAKES_LONGER = "I have it, and it takes a moment longer than usual. I write to you when it is done."


class SlackDesk:
    """`keep` before the acknowledgement, `take` after it (of a form `submit`, before it); `sweep` takes up what was
    left over."""

    def __init__(
        self,
        *,
        store: Store,
        live: LiveIndex,
        sender: SlackSender,
        calls: SlackCalls,
        owner: str,
        clock: Callable[[], datetime],
        house: House | None = None,
        cards: bool = False,
        connection: Callable[[], str] = lambda: "",
        sweep_seconds: float = SWEEP_SECONDS,
        heartbeat: float = HEARTBEAT,
        form_seconds: float = FORM_SECONDS,
    ) -> None:
        self._store = store
        self._live = live
        self._owner = owner
        self._clock = clock
        self._house = house or House()
        self._cards = cards
        self._home_team = ""
        self._sweep_seconds = sweep_seconds
        self._form_seconds = form_seconds
        self._in_hand: dict[Hashable, asyncio.Task[None]] = {}
        leases = Leases(store, owner=owner, clock=clock, heartbeat=heartbeat)
        self._saying = Saying(store=store, sender=sender, leases=leases, clock=clock)
        self._recogniser = Recogniser(store=store, calls=calls, clock=clock)
        self._screens = Screens(store=store, calls=calls, connection=connection)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._finishing = False

    def belong_to(self, team: str) -> None:
        """Our own workspace: who comes from another one, by Slack Connect, is a guest."""
        self._home_team = team

    async def keep(self, body: JSON) -> tuple[Received | None, bool]:
        """Record what is to be worked through. The second is True for what was here before. Raises StoreError: not kept."""
        arrival = arrival_of(body)
        if arrival is None:
            return None, False
        now = self._clock()
        item_id = await self._store.write(inbox.receive, arrival, now=now)
        if item_id is None:
            return None, True
        log.info("slack.received", extra={"inbox_id": item_id, "kind": arrival.kind})
        return (
            Received(item_id, arrival.medium, arrival.event_id, arrival.kind, arrival.payload, None, 0, now),
            False,
        )

    def take(self, received: Received) -> None:
        """Work it through in a task of its own, which `finish` waits for."""
        self._begin(received.id, lambda: self._in_turn(received))

    async def submit(self, received: Received) -> JSON:
        """Work a form through, and say within the time that Slack waits how its acknowledgement answers it. What takes
        longer is told by a direct message."""
        answer: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        self._begin(received.id, lambda: self._through(received, answer))
        try:
            return await asyncio.wait_for(answer, self._form_seconds)
        except TimeoutError:
            return {"response_action": "update", "view": told_modal(IT_TAKES_LONGER)}

    async def suggest(self, body: JSON) -> list[JSON]:
        """What a menu offers for what was typed; nothing where that takes too long, for the next letter asks again."""
        try:
            async with asyncio.timeout(self._form_seconds):
                await self._store.read(self._live.catch_up)
                return await self._store.read(options_for, body, index=self._live.index)
        except (StoreError, TimeoutError) as error:
            log.warning("slack.nothing_suggested", extra={"error": type(error).__name__})
            return []

    def show_home(self, user: str, team: str) -> None:
        """Somebody looks at their Home tab."""
        self._begin(f"home:{user}", lambda: self._at_home(user, team))

    async def sweep(self) -> None:
        """Take up everything that was accepted and is not worked through; what is in hand already stays there."""
        after = 0
        while left := await self._store.read(inbox.unfinished, Medium.SLACK, after=after):
            for received in left:
                self.take(received)
            after = left[-1].id

    async def keep_sweeping(self, stop: asyncio.Event) -> None:
        """Until told to stop: what the database could not take is tried again."""
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), self._sweep_seconds)
            except TimeoutError:
                try:
                    await self.sweep()
                except StoreError as error:
                    log.warning("slack.sweep_failed", extra={"reason": str(error)})

    async def finish(self, deadline: float) -> None:
        """Wait for what is in hand. What is left then is in the inbox, and is taken up at the next start."""
        self._finishing = True
        tasks = set(self._in_hand.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=deadline)
        for task in late:
            task.cancel()
        if late:
            log.warning("slack.stopped_in_mid_work", extra={"items": len(late)})
            await asyncio.wait(late)

    def _begin(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if key in self._in_hand or self._finishing:
            return  # what comes while we stop is in the inbox, and is taken up at the next start
        task = asyncio.create_task(work(), name=f"slack-{key}")
        self._in_hand[key] = task
        task.add_done_callback(lambda _: self._in_hand.pop(key, None))

    def _here(self) -> Here:
        return Here(
            self._live.index, self._house, self._owner, self._clock(), self._home_team, cards=self._cards
        )

    async def _in_turn(self, received: Received) -> None:
        waits = self._room.locked()
        async with self._room:
            if not (waits and self._finishing):
                await self._through(received)

    async def _at_home(self, user: str, team: str) -> None:
        await self._recogniser.meet(user, team, self._here())
        await self._screens.draw_home(user, team, Then(), self._here())

    async def _through(self, received: Received, answer: asyncio.Future[JSON] | None = None) -> None:
        """`answer` is what waits for a form's; given up by then, or long gone, it is told by a message."""
        who = received.payload
        await self._recogniser.meet(str(who.get("user") or ""), str(who.get("team") or ""), self._here())
        worked = await self._worked(received)
        if worked is None:
            return
        try:
            content = content_of(received.kind, received.payload)
        except (TypeError, ValueError):  # of another version, and set aside as that
            return
        if isinstance(content, Form):
            await self._answered(content, worked, answer, key=f"form:{received.event_id}")
        else:  # first: a form can be opened for three seconds only
            await self._screens.follow(content, worked.then, self._here())
        await self._saying.say(worked.messages)

    async def _answered(
        self, form: Form, worked: Worked, answer: asyncio.Future[JSON] | None, *, key: str
    ) -> None:
        then = worked.then
        if answer is not None and not answer.done():
            answer.set_result(answer_to(form, then))
        elif told := then.told or next(iter(then.errors.values()), ""):
            message = to_person(Message(escaped(told), []), key=key, user=form.user)
            await self._store.write(outbox.enqueue, message, now=self._clock())
        if then.home:
            await self._screens.draw_home(form.user, form.team, then, self._here())

    async def _worked(self, received: Received) -> Worked | None:
        """None where it is left for the sweep."""
        for _ in range(STRIKES):
            try:
                await self._store.read(self._live.catch_up)
                return await self._store.write(handle, received, here=self._here())
            except PASSING as error:  # nothing of it was kept: the sweep takes it up again
                log.warning("slack.store_failed", extra={"inbox_id": received.id, "reason": str(error)})
                return None
            except Exception as error:
                log.exception("slack.work_failed", extra={"inbox_id": received.id, "kind": received.kind})
                set_aside, worked = await self._struck(received, error)
                if set_aside:
                    return worked
        return None

    async def _struck(self, received: Received, error: Exception) -> tuple[bool, Worked | None]:
        """False while it is worth another try; else what there is to say to whoever waits."""
        try:
            return await self._store.write(give_up, received, error=type(error).__name__, here=self._here())
        except StoreError:
            return True, None

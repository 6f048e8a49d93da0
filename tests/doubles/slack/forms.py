"""What a person does with modals: fill them in, submit them, close them; and what the app's answer does to them."""

from tests.doubles.slack import filling, payloads, views
from tests.doubles.slack.errors import Misuse, SlackRefusal
from tests.doubles.slack.interacting import Interactions
from tests.doubles.slack.pushing import Kind
from tests.doubles.slack.records import ALICE, JSON, NOTHING_SENT, Delivery, View
from tests.doubles.slack.validation import check_view


class Forms(Interactions):
    """Everything here is done to the member's top modal, or to the newest one of a callback_id."""

    def modal(self, *, user: str = ALICE, callback_id: str | None = None) -> View:
        """What the member has open; LookupError where there is none."""
        mine = [view for view in self.workspace.views.values() if view.user == user]
        for view in reversed(mine):
            if callback_id in {None, view.body.get("callback_id")}:
                return view
        open_now = [view.body.get("callback_id") for view in mine]
        raise LookupError(f"{user} has no open modal {callback_id!r}; open are: {open_now}")

    def home(self, *, user: str = ALICE) -> View:
        """What the app has published on the member's Home."""
        if user not in self.workspace.homes:
            raise LookupError(f"nothing is published on the Home of {user}")
        return self.workspace.homes[user]

    def fill(self, values: JSON, *, user: str = ALICE, callback_id: str | None = None) -> None:
        """Put values in, telling the app nothing yet. By block_id: words, a number in words, a date, a user id, the
        value of an option, a list of them; {action_id: …} where a block holds several things."""
        filling.fill(self.workspace, self.modal(user=user, callback_id=callback_id), values)

    async def submit(
        self, values: JSON | None = None, *, user: str = ALICE, callback_id: str | None = None
    ) -> Delivery:
        """Fill in and submit. LookupError where Slack's client would not send it: unknown fields, something
        missing, values that do not fit, no submit button. `Delivery.errors` is what the app found wrong."""
        view = self.modal(user=user, callback_id=callback_id)
        filling.fill(self.workspace, view, values or {})
        if "submit" not in view.body:
            raise LookupError("this modal has no submit button")
        if lacking := filling.missing(self.workspace, view):
            raise LookupError(f"Slack's client would not send this form: nothing in {lacking}")
        return await self._submitted(view, views.as_slack(self.workspace, view))

    async def view_submission(
        self, callback_id: str, *, user: str = ALICE, values: JSON | None = None
    ) -> Delivery:
        """Submit with this very state, block by block, whatever the modal holds: for what no client would send."""
        view = self.modal(user=user, callback_id=callback_id)
        body = views.as_slack(self.workspace, view) | {"state": {"values": values or {}}}
        return await self._submitted(view, body)

    async def close(
        self, *, user: str = ALICE, callback_id: str | None = None, whole_stack: bool = False
    ) -> Delivery:
        """The app hears of it only where the modal asks for that (notify_on_close)."""
        view = self.modal(user=user, callback_id=callback_id)
        cleared = whole_stack or bool(view.body.get("clear_on_close"))
        body = payloads.interaction("view_closed", self.workspace.user(view.user), "")
        body |= {"view": views.as_slack(self.workspace, view), "is_cleared": cleared}
        del body["trigger_id"]
        views.remove_view(self.workspace, views.stack_of(self.workspace, view)[0] if cleared else view)
        return await self.push(Kind.INTERACTIVE, body) if view.body.get("notify_on_close") else NOTHING_SENT

    async def _submitted(self, view: View, as_sent: JSON) -> Delivery:
        trigger = self.workspace.new_trigger(view.user, view=view.id)
        body = payloads.interaction("view_submission", self.workspace.user(view.user), trigger)
        delivery = await self.push(Kind.INTERACTIVE, body | {"view": as_sent, "response_urls": []})
        if delivery.ok:
            try:
                self._answered(view, delivery.answer or {})
            except SlackRefusal as refusal:
                self.note("view_submission", refusal)
                raise
        return delivery

    def _answered(self, view: View, answer: JSON) -> None:
        """https://docs.slack.dev/surfaces/modals#response_actions"""
        match answer.get("response_action"):
            case "errors":
                self._check_errors(view, answer.get("errors"))
            case "update":
                body = check_view(self.workspace, answer.get("view"), kind="modal")
                views.replace_view(self.workspace, view, body)
            case "push":
                body = check_view(self.workspace, answer.get("view"), kind="modal")
                views.push_onto(self.workspace, view, body)
            case "clear":
                views.remove_view(self.workspace, views.stack_of(self.workspace, view)[0])
            case None if not answer:
                views.remove_view(self.workspace, view)
            case other:
                raise Misuse("invalid_arguments", [f"[ERROR] no such response_action: {other}"])

    def _check_errors(self, view: View, errors: object) -> None:
        inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors:
            raise Misuse("invalid_arguments", ["[ERROR] errors must say what is wrong, by block_id"])
        if unknown := sorted(errors.keys() - inputs):
            raise Misuse("invalid_arguments", [f"[ERROR] errors for no input block: {unknown}"])
        if not all(isinstance(words, str) and words for words in errors.values()):
            raise Misuse("invalid_arguments", ["[ERROR] each error must be words"])

"""views.open, push, update and publish: modals in stacks of three and Home tabs, strictly checked."""

from tests.doubles.slack.chat import named_blocks
from tests.doubles.slack.errors import Misuse, SlackRefusal
from tests.doubles.slack.records import APP, BOT, JSON, TEAM, View
from tests.doubles.slack.state import state_of
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace

STACK_MOST = 3


def open_view(workspace: Workspace, args: JSON) -> JSON:
    body = _checked(workspace, args.get("view"), kind="modal")
    trigger = _trigger(args)
    workspace.spend_trigger(trigger)
    view = _new(workspace, body, user=workspace.trigger_users.get(trigger, ""))
    return {"view": as_slack(workspace, _keep(workspace, view))}


def push_view(workspace: Workspace, args: JSON) -> JSON:
    """On top of the modal that the trigger came from."""
    body = _checked(workspace, args.get("view"), kind="modal")
    trigger = _trigger(args)
    below = workspace.views.get(workspace.trigger_views.get(trigger, ""))
    if below is None:
        raise Misuse("not_found")
    workspace.spend_trigger(trigger)
    return {"view": as_slack(workspace, push_onto(workspace, below, body))}


def push_onto(workspace: Workspace, below: View, body: JSON) -> View:
    if len(stack_of(workspace, below)) >= STACK_MOST:
        raise Misuse("push_limit_reached")
    return _keep(workspace, _new(workspace, body, user=below.user, previous=below.id))


def update_view(workspace: Workspace, args: JSON) -> JSON:
    old = _found(workspace, args)
    body = _checked(workspace, args.get("view"), kind="modal", instead_of=old)
    if args.get("hash") not in {None, old.hash}:
        raise SlackRefusal("hash_conflict")
    return {"view": as_slack(workspace, replace_view(workspace, old, body))}


def replace_view(workspace: Workspace, old: View, body: JSON) -> View:
    """What was filled in stays where block_id and action_id stay the same."""
    return _keep(workspace, _new(workspace, body, user=old.user, view_id=old.id, previous=old.previous))


def publish_view(workspace: Workspace, args: JSON) -> JSON:
    user = workspace.user(str(args.get("user_id"))).id
    if not workspace.manifest.home_tab:
        raise Misuse("not_enabled")
    old = workspace.homes.get(user)
    body = _checked(workspace, args.get("view"), kind="home", instead_of=old)
    if args.get("hash") and (old is None or old.hash != args["hash"]):
        raise SlackRefusal("hash_conflict")
    view = _new(workspace, body, user=user, view_id=old.id if old else None)
    workspace.homes[user] = view
    workspace.changed()
    return {"view": as_slack(workspace, view)}


def remove_view(workspace: Workspace, view: View) -> None:
    """It is closed, and so is what was pushed on it."""
    for above in [v for v in workspace.views.values() if v.previous == view.id]:
        remove_view(workspace, above)
    workspace.views.pop(view.id, None)
    workspace.filled.pop(view.id, None)
    workspace.changed()


def stack_of(workspace: Workspace, view: View) -> list[View]:
    """The modals below this one, the first at the start, and itself."""
    below = workspace.views.get(view.previous or "")
    return [*(stack_of(workspace, below) if below else []), view]


def as_slack(workspace: Workspace, view: View) -> JSON:
    return {
        "id": view.id,
        "team_id": TEAM,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
        "hash": view.hash,
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "title": None,
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        "state": {"values": state_of(view.body["blocks"], workspace.filled.get(view.id, {}))},
        "root_view_id": stack_of(workspace, view)[0].id,
        "previous_view_id": view.previous,
        **view.body,
    }


def _checked(workspace: Workspace, view: object, *, kind: str, instead_of: View | None = None) -> JSON:
    body = check_view(workspace, view, kind=kind)
    external = body.get("external_id")
    others = [v for v in (*workspace.views.values(), *workspace.homes.values()) if v is not instead_of]
    if external and any(other.body.get("external_id") == external for other in others):
        raise Misuse("duplicate_external_id")
    return body


def _keep(workspace: Workspace, view: View) -> View:
    workspace.views[view.id] = view
    workspace.changed()
    return view


def _new(
    workspace: Workspace, body: JSON, *, user: str, view_id: str | None = None, previous: str | None = None
) -> View:
    named = {**body, "blocks": named_blocks(workspace, body["blocks"])}
    return View(view_id or workspace.unique("V"), user, workspace.unique("hash."), named, previous)


def _trigger(args: JSON) -> str:
    if not args.get("trigger_id"):
        raise Misuse("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    return str(args["trigger_id"])


def _found(workspace: Workspace, args: JSON) -> View:
    for view in workspace.views.values():
        if args.get("view_id") == view.id:
            return view
        if args.get("external_id") and args["external_id"] == view.body.get("external_id"):
            return view
    raise SlackRefusal("not_found")

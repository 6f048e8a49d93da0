"""views.open, views.update and views.publish: modals and Home tabs, strictly checked."""

from tests.doubles.slack.chat import named_blocks
from tests.doubles.slack.errors import SlackRefusal
from tests.doubles.slack.records import APP, JSON, TEAM, View
from tests.doubles.slack.validation import check_view
from tests.doubles.slack.workspace import Workspace


def open_view(workspace: Workspace, args: JSON) -> JSON:
    body = check_view(workspace, args.get("view"), kind="modal")
    trigger = str(args.get("trigger_id"))
    workspace.spend_trigger(trigger)
    view = _new(workspace, body, user=workspace.trigger_users.get(trigger, ""))
    workspace.views[view.id] = view
    workspace.changed()
    return {"view": as_slack(view)}


def update_view(workspace: Workspace, args: JSON) -> JSON:
    old = _found(workspace, args)
    body = check_view(workspace, args.get("view"), kind="modal")
    if args.get("hash") not in {None, old.hash}:
        raise SlackRefusal("hash_conflict")
    return {"view": as_slack(replace_view(workspace, old, body))}


def replace_view(workspace: Workspace, old: View, body: JSON) -> View:
    new = _new(workspace, body, user=old.user, view_id=old.id)
    workspace.views[old.id] = new
    workspace.changed()
    return new


def publish_view(workspace: Workspace, args: JSON) -> JSON:
    user = workspace.user(str(args.get("user_id"))).id
    body = check_view(workspace, args.get("view"), kind="home")
    old = workspace.homes.get(user)
    if args.get("hash") and (old is None or old.hash != args["hash"]):
        raise SlackRefusal("hash_conflict")
    view = _new(workspace, body, user=user, view_id=old.id if old else None)
    workspace.homes[user] = view
    workspace.changed()
    return {"view": as_slack(view)}


def as_slack(view: View) -> JSON:
    return {
        "id": view.id,
        "team_id": TEAM,
        "app_id": APP,
        "hash": view.hash,
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "state": {"values": {}},
        "root_view_id": view.id,
        "previous_view_id": None,
        **view.body,
    }


def _new(workspace: Workspace, body: JSON, *, user: str, view_id: str | None = None) -> View:
    named = {**body, "blocks": named_blocks(workspace, body["blocks"])}
    return View(view_id or workspace.unique("V"), user, workspace.unique("hash."), named)


def _found(workspace: Workspace, args: JSON) -> View:
    for view in workspace.views.values():
        if args.get("view_id") == view.id:
            return view
        if args.get("external_id") and args["external_id"] == view.body.get("external_id"):
            return view
    raise SlackRefusal("not_found")

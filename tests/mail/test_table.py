"""The table of how well mail is read: it says what is right and what is not, and fails where a goal is missed."""

import json
from pathlib import Path

from tests.mail.table import main

REPLY = "Yes.\n\nOn Wed, Apr 4, 2012 at 3:59 PM, bob@firm.example wrote:\n> Do you?\n"


def case(folder: Path, kind: str, raw: str, expected: dict[str, object]) -> str:
    name = f"{kind}-{len(list(folder.iterdir()))}"
    (folder / name).write_text(raw)
    told = {"id": name, "corpus": "own", "kind": kind, "raw_path": name, "expected": expected}
    return json.dumps(told)


def test_the_table_tells_right_from_wrong(tmp_path: Path) -> None:
    told: list[str] = []
    cases = [
        case(tmp_path, "reply_text", REPLY, {"reply": "Yes."}),
        case(tmp_path, "reply_text", REPLY, {"contains": ["Yes."], "excludes": ["Do you"]}),
        case(tmp_path, "hostile", "From: a@b.example\nFrom: c@d.example\n\nx", {"must_not_trust": ["a@b.example"]}),
        case(
            tmp_path, "mime", "From: a@b.example\nSubject: Hello\n\nthere",
            {"subject": "Hello", "from": "a@b.example", "text": "there", "n_attachments": 0},
        ),
        case(tmp_path, "auto_reply", "From: a@b.example\nAuto-Submitted: auto-replied\n\nAway", {"auto": True}),
    ]  # fmt: skip
    (tmp_path / "cases.jsonl").write_text("\n".join(cases))
    assert main(tmp_path, say=told.append)
    assert any("reply text: strict" in line and "2 of    2" in line for line in told)
    wrong = case(tmp_path, "reply_text", REPLY, {"reply": "No."})
    (tmp_path / "cases.jsonl").write_text("\n".join([*cases, wrong]))
    assert not main(tmp_path, say=told.append, verbose=True)
    assert any("MISSED" in line for line in told)
    assert any(line.startswith("not right, reply text: strict") for line in told)

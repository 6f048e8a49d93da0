"""Mailman 3's VERP delivery, run by the Python of an installation of it: each member's own copy, as its outgoing runner sends it.

The file alone is run, with `{"port": …, "mails": …, "text": …, "page": …}` on its standard input.
"""

import json
import os
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailman.app.lifecycle import create_list
from mailman.core.initialize import initialize
from mailman.database.transaction import transactional
from mailman.email.message import Message
from mailman.interfaces.domain import IDomainManager
from mailman.interfaces.mailinglist import Personalization
from mailman.interfaces.usermanager import IUserManager
from mailman.mta.deliver import deliver
from mailman.testing.helpers import specialized_message_from_string
from zope.component import getUtility

CONFIGURATION = """\
[mailman]
layout: here
[paths.here]
var_dir: {folder}
bin_dir: {folder}
[mta]
smtp_host: 127.0.0.1
smtp_port: {port}
incoming: mailman.mta.null.NullMTA
"""


def mail(text: str, page: str) -> Message:
    message = EmailMessage()
    message["From"], message["To"] = "whodoes <ask@cluster.example>", "news@cluster.example"
    message["Subject"], message["Message-ID"] = "Autumn evening", "<evening@cluster.example>"
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    return specialized_message_from_string(message.as_string())


@transactional  # type: ignore[untyped-decorator]  # Mailman tells no types
def members(mails: int) -> Any:
    """The list, with so many."""
    getUtility(IDomainManager).add("cluster.example")
    made = create_list("news@cluster.example")
    made.personalize = Personalization.full
    for number in range(mails):
        address = getUtility(IUserManager).create_address(f"reader{number}@firm{number % 50}.example")
        made.subscribe(address)
    return made


def rate(order: dict[str, Any], folder: str) -> float:
    """Mails a second."""
    file = Path(folder) / "mailman.cfg"
    file.write_text(CONFIGURATION.format(folder=folder, port=order["port"]))
    initialize(str(file))
    news = members(order["mails"])
    everybody = {member.address.email for member in news.members.members}
    data = {"recipients": everybody, "verp": True, "to_list": True}
    began = time.perf_counter()
    deliver(news, mail(order["text"], order["page"]), data)
    return float(order["mails"] / (time.perf_counter() - began))


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    if given.get("core") is not None:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[given["core"] % len(cores)]})
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(json.dumps({"rate": rate(given, name)}))

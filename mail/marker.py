"""The line at the head of our mails: whatever stands below it in a reply is known to be the past, however it is quoted."""

MARKER = "reply above this line"  # as it is known again, in any case and behind any quoting
LINE = f"-- {MARKER} --"

"""Why a whole file cannot be imported, in words for the person who chose it."""


class ImportRefused(Exception):
    """Nothing of the file was taken. The text is fit to show."""


class Unreadable(Exception):
    """One cell says something we cannot use. The text completes "website: …"."""

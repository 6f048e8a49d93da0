"""What can go wrong with the store, in words for the person who runs it."""


class StoreError(Exception):
    """The store could not do what was asked; nothing of it was kept. The text is fit to show."""


class StoreBusy(StoreError):
    """Another program held the database for longer than we wait."""


class StoreFull(StoreError):
    """No room left on the disk."""


class StoreReadOnly(StoreError):
    """The database or its folder cannot be written."""


class StoreUnreachable(StoreError):
    """No database there, or not one of ours."""


class NewerSchema(StoreError):
    """The database was written by a newer version of whodoes."""


class StoreClosed(StoreError):
    """Asked for after the store was closed."""


# The database as a whole does not work just now. Any other failure is the one change's own, and will not pass.
PASSING = (StoreBusy, StoreFull, StoreReadOnly, StoreUnreachable, StoreClosed)

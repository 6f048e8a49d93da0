"""Which organisation of the directory a row means."""

from store.importing.directory_now import OWN_REF, DirectoryNow, OrganisationState
from store.importing.naming import name_key
from store.importing.organisation_rows import OrganisationRow
from store.importing.refusal import Unreadable
from store.importing.values import domain_of


def match(
    directory: DirectoryNow, row: OrganisationRow, *, file_refs: frozenset[str]
) -> OrganisationState | None:
    """By ref, else by name with website or postcode, else by a name only one bears. None: it is new.

    Raises Unreadable when several could be meant. `file_refs` are the refs the file uses: whoever bears one of them
    is meant by that row alone.
    """
    if row.ref in directory.by_ref:
        return directory.by_ref[row.ref]
    if not row.name:
        raise Unreadable(
            f"there is no name, and no organisation has the ref “{row.ref}”"
            if row.ref
            else "there is no name"
        )
    key = name_key(row.name)
    candidates = directory.by_name.get(key) or directory.by_alias.get(key) or []
    if row.ref:  # known so far only by a ref we made up, it takes on the one it is given now
        candidates = [
            each for each in candidates if str(each.values["ref"]).startswith(OWN_REF) and each.row is None
        ]
    else:
        candidates = [
            each for each in candidates if each.row is not None or each.values["ref"] not in file_refs
        ]
    return _narrowed(candidates, row)


def _narrowed(candidates: list[OrganisationState], row: OrganisationRow) -> OrganisationState | None:
    domain = domain_of(row.given.get("website", ""))
    postcodes = {code.replace(" ", "") for code in row.places.get("postcode", ()) if code}
    same_domain = [each for each in candidates if domain and each.domain == domain]
    same_postcode = [each for each in candidates if postcodes & each.postcodes]
    for narrower in (same_domain, same_postcode):
        if len(narrower) == 1:
            return narrower[0]
    possible = [each for each in candidates if not _another(each, domain, postcodes)]
    if len(possible) > 1:
        refs = ", ".join(str(each.values["ref"]) for each in possible[:5])
        raise Unreadable(
            f"{len(possible)} organisations are called “{row.name}” ({refs}); add a ref, website or postcode to say which"
        )
    return possible[0] if possible else None


def _another(state: OrganisationState, domain: str, postcodes: set[str]) -> bool:
    """Of two in the same file with one name, a different postcode tells them apart; the stored one may have moved."""
    differs = bool(postcodes and state.postcodes and not postcodes & state.postcodes)
    elsewhere = bool(domain and state.domain and domain != state.domain)
    return differs if state.row is not None else differs and elsewhere

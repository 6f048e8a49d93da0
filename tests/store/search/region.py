"""A small invented region, as entries."""

from functools import cache

from store.kinds import OrganisationKind, SizeBand
from store.places.gazetteer import Gazetteer
from store.places.place import Place
from store.search.entry import Entry, EntryPerson, EntrySite
from store.search.index import Index
from store.search.lexicon import Lexicon
from store.search.wanted import Nearness, Wanted, WantedPlace

COMPANY, UNIVERSITY = OrganisationKind.COMPANY, OrganisationKind.UNIVERSITY


def site(town: str, county: str = "", postcode: str = "") -> EntrySite:
    return EntrySite(town=town, county=county, postcode=postcode, country="United Kingdom")


def entry(number: int, name: str, **fields: object) -> Entry:
    fields.setdefault("ref", f"R-{number}")
    return Entry(id=number, name=name, **fields)  # type: ignore[arg-type]  # a factory: the fields are Entry's


MACCLESFIELD = site("Macclesfield", "Cheshire", "SK10 4TG")
MANCHESTER = site("Manchester", "Greater Manchester", "M13 9PL")
LEEDS = site("Leeds", "West Yorkshire", "LS2 9JT")

REGION = (
    entry(
        1,
        "Danebrook Vectors Ltd",
        aliases=("DBV", "Danebrook Virals"),
        kind=COMPANY,
        size=SizeBand.SMALL,
        sector="biotechnology",
        summary="Contract maker of viral vectors. A GMP suite opened in 2024 fills small batches for trials.",
        capabilities=("lentiviral vector manufacture", "AAV process development", "aseptic fill and finish"),
        sites=(MACCLESFIELD,),
        people=(EntryPerson(11, "Marguerite Oyelowe", "Head of Supply", ("vector purification",)),),
    ),
    entry(
        2,
        "Ellerbeck Catheters plc",
        kind=COMPANY,
        size=SizeBand.LARGE,
        sector="medical devices",
        summary="Urinary and vascular catheters for hospitals. Everything is moulded and coated on one site.",
        capabilities=("catheter extrusion", "hydrophilic coating"),
        sites=(LEEDS, site("Runcorn", "Cheshire", "WA7 2UH")),
        people=(EntryPerson(21, "Tobias Quellmann", "Quality Director"),),
    ),
    entry(
        3,
        "University of Harrowdale",
        kind=UNIVERSITY,
        size=SizeBand.LARGE,
        summary="Teaching and research in Manchester, with groups in gene editing and antimicrobial resistance.",
        capabilities=("CRISPR screening", "proteomics and mass spectrometry"),
        sites=(MANCHESTER,),
    ),
    entry(
        4,
        "Cairnmoor Diagnostics",
        kind=COMPANY,
        size=SizeBand.MICRO,
        summary="Lateral flow tests for leukaemia relapse, read by a telephone.",
        capabilities=("lateral flow assay development", "in vitro diagnostics"),
        tags=("point of care",),
        sites=(MANCHESTER,),
    ),
    entry(
        5,
        "Play Prosthetics",
        kind=COMPANY,
        size=SizeBand.MICRO,
        summary="Prosthetic hands for children.",
        sites=(site("Preston", "Lancashire", "PR1 2HE"),),
    ),
    entry(
        6,
        "Copperfold Ventures",
        kind=OrganisationKind.INVESTOR,
        summary="Seed money for university inventions.",
        capabilities=("seed investment",),
        sites=(MANCHESTER,),
    ),
    entry(
        7,
        "Skelworth CRO",
        kind=COMPANY,
        size=SizeBand.MEDIUM,
        summary="Runs first-in-human studies as a contract research organisation with its own ward.",
        sites=(LEEDS,),
    ),
    entry(8, "Hushby Health", summary="An app that helps people with sleep apnea.", sites=()),
    entry(
        9,
        "<!channel> & Sons <b>",
        summary="Cleanroom floors, doors and \x00drains.",
        sites=(site("Bath", "Somerset", "BA1 1LN"),),
    ),
    entry(10, "Mirefield Antibodies", summary="Antibodies to order.", sites=(site("Chester", "Cheshire", "CH1 2HS"),)),
    entry(11, "Tarn Antibodies", summary="Antibodies to order.", sites=(site("Chester", "Cheshire", "CH1 2HS"),)),
)  # fmt: skip


@cache
def region() -> Index:
    """Shared by tests that only read."""
    return index_of(*REGION)


def index_of(*entries: Entry, lexicon: Lexicon | None = None) -> Index:
    index = Index(Gazetteer.load(), lexicon)
    index.put(entries)
    return index


def place(name: str) -> Place:
    return Gazetteer.load().find(name)[0]


def near(name: str, miles: float | None = None) -> WantedPlace:
    return WantedPlace(place(name), name, Nearness.NEAR, miles)


def within(name: str) -> WantedPlace:
    return WantedPlace(place(name), name)


def names(index: Index, topic: str, **wanted: object) -> list[str]:
    found = index.search(Wanted(topic, **wanted))  # type: ignore[arg-type]  # a shorthand: the fields are Wanted's
    return [hit.name for hit in found.hits]

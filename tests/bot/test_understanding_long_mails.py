"""What is sought, out of mails as people write them: polite, long, forwarded, signed from elsewhere."""

from dataclasses import dataclass

import pytest

from bot.assistant.intents import WhoDoes
from bot.assistant.understanding import understand
from store.kinds import Medium, OrganisationKind, SizeBand
from store.search.wanted import Wanted
from tests.store.search.region import region

SIGNATURE = """
Kind regards,
Hedley Ormerod
Business Development Manager | Quillfeather Instruments Ltd
Unit 4, Wharf Road, Birmingham B15 2TT
T: 0121 496 0000 | www.quillfeather.example

Quillfeather Instruments Ltd is registered in England and Wales, company number 00000000.
Registered office: 1 Temple Square, Bristol BS1 6AA
This message is confidential and intended for the addressee only. If you are in Scotland, other terms apply.
"""


@dataclass(frozen=True)
class Case:
    mail: str
    topic: str
    places: tuple[tuple[str, float | None], ...] = ()
    sizes: tuple[SizeBand, ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    excluded: tuple[OrganisationKind, ...] = ()
    without: tuple[str, ...] = ()


SMALL = (SizeBand.MICRO, SizeBand.SMALL)
CASES = {
    "a radius in the sentence": Case(
        "Dear all,\n\nI hope this finds you well. We are a family business and have been members since 2009. "
        "Could you please tell me who does precision machining within 30 miles of Bolton? It is for a new pump.\n" + SIGNATURE,
        "precision machining", (("Bolton", 30.0),),
    ),
    "a radius in a sentence of its own": Case(
        "Hello,\n\nWe are looking for a contract packer for sterile trays. Ideally within 20 miles of Stockport.\n\nMany thanks\nUna",
        "contract packer for sterile trays", (("Stockport", 20.0),),
    ),
    "a place in a sentence of its own": Case(
        "Hi there\n\nDo you know anyone who does electron microscopy? It must be in Leeds or York.\n\nBest\nWim",
        "electron microscopy", (("Leeds", None), ("York", None)),
    ),
    "what is not wanted afterwards": Case(
        "Good morning,\n\nWe need help with toxicology. No CROs please.\n\nRegards\nPer",
        "toxicology", without=("CROs",),
    ),
    "kinds that are not wanted": Case(
        "Morning,\n\nI'm looking for someone who can run a proteomics screen. Not universities, we need it quickly.\n\nThanks\nIda",
        "proteomics screen", excluded=(OrganisationKind.UNIVERSITY,),
    ),
    "a size afterwards": Case(
        "Hi,\n\nWho makes lateral flow tests? Preferably a small company.\n\nCheers\nBo", "lateral flow tests", sizes=SMALL
    ),
    "where the sender is, first": Case(
        "Hi,\n\nWe are based in Nottingham and make wound dressings. We are looking for someone to run gamma sterilisation.\n\nRegards\nTove",
        "gamma sterilisation",
    ),
    "where the sender was": Case(
        "Dear team\n\nIt was good to see so many of you in Harrogate. I spoke to a gentleman from Cardiff about this. "
        "Does anyone in the network offer freeze drying?\n" + SIGNATURE,
        "freeze drying",
    ),
    "a client's need": Case(
        "Hello\n\nA client of mine needs a notified body for a class IIa device. They are growing fast.\n\nKind regards\nMabel",
        "notified body for a class IIa device",
    ),
    "a colleague asked": Case(
        "Hi both,\n\nA colleague in Germany asked me who sells zebrafish housing. I said I would find out.\n\nThanks\nJorun",
        "zebrafish housing",
    ),
    "two requests": Case(
        "Hi,\n\nWho does flow cytometry? We also need someone for histology.\n\nThanks\nEd", "flow cytometry, histology"
    ),
    "what they make, then who": Case(
        "Dear Sir or Madam,\n\nWe make hip implants and need a coating supplier.\n\nYours faithfully\nR. Blaine", "coating"
    ),
    "a question that points back": Case(
        "Hi,\n\nWe have a problem with extractables from a bag film. Who can help with that?\n\nThanks\nNan",
        "extractables from a bag film",
    ),
    "a list": Case(
        "Hello,\n\nWe are looking for suppliers of:\n- nitrile gloves\n- pipette tips\n- cryovials\n\nThanks\nOlu",
        "nitrile gloves, pipette tips, cryovials",
    ),
    "lines broken by the mail program": Case(
        "Hi,\n\nI was wondering whether you could point me to a company that does\nviral clearance studies near\nManchester.\n\nBest wishes\nZo",
        "viral clearance studies", (("Manchester", None),),
    ),
    "grateful": Case(
        "Dear colleagues,\n\nI would be grateful for pointers to firms active in wound care. I look forward to hearing from you.\n" + SIGNATURE,
        "wound care",
    ),
    "a call offered": Case(
        "Hi,\n\nWe're after a statistician for a phase 2 trial. If somebody could give me a call this week that would be great.\n\nTa\nViv",
        "statistician for a phase 2 trial",
    ),
    "no question at all": Case("Hello\n\nPlasmid DNA at gram scale, GMP\n\nthanks\nAl", "Plasmid DNA at gram scale, GMP"),
    "a question without a verb": Case("Hi all,\n\nAny peptide chemists in Cheshire?\n\nAn", "peptide chemists", (("Cheshire", None),)),
    "forwarded with a line": Case(
        "Can you help Finn with this?\n\nBegin forwarded message:\n\nFrom: Finn Garrowby <finn@garrowby.example>\nDate: 3 May\nSubject: moulds\n\n"
        "Hi Thora,\n\nDo you know anybody who makes silicone moulds?\n\nFinn\nGarrowby Ltd, Exeter\n",
        "silicone moulds",
    ),
    "forwarded by outlook": Case(
        "FYI\n\n________________________________\nFrom: Elke Dunmore\nSent: 12 June\nTo: Asta Bramhope\nSubject: RE: supplier\n\n"
        "Hello Asta,\n\nwe are looking for a partner for spray drying in Northern Ireland.\n\nBest,\nElke\nDunmore GmbH, Hamburg\n",
        "spray drying", (("Northern Ireland", None),),
    ),
    "an old newsletter below": Case(
        "Hi,\n\nwho does antibody humanisation?\n\nJo\n\nOn Mon, 2 Jun at 10:00, Network News <news@network.example> wrote:\n"
        "> Meet us in Liverpool on 5 July\n> New members: three firms in Warrington\n",
        "antibody humanisation",
    ),
    "thanks first": Case(
        "Thanks for the quick reply last time. We now need a recycler for lab plastics.\n\nJo\nHead of Estates, Sheffield",
        "recycler for lab plastics",
    ),
    "sorry first": Case(
        "Hi,\n\nSorry to bother you again, but is there anyone who rents out cold rooms around Preston?\n\nKit",
        "cold rooms", (("Preston", None),),
    ),
    "a drive": Case(
        "Hi\n\nWe'd like to find a machine shop for titanium. They should be within an hour's drive of Leeds.\n\nRegards\nSten",
        "machine shop for titanium", (("Leeds", 40.0),),
    ),
    "kilometres": Case(
        "Guten Tag,\n\nwe are searching for a laboratory for endotoxin testing within 50 km of Manchester.\n\nMit freundlichen Grüßen\nAnke",
        "laboratory for endotoxin testing", (("Manchester", 31.06855),),
    ),
    "a language": Case(
        "Dear team,\n\nwe need someone to translate our instructions for use into German and Polish.\n" + SIGNATURE,
        "translate our instructions for use into German and Polish",
    ),
    "investors wanted": Case(
        "Hello,\n\nWe are a university spin-out in Leeds. We are looking for investors in diagnostics.\n\nBest\nPia",
        "diagnostics", kinds=(OrganisationKind.INVESTOR,),
    ),
    "universities wanted": Case(
        "Dear network\n\nOur company has a new polymer. Which universities work on antimicrobial coatings?\n\nBest regards\nTam",
        "antimicrobial coatings", kinds=(OrganisationKind.UNIVERSITY,),
    ),
    "a long story": Case(
        "Dear Ms Aldous,\n\nYou may remember me from the dinner. " + "We have had a busy year with two audits and a move. " * 12
        + "Now we need a GMP consultant for the next inspection. " + "The weather has been awful here. " * 5 + SIGNATURE,
        "GMP consultant for the next inspection",
    ),
    "sent from a telephone": Case("whos good at lyophilisation in the north west\n\nSent from my telephone", "lyophilisation", (("North West", None),)),
    "an office named in the sign-off": Case(
        "Hi\n\nWho supplies bioreactors?\n\nThanks and best wishes from a rainy Glasgow,\nMoss", "bioreactors"
    ),
    "a bare disclaimer": Case(
        "Looking for a patent attorney.\n\nPlease consider the environment before printing this mail.\nOffices in London, Oxford and Cambridge.",
        "patent attorney",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_ask_is_what_is_sought_and_where(name: str) -> None:
    case = CASES[name]
    wanted = read(case.mail)
    assert wanted.topic == case.topic
    assert [(each.place.name, each.radius_miles) for each in wanted.places] == [
        (place, None if radius is None else pytest.approx(radius)) for place, radius in case.places
    ]
    assert (wanted.sizes, wanted.kinds, wanted.excluded, wanted.without) == (
        case.sizes,
        case.kinds,
        case.excluded,
        case.without,
    )


def read(mail: str) -> Wanted:
    intent = understand(mail, index=region(), medium=Medium.EMAIL)
    assert isinstance(intent, WhoDoes), intent
    return intent.wanted

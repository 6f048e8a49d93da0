"""Asks as people write them: the topic is exactly what is sought."""

import pytest

from bot.assistant.intents import About, AboutUnknown, Intent, SmallTalk, UnclearAsk, WhoDoes
from bot.assistant.understanding import understand
from store.kinds import Medium
from store.search.wanted import Wanted
from tests.store.search.region import region


def read(text: str) -> Intent:
    return understand(text, index=region(), medium=Medium.SLACK)


def wanted(text: str) -> Wanted:
    intent = read(text)
    assert isinstance(intent, WhoDoes), intent
    return intent.wanted


@pytest.mark.parametrize(
    "text",
    [
        "wound care", "WOUND CARE".lower(), "wound care?", "wound care pls", "wound care, anyone?", "wound care people?", "anything on wound care",
        "who does wound care", "whos good at wound care", "who's who in wound care", "who is big in wound care", "who are the main players in wound care",
        "who are the leaders in wound care", "who's in wound care", "who's doing wound care these days", "who's been working on wound care lately",
        "who knows about wound care", "who understands wound care", "who could advise on wound care", "who can I ask about wound care",
        "who works in the wound care space", "who do we know in wound care?", "who have we got in the directory for wound care?",
        "who is the right person for wound care questions", "what have you got on wound care", "what do we have in wound care",
        "what companies are there in wound care", "what's happening in wound care", "which of our members are into wound care",
        "which companies are capable of wound care", "which members specialise in wound care", "do we have anyone that does wound care",
        "do you know of any wound care firms", "do you know if anyone does wound care", "know any wound care companies", "u know any wound care ppl",
        "is there anyone in wound care", "is there a member who does wound care?", "is it possible to find someone who does wound care",
        "are there any members that specialise in wound care?", "does anybody in the network do wound care work?", "has anyone come across a company doing wound care",
        "ny1 doing wound care", "any ideas for wound care?", "any suggestions for wound care", "got any leads on wound care?", "have you got contacts in wound care?",
        "tell me who does wound care", "give me a list of wound care companies", "name three wound care companies", "top 5 wound care companies",
        "show me wound care companies", "find me somebody who does wound care", "find wound care companies for me", "search for wound care",
        "can you give me the names of some wound care companies", "can u recommend someone 4 wound care", "can anyone recommend a wound care company",
        "recommend me a wound care company", "point me to someone doing wound care", "could someone please tell me who does wound care",
        "the best company for wound care", "best people for wound care", "experts in wound care", "expertise in wound care", "the wound care scene",
        "looking for help with wound care please", "looking 2 find wound care", "we could do with some wound care", "in need of wound care",
        "advice on wound care please", "help with wound care", "help needed with wound care", "partner wanted for wound care", "Any1 doing stuff w/ wound care?",
        "a client of mine needs wound care", "client needs wound care asap", "my boss wants someone to do wound care", "one of our members is after wound care",
        "a member of ours asks who does wound care", "a colleague asked me whether anyone does wound care", "I have a friend who needs wound care",
        "we're a start-up looking for wound care partners", "I am an investor looking for wound care companies", "speaking as a nurse, who does wound care",
        "we are based in Leeds and need wound care", "I'd like to speak to people who work on wound care", "I'd love to hear from anyone with experience in wound care",
        "We would be grateful for pointers to firms active in wound care", "I was wondering whether you know of anyone who does wound care",
        "Would you happen to know who does wound care?", "just wondering if there's anybody into wound care",
        "hi, sorry to bother you, but who does wound care?", "sorry if this is a silly question but does anyone do wound care", "apologies if asked before - anyone doing wound care",
        "Hi Ann, quick question: who does wound care?", "hey bot, find me a wound care firm", "hi whodoes, who does wound care?", "Morning all. Need someone for wound care. Ta",
        "FAO team: wound care", "Re: wound care", "Subject: wound care", "*URGENT* need wound care", ":wave: hi all, anyone know wound care? :pray:", "🙂 who does wound care 🙏",
        "<@U123ABC> who does *wound care*?", "who does `wound care`", "who does _wound care_?", "see <https://foo.example/x|the brief>: we need someone for wound care",
        "<https://foo.example/brief> anyone doing wound care", "[our brief](https://foo.example/b) anyone doing wound care", "> who does wound care", "can anyone answer this?\n> who does wound care",
    ],
)  # fmt: skip
def test_it_is_wound_care_however_it_is_asked(text: str) -> None:
    understood = wanted(text)
    assert understood == Wanted("wound care")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("we make hip implants and need a coating supplier", "coating"),
        ("is there somebody who could coat our stents with heparin", "coat our stents with heparin"),
        ("need: HPLC column supplier", "HPLC column"),
        ("i need syringes for a clinical trial", "syringes for a clinical trial"),
        ("someone experienced in 510(k)", "510(k)"),
        ("who owns a 3T MRI scanner", "3T MRI scanner"),
        ("where can I buy reagents for qPCR", "reagents for qPCR"),
        ("who would be able to run a phase 2 trial in asthma", "phase 2 trial in asthma"),
        ("who can rent out a cold room", "cold room"),
        ("project management for trials", "project management for trials"),
        ("who does process development", "process development"),
        ("contact lenses", "contact lenses"),
        ("local anaesthetics", "local anaesthetics"),
        ("activity trackers", "activity trackers"),
        ("point of care tests", "point of care tests"),
        ("first aid kits", "first aid"),
        ("early detection of sepsis", "early detection of sepsis"),
        ("someone who can do both sterilisation and packaging", "both sterilisation and packaging"),
        ("formulation as well as fill finish", "formulation as well as fill finish"),
        ("ELISA, flow cytometry and also cell culture", "ELISA, flow cytometry and also cell culture"),
        ("in vivo imaging", "in vivo imaging"),
        ("near infrared spectroscopy", "near infrared spectroscopy"),
        ("who offers next generation sequencing?", "next generation sequencing"),
        ("over 65s falls prevention", "over 65s falls prevention"),
        ("never frozen platelets", "never frozen platelets"),
        ("no win no fee lawyers", "no win no fee lawyers"),
        ("IT support and cloud hosting", "IT support and cloud hosting"),
        ("can you name companies applying AI to x-rays", "AI to x-rays"),
        ("We're thinking about changing our CRO", "CRO"),
        ("we currently use Intertek for leachables; who else is there?", "leachables"),
        ("exporting to China", "exporting to China"),
        ("Japanese market access", "Japanese market access"),
        ("Liverpool care pathway", "Liverpool care pathway"),
        ("new members in stents", "stents"),
        ("gene therapy – does anyone know a good CRO?", "gene therapy – does anyone know a good CRO"),
        ("devices for people who need dialysis", "devices for people who need dialysis"),
        ("biotech companies looking for funding", "biotech companies looking for funding"),
        ("We've run out of FBS, who stocks it?", "FBS, who stocks"),
        ("who does X-ray imaging? We also need somebody for histology.", "X-ray imaging, histology"),
    ],
)
def test_nothing_that_is_sought_is_cut_away(text: str, topic: str) -> None:
    assert wanted(text).topic == topic


@pytest.mark.parametrize("text", ["list all members", "list everyone", "how many members do you have", "who are your members", "show me the whole directory"])  # fmt: skip
def test_the_whole_directory_is_too_much_to_ask_for(text: str) -> None:
    intent = read(text)
    assert isinstance(intent, UnclearAsk)
    assert "whole directory" in intent.reason


def test_everyone_in_a_place_is_not() -> None:
    understood = wanted("everyone in Cheshire")
    assert (understood.topic, [each.place.name for each in understood.places]) == ("", ["Cheshire"])


@pytest.mark.parametrize("text", ["Mary", "mary", "who is Mary Whitlock", "Mary Whitlock", "Dr Ingrid Solberg", "Prof. Whitlock", "is Mary a member?"])  # fmt: skip
def test_a_person_nobody_knows_is_no_misspelt_word(text: str) -> None:
    assert isinstance(read(text), AboutUnknown)


@pytest.mark.parametrize("text", ["marguerite", "Dr Oyelowe", "Marguerite Oyelowe", "who is Marguerite?"])
def test_a_person_is_known_by_a_part_of_the_name(text: str) -> None:
    intent = read(text)
    assert isinstance(intent, About), intent
    assert intent.matches[0].hit.person_id == 11


def test_a_first_name_in_an_ask_is_spelt_as_it_stands() -> None:
    assert wanted("proteomics people like Mary who do CRISPR screening").literally == ("mary",)


@pytest.mark.parametrize(
    "text",
    [
        "head of QA at Danebrook", "who is the CEO of Danebrook Vectors", "supply chain manager at Danebrook",
        "who's the managing director of Danebrook?", "contact for the head of supply at Danebrook",
    ],
)  # fmt: skip
def test_an_office_somewhere_is_asked_of_that_organisation(text: str) -> None:
    intent = read(text)
    assert isinstance(intent, About), intent
    assert intent.matches[0].hit.name == "Danebrook Vectors Ltd"


@pytest.mark.parametrize(("text", "topic"), [("who is a regulatory affairs manager", "regulatory affairs manager"), ("any quality managers?", "quality managers"), ("contact for sample storage", "sample storage")])  # fmt: skip
def test_an_office_anywhere_is_a_search(text: str, topic: str) -> None:
    assert wanted(text).topic == topic


@pytest.mark.parametrize(
    "text",
    [
        "firms like Danebrook Vectors", "companies similar to Danebrook", "competitors of Danebrook", "who else is like Danebrook Vectors?",
        "who does the same as Danebrook", "alternatives to Danebrook Vectors", "anyone comparable to Danebrook?",
    ],
)  # fmt: skip
def test_an_example_stands_for_what_it_is_known_for(text: str) -> None:
    understood = wanted(text)
    assert "lentiviral vector manufacture" in understood.topic
    assert understood.without == ("Danebrook Vectors Ltd",)


@pytest.mark.parametrize("text", ["catheter makers like Danebrook Vectors", "catheter firms such as Danebrook Vectors"])  # fmt: skip
def test_what_the_example_is_one_of_is_what_is_sought(text: str) -> None:
    assert wanted(text) == Wanted("catheter", without=("Danebrook Vectors Ltd",))


@pytest.mark.parametrize("text", ["is there a company called Danebrook", "do you know a firm called Danebrook Vectors?", "Danebrook Vectors website", "Danebrook's contact details", "who should I talk to at Danebrook about vectors", "website of Danebrook"])  # fmt: skip
def test_a_name_is_heard_in_more_ways_of_asking_for_it(text: str) -> None:
    intent = read(text)
    assert isinstance(intent, About), intent
    assert intent.matches[0].hit.name == "Danebrook Vectors Ltd"


def test_what_else_is_said_of_an_example_is_heard() -> None:
    understood = wanted("competitors of Danebrook in Leeds but not universities")
    assert [each.place.name for each in understood.places] == ["Leeds"]
    assert [each.value for each in understood.excluded] == ["university"]


def test_an_example_without_capabilities_stands_for_its_summary() -> None:
    assert wanted("companies like Mirefield Antibodies").topic == "antibodies order"


@pytest.mark.parametrize("text", ["firms like Lentigate", "competitors of Zorbly", "anyone similar to Wexcombe Vaccines"])  # fmt: skip
def test_an_example_nobody_knows_is_told(text: str) -> None:
    assert isinstance(read(text), AboutUnknown)


@pytest.mark.parametrize(("text", "topic"), [("devices like pacemakers", "devices like pacemakers"), ("alternatives to animal testing", "alternatives to animal testing"), ("I'd like to find a stent maker", "stent")])  # fmt: skip
def test_things_are_no_examples(text: str, topic: str) -> None:
    assert wanted(text).topic == topic


@pytest.mark.parametrize("text", ["sorry for the delay", "thanks for the invite", "who are you"])
def test_small_talk_stays_small_talk(text: str) -> None:
    assert isinstance(read(text), SmallTalk)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("need:\n• nitrile gloves\n• pipettes", "nitrile gloves, pipettes"),
        ("Does anyone know... who can fix a bioreactor", "fix a bioreactor"),
        ("Could someone help? We're stuck with a leaking bioreactor seal.", "leaking bioreactor seal"),
        ("I love this tool. Who does wound care?", "wound care"),
        ("I run a small lab in Bolton. Looking for someone who repairs centrifuges. Not too pricey!", "repairs centrifuges"),
        ("why is nobody doing endotoxin tests", "endotoxin tests"),
    ],
)  # fmt: skip
def test_the_sentence_that_asks_is_found_in_chat_too(text: str, topic: str) -> None:
    assert wanted(text) == Wanted(topic)


def test_conditions_in_chat_narrow_the_request() -> None:
    understood = wanted(
        "Hi team :wave:\n\nLooking for a stent maker.\n\nMust be in Cheshire, no universities.\n\nThanks!"
    )
    assert (understood.topic, [each.place.name for each in understood.places]) == ("stent", ["Cheshire"])
    assert [each.value for each in understood.excluded] == ["university"]

"""Second addresses over real SMTP: claimed in one mail, confirmed in another, and known from then on."""

from bot.assistant.second_addresses import CLAIMED, IF_BOTH_ARE_YOURS
from mail.second_addresses import SENT_TO_ANOTHER
from store.linking import addresses_of
from store.store import Store
from tests.whole_region import a_region, add_member, words_of

ADA, AT_HOME, EVE = "ada@oriel.example", "ada@home.example", "eve@elsewhere.example"
MINE_TOO = f"This is also my address, I am {ADA}"
QUESTION = "Who does viral vector manufacturing near Macclesfield?"


async def test_who_writes_from_home_is_known_there_once_they_say_so_at_work(store: Store) -> None:
    async with a_region(store) as region:
        await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await region.write(AT_HOME, MINE_TOO)
        await region.mail_to(AT_HOME, CLAIMED.text)
        asked = await region.mail_to(ADA, "from an address that I do not know")
        assert AT_HOME in words_of(asked)
        assert MINE_TOO not in words_of(asked)  # nobody's words are passed on
        await region.write(ADA, "Yes, that's me.", to=asked)
        await region.mail_to(ADA, f"I know you at {AT_HOME} now")
        known = await region.mail_to(AT_HOME, "I know you at this address now")
        assert ADA not in known.as_string()
        await region.write(AT_HOME, QUESTION)
        assert "introduce 1" in words_of(await region.mail_to(AT_HOME, "1. Larkspur Vectors Ltd"))


async def test_a_reply_from_another_address_asks_whose_it_is_and_tells_nothing_meanwhile(
    store: Store,
) -> None:
    async with a_region(store) as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await region.write(ADA, QUESTION)
        listed = await region.mail_to(ADA, "1. Larkspur Vectors Ltd")
        await region.write(EVE, "more", to=listed)
        told = words_of(await region.mail_to(EVE, SENT_TO_ANOTHER))
        assert IF_BOTH_ARE_YOURS in told
        assert "Larkspur" not in told
        assert ADA not in told
        asked = await region.mail_to(ADA, "as a reply to a message that I had sent to you")
        await region.write(ADA, "no", to=asked)
        await region.mail_to(ADA, "Nothing is changed")
        assert await store.read(addresses_of, ada) == (ADA,)
        await region.write(EVE, "more", to=listed, subject="Again")
        assert IF_BOTH_ARE_YOURS in words_of(await region.mail_to(EVE, SENT_TO_ANOTHER))
        assert region.unread(ADA) == []
        assert region.unread(EVE) == []


async def test_a_member_adds_an_address_by_a_word_from_there(store: Store) -> None:
    async with a_region(store, reply_form="r-{token}@reply.cluster.example") as region:
        ada = await add_member(store, "Ada Finch", "Oriel Protein Services", address=ADA)
        await region.write(ADA, f"Please add my address {AT_HOME}")
        await region.mail_to(ADA, "a message from me is on its way there")
        asked = await region.mail_to(
            AT_HOME, "A member of Harrowdale tells me that this address is theirs as well"
        )
        assert "Ada Finch, Oriel Protein Services" in words_of(asked)
        assert ADA not in asked.as_string()
        await region.write(AT_HOME, "yes", to=asked)
        await region.mail_to(AT_HOME, f"I know you at {AT_HOME} now")
        assert AT_HOME in words_of(await region.mail_to(ADA, "I know you at another address"))
        assert await store.read(addresses_of, ada) == (ADA, AT_HOME)

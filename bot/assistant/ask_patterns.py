"""How people begin an ask, count several of them, and point back to the one before."""

import re

_THING = r"(?:questions?|things?|requests?|asks?|quer(?:y|ies)|enquir(?:y|ies)|inquir(?:y|ies)|matters?|notes?|topics?|points?|issues?|subjects?|needs?|wish(?:es)?|ones?)"
_ORDER = r"(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|fifth(?:ly)?|finally|lastly|last)"
LED = re.compile(
    rf"^\W*(?:(?:and|plus|then|but|sorry|oh),? (?:and )?)?(?:"
    rf"also\b|{_ORDER}\b(?! of all)|next\b(?=,)|next {_THING}|(?:topic|question|item|point|request|part) ?(?:\d|one|two|three|four|five)\b(?=\W)|separately\b|(?:this is )?(?:quite |completely |totally )?unrelated(?:ly)?\b|additionally\b|furthermore\b|moreover\b|in addition\b(?! to)|besides(?: that)?,|(?:apart from|on top of|as well as|further to|beyond) (?:that|this)\b,?|"
    rf"p\.? ?p?\.?s\b\.?|by the way\b|btw\b|on (?:another|a different|a separate) {_THING}|an?(?:other|\W+(?:second|third|different|further)) {_THING}|one (?:more|other|last|final) {_THING}|"
    rf"(?:the|my|our) (?:first|second|third|other|next|last|final) (?:{_THING} )?(?=is\b|concerns\b)|another\b(?: one)? is\b|one(?: of (?:them|these))? is\b)",
    re.IGNORECASE,
)
ALSO = re.compile(
    r"^\W*(?:and |but |my \w+ and )?(?:i|we|he|she|they|our (?:\w+ ){1,3}|my \w+|please)(?:'d|’d|'re|’re|'m|’m| would| are| am| is)? ?(?:like )?(?:also|furthermore|additionally|likewise)\b|\bdo you also know\b|^[^.?!:]{0,60}\btoo(?=[:,])|^\W*(?:i|we)\b[^,.?!:]{0,30} also (?:to|for|in)\b|^[^,.?!]{10,300} (?:as well|too)\W*$",
    re.IGNORECASE,
)
AND = re.compile(r"^\W*(?:(?:and|plus|so|then|now|oh|ok|well|hi|hello|hey|thanks)\b[ ,–-]*)+", re.IGNORECASE)
WHO = re.compile(
    r"(?:who\b|which (?:of (?:your|our|the) )?\w+|whom\b|where (?:can|could|do|should|would|might) (?:i|we)\b|(?:is|are) there (?:any|an?\b|some)|"
    r"do (?:you|we) (?:also |happen to |perhaps )*(?:know|have)(?: of)? (?:who|which|where|when|any|an?\b|some|members?)|do you (?:also )?know (?:small|big|local|good)\b|"
    r"(?:do|does|can|could|would|has|is) (?:any|some)(?:one|body)\b|any(?:one|body)\b (?!else)|some(?:one|body)\b |any (?!ideas?|thoughts|suggestions|help|luck|chance|news|introductions?|pointers?|leads?|advice|other business)\w+|"
    r"(?:can|could|would|will) you (?:please |also |perhaps )*(?:recommend|suggest|name|list|find|point|tell (?:me|us) (?:who|which|where)|introduce (?:me|us) to (?:an?|some))|"
    r"what do you know (?:about|of)|what (?:companies|firms|members|organisations|events)\b|when is\b|what(?:'s| is) (?:on|coming up)|what events)",
    re.IGNORECASE,
)
NEED = re.compile(
    r"(?:(?:i|we|our [\w'& -]{1,30}?|my [\w'& -]{1,30}?|(?:a|the) (?:client|colleague|member|friend)s?(?: of (?:mine|ours))?|one (?:client|colleague|member))(?:'re|’re|'m|’m|'d|’d|'ve|’ve| are| am| is| would| have| wants?| has| will| shall)? ?"
    r"(?:also |now |really |urgently |still |currently |furthermore |next |both |therefore |like |love |gladly )*)?"
    r"(?:(?:look(?:s|ing)? for|search(?:es|ing)? for|in search of|(?:trying|hoping|want|like) (?:also )?to (?:find|track down|source|locate)|after|seek(?:s|ing)?|need(?:s|ing)?(?! to\b)|require[sd]?|want(?:s|ed)?(?! to\b)|in need of|asks?(?: me)?|asked(?: me)?|wonder(?:s|ing)?|interested in)\b|an? (?:intro|introduction|contact) (?:to|for)\b|(?:details|information|names?|a list) (?:of|on|about)\b|(?:be )?(?:keen|glad|interested|delighted|pleased) to (?:meet|find|know|visit|talk to|speak to|hear)\b"
    r"|(?:(?:would|'d|’d) )?(?:like|love|wants?|needs?|wish|keen|hope|hoping) to (?:meet|find|know|visit|talk to|speak to|hire|see|rent|buy|learn)\b|(?:to )?(?:meet|know) )",
    re.IGNORECASE,
)
NEED_THEN = re.compile(
    r"(?:\b(?:and|but|so|therefore)|,) (?:(?:i|we|now|also|therefore|are|am|is|would|['’]?d)\b ?)*(?:look(?:s|ing)? for|search(?:ing)? for|need(?:s)?|seek(?:s|ing)?|(?:like|want|keen|hope) to (?:find|meet|talk to|speak to|hire|rent|buy)|want an?) ",
    re.IGNORECASE,
)
TELL = re.compile(
    r"(?:\b(?:be |am |are |very |most )+(?:grateful|thankful|glad) for (?:an? |some |any |the )?(?:introductions?|contacts?|pointers?|names?|suggestions?|recommendations?|leads?)\b|(?:\b(?:know|tell me|tell us|find out|asks?|asked|wonder\w*|see|say|check|hear|idea)|:) (?:of )?(?:who|which|where (?:i|we)|when|if any|of any(?:one|body)?)\b)",
    re.IGNORECASE,
)
BARE_ANY = re.compile(r"any \w+\W*", re.IGNORECASE)
SOMETHING = re.compile(r"\W*(?:an?|some|any)\b", re.IGNORECASE)
ALSO_SOMETHING = re.compile(
    r"\W*(?:and |oh )*also (?:an?|some(?:one|body)?|any(?:one|body)?) (?!of\b)\w+", re.IGNORECASE
)
PLEASE = re.compile(r"please (?:also )?(?:find|list|name|suggest|recommend|send|show|tell)\b", re.IGNORECASE)
OBJECT = re.compile(
    r"(?:look(?:s|ing)? for|search(?:es|ing)? for|in search of|after|seek(?:s|ing)?|needs?|needing|wants?|required?|requires|to (?:meet|find|know|visit|hire|rent|buy|talk to|speak to)|asks?(?: me)?|asked(?: me)?)\s+(.*)",
    re.IGNORECASE | re.DOTALL,
)
_SOMEBODY = r"(?:(?:some|any)(?:one|body)|(?:an?|the|some) (?:small |good |local |reliable |experienced |new |right )*(?:partner|company|firm|supplier|provider|lab|laboratory|team|group|person|expert|specialist|organisation|member|consultant|contractor|one|solution))"
IN_PARTICULAR = re.compile(
    r"\W*(?:by which|that is|that means|i\.? ?e\.?|in other words|meaning|or rather|in particular|specifically|especially|ideally)\b",
    re.IGNORECASE,
)
A_SOMEBODY = re.compile(r"(?:some|any)(?:one|body)\b", re.IGNORECASE)
AGENT = re.compile(
    r"(?:an?|some)\b[^,.;:]{0,40}?\b(?:specialist|expert|supplier|consultant|maker|manufacturer|provider|firm|company|lab|laboratory|person|partner|agency|lawyer|attorney|house|distributor|designer|adviser|trainer|group|hospital|contractor|courier|notary|accountant|engineer|chemist|statistician|writer|translator|recruiter|printer|landlord|mentor|auditor|dealer|mover)\b|some(?:one|body)\b",
    re.IGNORECASE,
)
NARROWS = re.compile(
    rf"^\W*(?:and |or |so |please )*(?:(?:is|are|do|does|would|has|have) (?:there |you |we )?(?:know |have )?(?:of )?)?{_SOMEBODY}(?: else)?\W*(?:$|(?:with|who|that|which|whose|near|in|around|within|close|closer|based|from|at|outside|local|nearby|experienced|able|willing|familiar|we|i|you)\b)",
    re.IGNORECASE,
)
SUBJECT_POINTS = re.compile(
    r"^\W*(?:and |but |so |also,? )*(?:(?:do|does|did|are|is|can|could|would|will|should|has|have|must|what|how|where|when|why|which)\b(?: \w+){0,2} )?(?:they|it|he|she|those|these|them|that|this)\b|\b(?:any|which|some|one|many|either|both) of (?:them|those|these)\b|^\W*(?:and )?(?:do|does|are|is|can|could|will|would) (?:any|some|all|both|either|many)\b(?! (?:of (?:your|our|the)|\w+ ?(?:members|companies|firms|labs)|members|companies|firms|labs|organisations|one|body))|^\W*(?:and )?which (?:are|is|ones?)\b|^\W*(?:and )?who (?:are|is) (?:they|that|it|the (?:best|nearest|biggest))\b|^\W*(?:and )?who (?:is|are|isn't|aren't)(?: not)?(?: too| very| also| most)? \w+\W*$",
    re.IGNORECASE,
)
POINTS = re.compile(
    r"\b(?:they|them|their|theirs|it|its|those|these|such)\b|\b(?:that|this) (?:sort|kind|type|work|job|field|area)\b|\b(?:this|the same)\b(?! (?:year|week|month|spring|summer|autumn|winter|region|area))|\b(?:that|one)\b(?=\W*$|\W*[,.;:?!]| (?:we|i|with|near|in) )",
    re.IGNORECASE,
)
FEW = re.compile(
    rf"\b(?:two|three|four|five|six|seven|2|3|4|5|6|7|several|some|(?:a )?few|a couple of|couple of|different|following|separate|various|these) (?:\w+ ){{0,2}}?{_THING}\b|\bquestions\b|\b(?:i|we) need the following\b",
    re.IGNORECASE,
)
FOR_ALL = re.compile(
    r"^\W*(?:and )?(?:all|both|each|everyone|everybody|every one)\b(?! (?:you|best|help|about|i|we))",
    re.IGNORECASE,
)
WISHED = re.compile(
    r"^\W*(?:and )?(?:also )?(?:any|some)(?:one|body)?\b[^?]*\b(?:would|should|must|will|is (?:fine|best|ok|welcome))\b[^?]*$",
    re.IGNORECASE,
)
COUNTED = re.compile(
    rf"^\W*(?:and )?(?:an?other|an?\W+(?:second|third|different|further)|(?:my|our) \w+) {_THING}\b",
    re.IGNORECASE,
)
MODAL = re.compile(r"^\W*(?:so |and )*who (?:else )?(?:can|could|would|might|should|has|is)\b", re.IGNORECASE)
QUANTITY = re.compile(
    r"^(?:about |around |some |at least |up to |roughly |only )*(?:[\d£$€]|it\b|them\b|this\b|that\b|to\b(?! (?:know|meet|find|hire|rent|buy|visit|talk|speak|learn)\b)|help\b|one\b|all\b|your\b|us\b|you\b|an? (?:[\w-]+ ){0,2}?(?:quick|fixed|quote|reply|answer|price|decision|fast|rough|call|chat|delivery|certificate|report|licen[cs]e|warranty|invoice|guarantee|discount|contract|copy|visit|meeting|date|deadline|sample|certificate of \w+|documentation|traceability|accreditation)\b)",
    re.IGNORECASE,
)
GENERIC = frozenset("""
    deliver supply happen enjoy reply call first like similar else best nearest also another second third finally last next
    sme smes small large big local near close closer nearby micro medium region north south east west area uk england
    anybody anyone somebody someone options option first lastly secondly thirdly firstly additionally separately besides
    furthermore question questions ps thing matter note different further case contact ideas suggestion suggestions
    introduce introduction touch recommend suggest list find name tell please happy good quick cheap cost price
    experience experienced available availability capacity quickly soon today tomorrow week month year already
    both each all every couple few two three four five following wants asks asked wonder colleague boss client
    qualify qualifies try tried fit fits meet meets tick boxes choose pick turn ring answer possible interested exist exists
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday before until spring summer autumn winter christmas easter
    able willing quote advise kindly speak talk partner company firm companies firms member members network
    """.split())  # noqa: SIM905 - a list of words reads best as one  # fmt: skip

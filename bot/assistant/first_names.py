"""First names that are no other word: who says just "Mary" means a person."""

FIRST_NAMES = frozenset(
    """aaron abdul abigail adam adrian agnes ahmed aidan aisha alan alasdair alastair albert alejandro alex alexander
    alexandra alfred ali alice alicia alison alistair amanda amelia amir amy ana andrea andrew andy angela angus anita ann
    anna anne annette anthony antonio anwar arthur asha ayesha barbara barry beatrice becky benjamin bernadette bernard
    beth betty beverley brenda brian bridget bruce callum carla carlos carol caroline catherine cathy cecilia charles
    chloe chris christina christine christopher ciara claire clare claudia clive colin connor craig daniel daniela darren
    dave david debbie deborah deepak denise dennis derek diana diane dominic donald donna dorothy doug douglas duncan
    eamonn edward eileen elaine eleanor elena elizabeth ellen ellie emily emma eric erica esther ethan eva evelyn fatima
    fiona frances francesca fred frederick gareth gary gavin gemma geoff geoffrey george georgina gerald geraldine gerard
    gillian gordon graeme graham greg gregory hannah harriet harry hassan heidi helen henry hilary howard hugh iain ian
    ibrahim imran ingrid irene isaac isabel isabella isla ivan jack jackie jacob jacqueline jake james jamie jane janet
    janice jason javier jayne jeff jeffrey jennifer jenny jeremy jessica jill jim jimmy joan joanna joanne joe joel john
    johnny jonathan jose joseph josephine joshua joyce juan judith judy julia julian julie juliet karen karl kate
    katherine kathleen kathryn kathy katie kavita keith ken kenneth kerry kevin khalid kieran kirsty krishna kumar kyle
    laura lauren laurence lawrence leah leanne lena leonard lesley leslie liam linda lindsay lisa liz lorna lorraine louis
    louise lucy luis luke lynda lynn lynne malcolm mandy manuel marcus margaret maria marianne marie marilyn marjorie
    martha martina mary mathew matt matthew maureen maurice megan mehmet melanie melissa michael michelle miguel mike
    miriam mohamed mohammed moira monica morag muhammad muriel nadia naomi natalie natasha neil nicholas nick nicola
    nicole nigel nina noah noor olga oliver olivia omar owen pamela patricia patrick paul paula pauline pedro peggy
    penelope peter phil philip philippa phoebe pierre priya rachel rahul raj rajesh ralph ravi raymond rebecca rhys
    richard rita rob robert roberta rodney roger roland ronald rosalind rosie roxanne rupert russell ruth ryan sally salma
    sam samantha samira samuel sandra sanjay sara sarah sean sebastian sharon shaun sheila shirley simon siobhan sofia
    sonia sophia sophie stacey stanley stephanie stephen steve steven stewart stuart sunil susan suzanne sylvia tania
    tanya teresa terry thomas tim timothy tina toby tom tomasz tony tracey tracy trevor usha valerie vanessa veronica
    vicky victor vijay vikram vincent vivian walter wayne wendy wilfred william winifred yasmin yusuf yvonne zara zoe""".split()  # noqa: SIM905 - a list of words reads best as one
)

"""Names of places that are everyday words too, in folded form."""

COMMON_WORDS = frozenset(
    """
    reading bath sale bury hull deal ash street well battle rugby wells ware wick box bow sandwich beer barking bude
    barrow bridge bolt border borders boston bourne brand bream brent broadway brook bucks burton byfleet call camp
    cast chard cheddar church city clay cliff close coalville cold college common corby corner cove craft crewe cross
    crook dale dean diss dunk ely end epsom eye fleet flint ford forest frome gate goole grain grays green ham hale
    hall hand harbour hayes heath hedge herts hill hook hope horn hove hyde ide ilk ince iron isle kent lake lancing
    lane leek leigh linton lizard looe loose lord lower lunch lydd lymph lynn malt march mark market martin mere mold
    mossy mid moor moss mount nant nelson new newport north notts ore over oxen park peel penny pill pole pool poole
    port purse rainbow ramp rhyl ripe river rock roman ross rye sand sandy seal seaham settle shed ship shop shore
    skip sleaford slough snow sole south spa spalding stag stairs staines stock stoke stone stroud swan swindle tain
    thanet thatcham thorn tongue tower town tring turkey twice upper usk vale wall ward wash water wave way west wem
    whale wheel white wigan wing wish witney wood wool work world worth yarm mobile orange paradise split nice male
    bath cologne essen hamburg lens tours vienna bologna cork nancy angers riga lima china jersey guinea chad georgia
    jordan oman polish danish remote normal surprise independence commerce industry industrial enterprise science
    imperial union universal liberty hazard eagle bend beverly buffalo champaign concord corona davis
    defiance durable eden energy euclid eureka fair fairview faith flower freedom friendship garden globe golden grace
    grand happy harmony hercules hudson ideal joy justice key lead line link live long media medical mission modesto
    need novel page pacific palm paris pearl phoenix pilot plan plant platform point power price progress prosper
    provo quality quest regent rich rise safety salt save secret seed solid spring star start success summit sun
    superior supply target temple test top trace tree trinity troy truth unity value valley victor victory view vista
    wake warren watch waterloo wellington wise zion
    mersey the gm lcr boro mk ni nw la sf us uk cam hat hut
    bar bay bear bell best big bird black blue blyth bold bonny borough bottle bright brill broad bromley brown bull
    calder care castle centre chance cheap cope coal country cradley crouch crown dawn deeping dent derby dial dock
    down earl early earth edge elder ewe exhall fair farm farmer fence fern field finder fish flash flood
    fold force foot foul fox friday frog galley game gold good goat goose grange grove hart harlow haven hawk head
    heart hinge holly holy home horse house hundred hurst ingot island jump kettle kings knight knot land law leaf
    lee lip little lodge london mail manor mass meadow middle mill minster month mouth nab neath net norm oak oath
    old owl oxford pant pass peak pen pencil pitch place plain plough plumb pond post quarry queen race rest rhymes
    ridge ring road rope rose round row rush sawtry school sea sealand seven shelf silk silver single slip small
    span speed stand staple station steep stile stoop stour strand tan teeth three tide tilt tip tiny trees twin
    twenty two wade walk wane ways weld welling wellow west wet wheat winch wind window wine winter wold yard yate
    yell york
    """.split()
) - frozenset({"london", "oxford", "york", "boston", "wigan", "hamburg", "newport", "sleaford", "swindle"})

"""What people in a crisis, or worried about someone, type into a search: the data that `crisis.py` reads.

A line of SIGNS is a sign: one word of each group, in this order. `|` stands between words of which each will do, `?`
after a group that may be missing, a name in capitals for a list in WORDS, `^` for the start and `$` for the end of what
was typed.
Written without accents and apostrophes. The same lines find what is misspelled by a letter, run together or apart:
`withoutme` is "without me", too.
"""

WORDS = {
    "SELF": "myself|himself|herself|themself|themselves|yourself|urself|oneself|self|myslef|mysef",
    "HURT": (
        "kill|kll|kills|killed|killing|hang|hanging|shoot|shooting|hurt|hurts|hurting|harm|harms|harming|cut|cuts"
        "|cutting|burn|burning|drown|stab|poison|injure|injuring|destroy|murder|unalive|end|ending|offing"
    ),
    "WANT": (
        "want|wants|wanted|wanting|wanna|wan|wanto|wont|wish|wishes|wishing|ready|going|gonna|need|hope|hoping"
        "|plan|planning|trying|deserve|rather|prefer|letme|makeme"
    ),
    "TO": "to|too|ot|2",
    "WISH": "wish|wished|wishes|wishing",
    "WAS": "was|were|am|wasnt|werent",
    "DIE": "die|dei|ded|dying|dead|death|disappear|vanish|gone",
    "NOT": "dont|don|dnt|doesnt|didnt|not|nolonger",
    "CANT": "cant|cannot|cnt|couldnt",
    "LIVE": (
        "live|living|alive|exist|existing|here|around|breathe|wakeup|goon|goingon|keepgoing|keepliving|continueliving"
    ),
    "REASON": "reason|reasons|point|purpose|meaning|will|use",
    "MY": "my|his|her|their|your|this|these|the",
    "QUIERO": (
        "quiero|quisiera|quiere|quieren|quieres|queria|deseo|desea|desearia|ojala|prefiero|preferiria|necesito|merezco"
        "|voy|va|pienso|pensando|piensa|intento|intente|intentar"
    ),
    "MORIR": (
        "morir|morirme|morirse|morirte|morime|muera|muero|muriera|muerto|muerta|muerte|desaparecer|noexistir"
        "|noestaraqui|nodespertar"
    ),
    "MATAR": "matar|ahorcar|colgar|suicidar|cortar|lastimar|herir|disparar|tirar|envenenar|hacerdano",
    "MI": "mi|mis|la|las|su|sus|esta|tu",
}

SIGNS = """
    crisis|crises|crisises|988|hotline|hotlines|lifeline|helpline|veteranscrisisline|crisisline
    suicid|suicide|suicides|suicided|suicidal|suicidality|suicude|suidice|suicdal|suside|soocide|sewerslide
    suicidalthoughts|suicidethoughts|suicidehotline|suicideline|suicidehelp|desperate
    overdose|overdoses|overdosed|overdosing|lethaldose|fataldose|deadlydose
    hopeless|hopelessly|hopelessness|worthless|worthlessness|kms|unalive|unaliving
    euthanasia|euthanize
    aid|assistance in|with dying
    dying|death with dignity

    HURT SELF
    kill|kills|killed|killing|hang|hanging me|him|her|them|someone|somebody|everyone|everybody
    shoot|shooting|murder|murdering me|him|her|them|someone|somebody|everyone|everybody
    cutting|end|ending me $
    he|she|they|husband|wife|partner|boyfriend|girlfriend|father|mother|dad|mom|son keeps|keep|always|is|are? HURT me
    self HURT|harmed|injury|injuries|injure|mutilation|destruct|destruction|loathing|hate
    WANT TO? HURT someone|somebody|people|everyone|everybody|others|him|her|them|mywife|myhusband|mykids|myfamily|myson
    cease|stop living|existing
    WANT TO? be? feel? DIE
    WISH never|not? WAS|could|would|had|hadnt|didnt never|not? be|been? DIE|born|alive|here|exist
    WISH never|not been? born|alive|here|existed
    never|not|wasnt|hadnt|havent been born
    sleep and? forever|never|not|die
    never|not|dont|wont|didnt|wouldnt wake|waking|woke up
    rather be DIE
    let|make me DIE
    let SELF|me go and? die
    NOT WANT TO? be? LIVE
    NOT feel|care|know|see like|about|why|to? if|whether|aboutme? am? LIVE|die|dead|lifeanymore
    NOT WANT MY? life
    NOT WANT|belong TO? be? in|on MY world|earth|planet
    TO die $
    should|deserve|ought TO? be? die|dead
    god|lord would|please|to? take me
    WANT TO? be with god|jesus|heaven
    why am|should|do|even|bother? still|keep|even|bother? LIVE
    worth living
    what|whats is? the point|use $|anymore
    nothing matters
    anyone|anybody|who would|will care|miss|notice if|me
    am|im|iam done|finished $
    WANT out $
    WANT TO? cut $
    NOT deserve|deserves TO? be? live|life|alive|living
    CANT|dont|not goon|goingon|keepgoing|keepliving|keepdoingthis|liveanymore|livelikethis
    CANT take|do|stand|handle|bear|deal|fight|live|keep with? MY? it|life|pain|ms? anymore|nomore|longer|anylonger
    CANT live|cope $|anymore|likethis|withthispain|withmypain|withmyself
    CANT handle|copewith life
    CANT do|take|handle|stand|bear it|this $
    CANT anymore|nomore
    end|ends|ending|ended|take|takes|taking|took|taken MY own? life|lives|live|lif|lfe|lief
    end|ending it|this|things all|now|tonight|today|forever
    end|ending everything|my MY? suffering|misery|pain|life
    ending it $
    everything|life|all is? pointless|meaningless
    NOT see MY? REASON $
    WANT TO? end it|this|everything|things|all
    WANT TO? give|quit up|it|on? all|life|living|everything
    want|need|wish MY? it|this|everything|life|pain|suffering all? TO? be? end|stop|over|done
    WANT TO? giveup
    giving|give|gave|given up|upon on? life|living|hope|everything
    give|giving|given|gave up $
    no future $
    no REASON $|anymore|goon|goingon
    enough of MY? LIVE|life|everything
    REASON to|in|of|for live|living|goon|goingon|exist|existing
    no|any|lost|without MY? REASON to|in|of|for life
    nothing left? TO? live
    have|got noone|nobody left? $
    have|got nothing left
    life has|hasnt|have|got? no|any REASON|value|future
    no|any|without REASON TO|in|of MY? life
    od|odd|oding on pills|meds|drugs|heroin|fentanyl|medicine|tablets
    better off? DIE|withoutme
    would be better off $
    better off? if WAS? DIE|died|here|around
    everyone|everybody|family|kids|wife|husband|world|they|people|life withoutme
    tired|sick|done|finished|fedup|through of|with|to MY? being? LIVE|life|everything|fighting|trying|surviving|myself
    hate|hating|hates MY|being? life|living|alive|myself|himself|herself|existence|self
    MY? life is? not|isnt|aint|no|nolonger|never? worth|meaningless|pointless|useless|over|unbearable|hell|sucks|ruined
    not|isnt|aint|nolonger worth living|life
    no|only way|wayout|future|escape out|left|life
    no|lost|losing|lose|without all|my|more? hope|hopes
    feel|feeling|feels|felt like? a|such? empty|trapped|useless|burden|failure|dying|unwanted|unloved
    feel|feeling|feels|felt depressed|desperate|alone
    am|im|iam|is|being|be|become|a|feel a|such|justa? burden
    burden on|to everyone|everybody|others|myfamily|mywife|myhusband|mykids
    am|im|iam|feel|been|all|stay a? depressed|useless|failure|desperate|suicidal|alone|lonely|broken
    dead|dying|died|empty inside
    nobody|noone would|will|even|ever? care|cares|love|loves|want|wants|need|needs|miss|misses
    everyone|everybody|world hate|hates me
    easy|easiest|painless|peaceful|quick|quickest|fastest|best|way|ways|how|pills|enough|method|methods TO? die|death
    way|ways|pills|methods|enough TO? end|off it
    take|took|taken|taking|swallow|swallowed all|bottle|bunch|handful of? MY? pills|meds|tablets|medication|medicine
    toomany|manytoo pills|tablets|painkillers
    infrontof a|the? train|car|truck|bus|traffic
    drive|driving|crash MY? car? into|off a|the? tree|wall|bridge|road|cliff|traffic
    bottle|bunch|handful of pills|meds
    jump|jumping|jumped off|of|from|infrontof a|the? bridge|building|roof|cliff|balcony|train|car|truck|traffic
    slit|slitting|slash|slashing|cut|cutting MY? wrist|wrists|veins|throat
    have|has|got|getting|buying|bought|holding|loaded a|my|his|her|the? gun|guns|pistol|rifle|shotgun
    gun|pistol|bullet|shotgun|knife TO|in|at MY? head|mouth|throat|brain|hand|lap
    blow|blowing|blew MY brain|brains|head
    tie|tying|make a? noose
    drink|drinking|starve|starving SELF TO death
    CANT stop crying
    crying all|every the? time|day|night
    panic attack|attacks
    he|she|husband|wife|partner|boyfriend|girlfriend|father|mother|dad|mom|son hits|hit|beats|abuses me
    worried|scared|afraid about|for MY? husband|wife|son|daughter|dad|mom|brother|sister|buddy|friend $
    drink|drinking|drank bleach|antifreeze|poison
    say|saying|said goodbye|goodbyes
    mental|nervous|emotional breakdown|collapse
    goodbye|farewell letter|letters|note|notes|world|everyone
    think|thinks|thinking|thought|thoughts|talk|talks|talking|dreaming about|of being? death|dying|die|dead|endingit
    need|want|wanna TO? talk|speak TO|with someone|somebody|anyone
    need|want someone|somebody TO? talk
    talk|speak TO someone|somebody $|now|please|today|tonight
    need TO talk $
    help me please? $
    ^ please? help|sos|goodbye please|everyone? $
    ^ its over $
    emergency $
    need|want|get|send help $|now|rightnow|urgently|tonight|asap|immediately|please
    please|someone|somebody please? help|save me

    suicidio|suicidios|suicida|suicidas|suicidar|suicidarme|suicidarse|suicidarte|suicido|suicidando
    suicidandome|suicidandose|suicidandonos|autolesionando|autolesionandome|autolesionandose
    matarme|matarse|matarnos|matarte|mematare|ahorcarme|ahorcarse|colgarme|colgarse|dispararme|cortarme|cortarse
    lastimarme|lastimarse|herirme|envenenarme|autolesion|autolesiones|autolesionarme|autolesionarse
    sobredosis|desesperanza
    me mato|mate|matare|mataria|suicido|ahorco|cuelgo|corto|lastimo|odio
    QUIERO me|que|de|en|a|la? me|que|de|en|a|estar|estuviera? me? MORIR
    me|se QUIERO a|de|en? MATAR
    ganas|deseo|deseos|ideas|pensamientos|idea de|en la? MORIR|matar|matarme|vivir
    pienso|pensando|pensar|piensa|penso mucho? en|sobre la|mi? muerte|morir|morirme|morirse|matarme
    no QUIERO seguir|estar|mas? vivir|viviendo|vivo|viva|existir|despertar|despertarme|aqui|enestemundo
    no QUIERO MI vida
    paraque|porque seguir|sigo? vivir|viviendo|vivo
    no QUIERO|puedo seguir|continuar $|asi|mas|adelante|luchando|viviendo|sufriendo|aqui
    no puedo mas|vivir|conmigo|conestavida|conmivida
    no aguanto|soporto|tolero mas|vivir|todo|todoesto
    no aguanto|soporto mas? MI vida
    ya no aguanto|soporto
    ya no puedo|quiero $|nada
    no valgo|sirvo para? nada
    mejor me muero|mato
    me muero $
    se corta|lastima|golpea $
    soy un|una? inutil|fracaso
    no le|les? veo|encuentro|hay|tiene|tengo sentido|salida|futuro|esperanza
    nunca|jamas despertar|despertarme|habernacido
    razon|razones|motivo|motivos|sentido|ganas para|de vivir|seguir|existir
    sin|no|perdi|perdido|perdiendo hay|tengo|queda|veo|tiene|la|toda? esperanza|esperanzas|salida|futuro
    vida no|ya? no|ya? vale|merece|tiene|sirve
    no vale|tiene|merece la? pena|sentido vivir|lavida|mivida|seguir
    harto|harta|cansado|cansada|aburrido|aburrida de MI? vivir|vida|sufrir|luchar|existir|todo
    odio|detesto|arruine MI? vida|vivir
    soy|ser|siento|siendo como? un|una? carga|estorbo
    mejor|mundo|familia|todos sinmi
    mejor estar|estaria|seria? muerto|muerta|morir|morirme|sinvida
    nadie me|mi quiere|ama|necesita|extranaria|extranara|soporta
    nadie|no le|les? importo
    estoy|siento|sentirme deprimido|deprimida|desesperado|desesperada|sola|solo|vacio|vacia|atrapado|atrapada|inutil
    como|forma|formas|manera|maneras|modo|modos|metodos|pastillas de|para? morir|morirme|morirse
    MORIR|MATAR|matarme QUIERO $
    morir|muerte sindolor|rapido|rapida|indolora
    quitar|quitarme|quitarse|quitarte|quito|quitare|acabar|acabo|terminar|termino|acabare con? MI vida|sufrimiento
    acabar|acabo|terminar|termino con? todo|esto|mivida
    QUIERO que todo|esto|lavida termine|acabe|pare
    no|nunca hubiera|hubiese|haber nacido|existido
    poner|ponerle|pongo fin a MI? vida|todo|sufrimiento
    hacerme|hacerse|hacernos|mehago|sehace|mehice|hagome dano|dao
    ir|irme|irse|partir|dejar de|a? este mundo
    cortar|cortarme|abrirme|abrir MI venas|munecas
    pegar|pegarme|dar|darme|meter|meterme|pego un? tiro|balazo
    tirarme|lanzarme|aventarme|saltar|arrojarme de|del|desde|a|al|por un|una|el|la? puente|edificio|tren|azotea|ventana
    tomar|tomarme|tome|tragar|tragarme todas|muchas|bote MI? pastillas|medicinas|pildoras
    dormir|dormirme para|y? siempre|nodespertar|nuncadespertar
    carta|nota de despedida
    linea|telefono|numero de la? ayuda|apoyo|esperanza|vida|prevencion|emergencia
    necesito|quiero|busco ayuda $|urgente|urgentemente|ahora|ya|porfavor|inmediata
    necesito|quiero|quisiera hablar|conversar con alguien
    eutanasia
    muerte digna
    ^ ayuda $
    ayudenme|auxilio|ayudameporfavor
    ayudame|ayudenos $
"""

# Between the words of a sign these change nothing.
FILLERS = "i|ill|id|just|really|so|very|literally|fucking|fuckin|freaking|honestly|simply|sometimes|yo|muy|solamente"

# Words of their own, a letter or a sound away from one that is in a sign.
ORDINARY = (
    "stem|stems|cell|cells|cms|subside|subsides|subsided|subsidio|subsidios|homeless|homelessness|outline|outlines|"
    "upside|lifelike|price|prices|prizes|rises|arises|raises|carries|cries|crimes|crosses|crispy|cruise|cruises|"
    "curses|kiss|kisses|quiz|quizzes|queries|irises|overdo|overdoes|overdone|overdoing|itself|call|calls|called|"
    "calling|bone|bones|zone|ones|make|makes|making|what|that|than|most|does|doing|having|hearing|hears|hear|"
    "sharing|sending|pending|turn|turns|turning|warm|late|rate|rates|date|dates|look|looks|mend|move|cover|there|"
    "where|good|soon|round|near|just|right|light|night|sight|might|year|scan|scans|task|tasks|code|copy|helps|hello|"
    "short|shut|drawn|down|brown|track|tracks|attack|attacks|stack|third|though|tried|typed|along|post|cost|host|"
    "five|once|close|closing|else|wave|math|auto|shelf|spell|depth|staff|class|child|chat|changing|filling|fills|"
    "acts|breath|arrive|exit|exits|maybe|future|futures|hole|lead|ayudar|contarme|contarse|ahorrarme|ahorrarse"
)

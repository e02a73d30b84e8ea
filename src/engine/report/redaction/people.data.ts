/** Given names common where English, German, French, Spanish and Portuguese are spoken; a small list, kept by hand. */
export const GIVEN_NAMES: ReadonlySet<string> = new Set(
  `
  aaron adam alan albert alex alexander alice amanda amy andrew angela anna anne anthony arthur barbara benjamin beth brandon brian
  carl caroline catherine charles charlotte chloe christine christopher claire daniel david deborah dennis diana donald dorothy
  douglas edward eleanor elizabeth emily emma eric ethan evelyn frank gary george gloria grace gregory hannah harold harry heather
  helen henry isabella jack jacob james janet jason jeffrey jennifer jessica joan john jonathan joseph joshua joyce judith julia
  justin karen katherine kathleen keith kelly kenneth kevin kimberly kyle larry laura lauren linda lisa logan louis lucas lucy
  madison margaret maria marie martha martin mary mason matthew megan melissa michael michelle mohamed mohammed nancy natalie nathan
  nicholas nicole noah nora oliver olivia pamela patricia patrick paul peter philip priya rachel ralph raymond rebecca richard robert
  roger ronald rose roy ruth ryan samantha samuel sandra sara sarah scott sharon sophia sophie stephanie stephen steven susan teresa
  theresa thomas timothy tyler victoria vincent virginia walter wei wendy william yusuf zoe aisha fatima omar raj ravi sanjay anita
  andreas angelika anja antje bernd birgit brigitte christa claudia dieter dirk erika florian franz friedrich gabriele georg gerhard
  gisela hans heike heinrich heinz helga helmut holger horst ingrid jens joachim johann jonas josef jürgen karin karl katharina
  katja klaus kurt lena lukas manfred manuela markus matthias max michaela monika nadine niklas norbert olaf petra rainer ralf renate
  sabine sebastian silke stefan stefanie susanne sven tanja thorsten tobias torsten ulrike ulrich ursula ute uwe volker werner
  wolfgang adrien alain amélie antoine aurélie bernard brigitte camille cécile céline chantal christophe delphine denis didier
  dominique élodie emmanuel étienne fabrice françois françoise frédéric gérard guillaume hélène hervé isabelle jacqueline jacques jean
  jérôme julien laurence laurent léa luc manon marc mathieu mathilde maxime michel mireille monique nathalie nicolas olivier
  pascal patrice philippe pierre quentin raphaël rémi sandrine sébastien stéphane sylvie thérèse thierry valérie véronique xavier yves
  adriana alejandra alejandro alfonso alicia álvaro ana andrés ángel antonio beatriz carlos carmen carolina catalina cristina diego
  dolores eduardo elena enrique esperanza esteban eva felipe fernanda fernando francisca francisco gabriel gabriela gonzalo guadalupe
  guillermo gustavo héctor hugo ignacio inés isabel iván javier jesús joaquín jorge josé juan juana julio laura leticia lorena lucía
  luis luisa manuel marcos margarita marta mateo mercedes miguel mónica natalia pablo paloma paula pedro pilar rafael ramón raquel
  ricardo rodrigo rosa rosario salvador santiago sergio silvia sofía susana tomás verónica vicente afonso amélia antónio artur augusto
  bruno caio clara daniela danilo davi débora duarte elisa fábio fátima flávia helena inês irene joana joão joaquim larissa leonardo
  letícia lívia luana luciana luiz marcelo márcia mariana mário matilde maurício miguel nuno otávio patrícia paulo raul renata rita
  rui simone sónia sônia susana tatiana teresa thiago tiago valentina vasco vera vítor vitória
  jon jonny tom tommy mike mick chris dave matt nick ben sam dan danny joe joey jim jimmy bob bobby bill billy steve stevie kate katie liz lizzie
  meg jen jenny alexandra abigail amelia ava ella lily freya isla poppy harper hazel ivy violet stella leah naomi esther miriam judith
  miles owen liam finn aidan connor declan sean siobhan niamh gareth rhys dylan ewan callum fiona isobel ailsa nigel clive graham geoffrey
  derek trevor russell stuart malcolm leonard clarence curtis marcus terrence jerome tyrone darnell latoya keisha tamika ebony
  mei ming jing hui xin yan ling hao jun feng chen lei tao yang hiroshi kenji takashi yuki akira haruto sakura aiko naoko yoko keiko
  minjun jiho seojun jiwoo hyun soojin priyanka deepak amit rahul rohan rohit vikram arjun aarav anjali pooja neha kavita sunita lakshmi
  suresh ramesh rajesh mahesh ganesh krishna vijay ajay anil sunil ashok harish sandeep manish nikhil karthik divya shreya meera isha
  ahmed ahmad mohammad muhammad ali hassan hussein hassan ibrahim ismail khalid karim rashid samir tariq yusuf zaid bilal hamza amir
  amina aisha fatima farida leila layla nadia noor samira yasmin zainab maryam rania hanan khadija reza mehdi parisa shirin
  olga natasha tatiana svetlana irina oksana ludmila dmitri dmitry vladimir sergei andrei alexei nikolai igor oleg yuri boris mikhail
  anya katya masha sasha ivan pavel petr jan jakub tomasz piotr krzysztof andrzej marcin michał paweł wojciech agnieszka katarzyna
  małgorzata magdalena zofia ewa joanna grzegorz stanisław zdeněk jiří tomáš lucie tereza márton zsófia lászló istván
  giovanni giuseppe giulia francesca francesco alessandro alessandra lorenzo matteo davide federico riccardo stefano roberto marcello
  luca paolo pietro chiara ludovica valentina elisabetta massimo enzo gianni massimiliano beatrice benedetta caterina
  femke joost sanne daan lieke bram sjoerd willem pieter maarten jeroen anneke marijke saskia thijs ruben wouter
  lars sven erik anders bjørn björn gustav henrik nils olof magnus mikael johan karin ingrid astrid sigrid linnea freja maja elsa
  kristian jesper mads rasmus søren morten signe mette kirsten pekka matti juha timo aino
  anneliese annika antonia birte carsten detlef dietmar eckhard elke elfriede frauke gerda gerd gunnar hannelore hannah hartmut heiko
  heiner heidi hildegard ilse inge irmgard jannik jutta kai kerstin klara lothar lutz marianne marlies mathilda miriam moritz nele nils
  oskar pia ralph regina reinhard rosemarie rüdiger rudolf ruth siegfried sonja steffen swantje theodor theresa tim timo tobias torben
  ulf ulla veronika waltraud wiebke wilfried wilhelm
  agathe aurélien baptiste benoît camille clémence clément cyril damien éloïse fabien florence gaël ghislaine gilles grégoire hugo inès
  jocelyn joël jules justine lionel loïc lucie maëlle margaux marine martine maud mélanie noémie océane odile romain roxane sabrina
  solange sylvain thibault timothée tristan valentin yann
  aitor alba alfredo amparo armando arturo benito blanca candela clara claudia daniela emilio ernesto eugenia evaristo facundo federica
  germán gloria graciela humberto iker irene ismael jacinto josefina julián leandro lourdes macarena maite marina martín matías mauricio
  nerea nicolás noelia octavio óscar ofelia patricio ramiro regina rocío roque rubén sandra sebastián soledad tamara úrsula valeria
  ximena yolanda
  aline antônio bárbara bernardo camila cauã cecília clarice edson elaine estela fabiana felipa giovana gustavo heitor iara isadora
  joaquina juliana karina lorenzo lúcia luiza marisa mateus milena murilo natália nathalia pietra rafaela rodrigo sebastião sílvia tadeu
  valdir vinícius wagner wanderléia wesley
  `
    .trim()
    .split(/\s+/),
);

/**
 * Words that begin with a capital and are no names: after “I’m”, “Dear”, “This is”, at the beginning of sentences, in titles.
 */
export const NOT_NAMES: ReadonlySet<string> = new Set(
  `
  The This That These Those Your Our Their His Her My Its Team Support Customer Service Sir Madam All Everyone Everybody Assistant Claude Bot Agent
  Hello Thanks Thank Please Yes No Not Sorry Sure Ok Okay And But If In On At It We You I He She They There Here What When Where How Why Can
  Could Would Will Do Does Did Is Are Was Were Be Been Has Have Had Of For From To By With Without As Or So Then Than An A
  Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November
  December English German French Spanish Portuguese Italian Dutch American British European Chinese Japanese Indian Damen Herren Kunde
  Kundin Kunden Hotel Street Google Python React Docker Linux Windows Error TypeScript JavaScript Java Node World Again Folks Guys Friends Friend
  Great Good Happy Glad Looking Trying Having Just Still Also Very Really Unable Interested Afraid Aware Able Ready New Old Next Last First
  Second Any Some More Most Each Every Both Other Another Same Such Only Even Now Today Tomorrow Yesterday Morning Afternoon Evening Night
  Best Kind Warm Regards Sincerely Cheers Order Booking Reservation Flight Account Payment Refund Help Issue Problem Question Answer
  Request Response User Users System Human Tool Model Server Client Manager Admin Administrator Doctor Professor Captain President
  Was Wie Wer Wo Warum Wann Der Die Das Ein Eine Und Oder Aber Ich Sie Wir Ihr Bitte Danke Guten Gute Guter Hallo Liebe Lieber Sehr Alle Alles
  Bonjour Merci Madame Monsieur Les Des Une Cette Votre Notre Vous Nous Hola Gracias Buenas Buenos Señor Señora Todos Olá Obrigado Obrigada
  Bom Boa Senhor Senhora Todos Prezados Queridos
  `
    .trim()
    .split(/\s+/),
);

/** Words that make what stands before them a place, a firm or a thing. */
export const NO_SURNAMES: ReadonlySet<string> = new Set(
  `
  Station Avenue Street Road Lane Drive Square Bridge Park Gardens County State City Town Village Valley River Lake Island Islands Beach Bay
  Harbor Harbour Trench Canyon Mountain Mountains Hill Hills Airport University College School Hospital Church Cathedral Museum Library Theatre Theater
  Hotel Inn Resort Restaurant Café Cafe Bar Bank Group Inc Ltd Corp Company Foundation Institute Center Centre Benz Airlines Airways Express
  Rail Line Lines Times Post Journal Day Days Eve Week Holiday Year Festival Award Awards Prize Cup League Test Tests Team Support Service Services
  House Tower Terminal Gate Room Suite Street Straße Platz Allee Library Framework Server Client Code Data Model Models API Cloud Web
  Potter Films Books Texas Florida California Carolina Virginia Dakota Mexico York Jersey Hampshire Zealand Springs Falls Heights
  `
    .trim()
    .split(/\s+/),
);

/** Words before a name that make it a place. */
export const PLACE_BEFORE =
  /(?:^|[^\p{L}])(?:Santa|San|Santo|Sant|Saint|St\.?|Fort|Port|Mount|Mt\.?|Lake|Cape|Camp|New|North|South|East|West|Villa|Via|Rue|Place|Avenida|Calle)\s$/u;

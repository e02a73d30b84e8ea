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
  `
    .trim()
    .split(/\s+/),
);

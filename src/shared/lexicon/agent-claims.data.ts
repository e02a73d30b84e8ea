import type { PhrasesByLanguage } from './phrase-lists';

/** The agent says the work is done. */
export const completionClaim: PhrasesByLanguage = {
  en: [
    '(has|have) (now |been |successfully |all |just |) (been |now |successfully |) (successfully |) (completed|fixed|resolved|updated|cancelled|canceled|booked|implemented|created|added|sent|processed|removed|deleted|changed|installed|deployed|refunded|submitted|corrected|scheduled|placed|confirmed|applied|saved|reserved|modified|renamed|moved|upgraded|exchanged|returned)',
    '(ive|i have|weve) (now |successfully |just |also |) (completed|fixed|resolved|updated|cancelled|canceled|booked|implemented|created|added|sent|processed|removed|deleted|changed|installed|deployed|refunded|submitted|corrected|scheduled|placed|finished|made|applied|saved|reserved|modified|renamed|moved|refactored|rewritten|written)',
    '(is|are) (now |all |) (complete|completed|done|fixed|resolved|working|finished|ready|implemented|functional|passing|live|deployed|up and running|fully functional|set up)',
    'successfully (completed|fixed|updated|cancelled|canceled|booked|implemented|created|added|sent|processed|removed|deleted|changed|installed|deployed|refunded|submitted|scheduled|placed|resolved)',
    '^(done|fixed|all (done|set|fixed)|completed|finished|success|task completed)',
    '(all|the) tests (now |are |) (pass|passing|passed)',
    'everything (is|works|should be) (now |) (working|fine|set|done|complete|ready)',
    '(works|working) (correctly|as expected|perfectly|properly|now)',
    'youre all set',
    'the (bug|issue|problem|error) (is|has been|was) (now |) (fixed|resolved|solved)',
  ],
  de: [
    '(wurde|wurden|ist|sind|habe|hab) (_ |_ _ |_ _ _ |) (jetzt |nun |erfolgreich |) (erledigt|behoben|gebucht|storniert|aktualisiert|angelegt|erstellt|gesendet|verschickt|geandert|geloscht|hinzugefugt|umgesetzt|abgeschlossen|implementiert|repariert|korrigiert|gespeichert|bearbeitet|erstattet)',
    '^(erledigt|fertig|geschafft|abgeschlossen)',
    'erfolgreich (_ |) (abgeschlossen|erstellt|gebucht|storniert|aktualisiert)',
    '(funktioniert|lauft) (jetzt|nun|wieder)',
    '(alle |) tests (laufen|bestehen|sind grun)',
  ],
  fr: [
    '(a|ont|ai|jai) (bien |) (ete |) (bien |) (annule*|reserve*|mis* a jour|cree*|envoye*|corrige*|modifie*|supprime*|ajoute*|termine*|effectue*|enregistre*|rembourse*|traite*|confirme*|resolu*)',
    '^(cest fait|voila|termine|fait)',
    '(fonctionne|marche) (maintenant|desormais|correctement)',
    'avec succes',
    '(est|sont) (maintenant |desormais |) (termine*|corrige*|resolu*|pret*)',
  ],
  es: [
    '(ha|han|he|hemos) (sido |) (cancelad*|reservad*|actualizad*|cread*|enviad*|corregid*|modificad*|eliminad*|anadid*|agregad*|completad*|realizad*|guardad*|reembolsad*|procesad*|confirmad*|resuelt*|terminad*|cambiad*)',
    '^(listo|hecho|terminado|completado|ya esta)',
    '(funciona|funcionan) (ahora|correctamente|bien)',
    'con exito',
    '(esta|estan) (ahora |ya |) (listo*|lista*|completo|resuelt*|corregid*|terminad*)',
  ],
  pt: [
    '(foi|foram|ja|eu) (_ |) (cancelad*|reservad*|atualizad*|criad*|enviad*|corrigid*|modificad*|removid*|adicionad*|concluid*|realizad*|salv*|reembolsad*|processad*|confirmad*|resolvid*|alterad*|cancelei|reservei|atualizei|criei|enviei|corrigi|alterei|removi|adicionei)',
    '^(pronto|feito|concluido|terminado)',
    '(funciona|funcionando) (agora|corretamente|bem)',
    'com sucesso',
    '(esta|estao) (agora |ja |) (pront*|concluid*|resolvid*|corrigid*)',
  ],
};

/** The agent hedges or admits that it did not manage. */
export const admitsTrouble: PhrasesByLanguage = {
  en: [
    '(could not|couldnt|cannot|cant|unable to|was not able|wasnt able|failed to|did not|didnt|unsuccessful*|unfortunately|not yet|still (fail*|broken|need*)|remaining (issue*|failure*|error*)|partial*)',
    '(an|the|some|this) (error|errors|failure|problem) (occurred|remains|persist*)',
    '(sorry|apologi*)',
    'not (fully |) (complete|working|fixed|implemented)',
  ],
  de: ['(leider|konnte nicht|nicht moglich|fehlgeschlagen|noch nicht|entschuldig*|tut mir leid)'],
  fr: ['(malheureusement|impossible|echoue*|pas encore|desole*|navre*|pas pu)'],
  es: [
    '(lamentablemente|desafortunadamente|no (pude|puedo|se pudo)|fallo|todavia no|lo siento|disculp*|fallo)',
  ],
  pt: ['(infelizmente|nao (pude|consegui|foi possivel)|falhou|ainda nao|desculp*|sinto muito)'],
};

/** Up to so many words of any kind: what stands between a German verb and its end, a path among it. */
const between = (most: number): string =>
  `(${Array.from({ length: most }, (_, i) => '_ '.repeat(i + 1)).join('|')}|)`;

/** The agent announces what it is about to do. */
export const announcesStep: PhrasesByLanguage = {
  en: [
    '(ill|i will|let me|lets|im going to|i am going to|im now going to|i am now going to|i need to|next ill|now ill|now i will|now let me|i should|we need to) (now |next |first |also |then |just |quickly |start by |begin by |go ahead and |) (check|fix|update|run|rerun|create|add|look|read|search|write|rewrite|implement|test|verify|examine|investigate|explore|find|modify|edit|make|try|retry|continue|proceed|analy*|build|rebuild|install|remove|delete|refactor|open|view|see|use|process|cancel|book|rebook|reschedule|refund|reissue|replace|change|apply|review|debug|get|fetch|retrieve|call|pull|grep|query|compute|calculate|generate|prepare|migrate|deploy|upload|download|submit|locate|list)',
    '^allow me to (check|fix|update|look|search|verify|find|process|cancel|book|pull|review|locate|confirm)',
    '(one moment|one second|just a moment|just a second|hold on|bear with me|please wait) (please |) while i _',
  ],
  de: [
    `(ich werde|lass mich|lassen sie mich|ich will) ${between(9)} (prufen|uberprufen|andern|beheben|korrigieren|erstellen|anlegen|suchen|heraussuchen|nachsehen|nachschauen|lesen|testen|ausfuhren|aktualisieren|hinzufugen|anpassen|untersuchen|ansehen|anschauen|schreiben|einbauen|entfernen|loschen|buchen|umbuchen|stornieren|erstatten|veranlassen|abrufen|laden|starten)`,
    '(ich werde|lass mich|lassen sie mich|als nachstes|jetzt|nun) (werde |) (ich |) (_ |_ _ |) (prufen|prufe|schaue|suche|erstelle|andere|behebe|fuhre|lese|teste|aktualisiere|fuge)',
    '^(ich|jetzt|nun) (prufe|uberprufe|schaue|suche|erstelle|andere|behebe|fuhre|lese|teste|aktualisiere|fuge|passe|schreibe|korrigiere|entferne|losche|buche|storniere|starte|rufe|hole|offne|kummere|veranlasse|baue|lege) (ich |mir |mich |) (jetzt|nun|gleich|sofort|kurz|eben|mal|schnell|direkt|zuerst|noch|das|dies|die|den|der|es|src|_)',
  ],
  fr: [
    '(je vais|laissez moi|laisse moi|permettez moi de|maintenant je|je) (_ |tout de suite |) (verifier|corriger|creer|lancer|lire|chercher|modifier|ajouter|tester|examiner|mettre|regarder|consulter|annuler|reserver|supprimer|proceder)',
    '^je (verifie|regarde|modifie|corrige|lance|cherche|consulte|mets|cree|ajoute|teste|procede|annule|reserve|supprime) _',
  ],
  es: [
    '(voy a|dejame|dejeme|ahora|permitame|permiteme|vamos a) (voy a |ahora |) (verificar|revisar|corregir|crear|ejecutar|leer|buscar|modificar|anadir|agregar|probar|actualizar|examinar|comprobar|consultar|cancelar|reservar|cambiar|procesar|eliminar|borrar)',
    '^(ahora |ahora mismo |) (reviso|compruebo|verifico|busco|actualizo|cambio|cancelo|ejecuto|leo|corrijo|consulto|proceso) _',
  ],
  pt: [
    '(vou|deixe me|deixa me|agora vou|permita me|irei) (agora |) (verificar|corrigir|criar|executar|ler|procurar|buscar|modificar|adicionar|testar|atualizar|examinar|consultar|cancelar|reservar|alterar|processar|apagar|remover|checar|conferir)',
    '^(agora |) (verifico|atualizo|procuro|corrijo|cancelo|consulto|altero) _',
  ],
};

/** The agent asks what is meant, or offers a choice. */
export const asksBack: PhrasesByLanguage = {
  en: [
    '(which|what|who|where|when|how many|how much) (one |exactly |specific* |) (do|would|are|is|should|did|can) (you|i|we|it|the)',
    '(could|can|would) you (please |) (clarify|specify|tell me|provide|confirm|share|explain|elaborate|give me|let me know|describe)',
    '(do|did|would|should|are) (you|i) (want|mean|like|prefer|referring|looking|need)',
    'let me know (which|what|if|whether|how|your)',
    '(need|require) (more|some|a bit more|a few|additional|further) (information|details|context|clarification)',
    'please (provide|clarify|specify|confirm|tell|share|let me know)',
  ],
  de: [
    '(welche*|was genau|wie viele|wann|wo) (meinst|meinen|mochtest|mochten|soll|sollen|brauchst|ist)',
    '(konntest|konnen|konnten|kannst) (du|sie) (mir |bitte |) (sagen|genauer|bestatigen|erlautern|_ sagen)',
    '(meinst|meinen|mochtest|mochten) (du|sie)',
    'soll ich',
  ],
  fr: [
    '(quel*|lequel|laquelle|combien|quand|ou) (voulez|souhaitez|voudriez|est|sont|dois|veux)',
    '(pouvez|pourriez|peux) (vous|tu) (preciser|confirmer|me dire|indiquer|donner)',
    '(voulez|souhaitez|preferez) vous',
    'veux tu',
  ],
  es: [
    '(cual|cuales|que|cuantos|cuando|donde) (quiere*|prefiere*|desea*|necesita*|es|son|debo)',
    '(puede|podria|puedes|podrias) (aclarar|especificar|confirmar|decirme|indicarme|darme)',
    '(quiere|quieres|desea|prefiere) que',
  ],
  pt: [
    '(qual|quais|que|quantos|quando|onde) (voce|deseja|prefere|quer|e|sao|devo)',
    '(pode|poderia) (esclarecer|especificar|confirmar|me dizer|informar|dar)',
    '(quer|deseja|prefere) que',
  ],
};

/** An announcement that is already over: "let me know", "I will be happy to". */
export const courtesy: PhrasesByLanguage = {
  en: [
    'let me know',
    '^(once|if|when|after|as soon as|upon|before) _',
    '(once|if|when|after|as soon as|until) (you|your|we|i have|i get|i receive|i know|they|the|that|this|it)',
    'please (confirm|wait|hold)',
    'ill (be (happy|glad|here)|wait|await|need (you|your))',
    'i will (be (happy|glad|here)|wait|await|need (you|your))',
  ],
  de: [
    'lassen sie (es |) mich wissen',
    'lass (es |) mich wissen',
    '(sobald|wenn|falls|nachdem) (du|sie|ihr|ich|wir|das|die|der|es)',
  ],
  fr: [
    '(dites|dis) moi',
    'faites moi savoir',
    '(des que|si|quand|lorsque|une fois que) (vous|tu|je|jai|le|la)',
  ],
  es: [
    '(hagame|hazme|avisame|aviseme) (saber|si)',
    '(cuando|si|en cuanto|una vez que) (usted|me|lo|la|el|tenga|confirme*|reciba)',
  ],
  pt: [
    '(me avise|avise me|me diga|diga me)',
    '(quando|se|assim que|logo que) (voce|o|a|me|eu|receber|confirmar)',
  ],
};

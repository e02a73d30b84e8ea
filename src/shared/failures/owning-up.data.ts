/**
 * Words by which an agent owns up to an empty or failed result, or says that something worked (English, German, French,
 * Spanish, Portuguese). Data; written for this project from what agents say in public traces.
 */

/** Some words between two that belong together. */
const upTo = (count: number): string => `(?:[\\p{L}\\p{N}#"“”„«»'’_./-]+,? ){0,${String(count)}}`;

/** What may be sought in vain; a fee or a duty that does not exist is a fact about the world and stands in no list. */
const soughtFor = {
  en: 'results?|match(?:es)?|records?|entry|entries|data|info(?:rmation)?|details?|documents?|docs?|articles?|items?|hits?|files?|rows?|pages?|flights?|trains?|rooms?|seats?|tables?|slots?|tickets?|orders?|bookings?|reservations?|appointments?|accounts?|customers?|users?|contacts?|transactions?|payments?|invoices?|messages?|emails?|events?|meetings?|listings?|products?|options?|alternatives?|availability|access|mention|trace|sign|evidence|reference|luck|answer|response',
  de: 'treffer|ergebnis\\p{L}*|eintr[aä]g\\p{L}*|daten\\p{L}*|informationen?|angaben?|details|dokument\\p{L}*|unterlagen|artikel|datei\\p{L}*|zeilen?|hinweis\\p{L}*|buchung\\p{L}*|reservierung\\p{L}*|bestellung\\p{L}*|auftr[aä]g\\p{L}*|termine?|fl[uü]ge?|z[uü]ge?|zimmer|pl[aä]tze?|konto|konten|kunden?|rechnung\\p{L}*|zahlung\\p{L}*|nachrichten?|vorg[aä]ng\\p{L}*|verbindung\\p{L}*|antwort|zugriff',
  fr: 'r[ée]sultats?|donn[ée]es?|informations?|enregistrements?|correspondances?|documents?|articles?|fichiers?|lignes?|commandes?|r[ée]servations?|rendez-vous|vols?|trains?|chambres?|places?|comptes?|clients?|factures?|paiements?|messages?|disponibilit[ée]s?|trace|mention|acc[eè]s|r[ée]ponse',
  es: 'resultados?|datos|informaci[oó]n|registros?|coincidencias?|documentos?|art[ií]culos?|archivos?|filas?|pedidos?|reservas?|citas?|vuelos?|trenes|habitaci[oó]n(?:es)?|plazas?|cuentas?|clientes?|facturas?|pagos?|mensajes?|disponibilidad|constancia|acceso|respuesta',
  pt: 'resultados?|dados|informa[çc][ãõa]\\p{L}*|registros?|registos?|correspond[êe]ncias?|documentos?|artigos?|arquivos?|ficheiros?|linhas?|pedidos?|encomendas?|reservas?|consultas?|voos?|quartos?|lugares?|contas?|clientes?|faturas?|pagamentos?|mensagens?|disponibilidade|acesso|resposta',
};

/** "Not" in English, as it stands before what was not managed. */
const not = "(?:not|never|nor|\\p{L}+n['’]?t|cannot|unable to|failed to|fails? to)";

/** Wordings by which an agent says that it found nothing or that something did not work; "not" alone says neither. */
const ownings: readonly string[] = [
  // English
  `there(?:['’]s| is| are| was| were| (?:seems?|appears?) to be) ${upTo(2)}(?:no|none|nothing|zero)`,
  "there (?:is|are|was|were|do|does)n['’]?t",
  `no ${upTo(3)}(?:${soughtFor.en})`,
  'none (?:of|were|was|are|is|found|available|match\\p{L}*|in|for|on)',
  `(?:found|finds?|see|sees|saw|returned|returns|has|have|had|shows?|showed|got|gave|lists?|contains?) ${upTo(1)}(?:no|none|nothing|zero|0)`,
  `nothing (?:was|is|has been|came|turned|comes|found|match\\p{L}*|in|under|on|for|there|about|like|returned)`,
  '(?:came|comes|come|coming) (?:back|up) (?:empty|blank)',
  `(?:is|was|are|were|returned|returns|appears?|looks?|seems?|an|it['’]s) ${upTo(2)}(?:empty|blank)`,
  // What is not there: a thing sought, not a thing that a rule denies.
  `${not} (?:been )?${upTo(2)}(?:find|found|see|seen|seeing|locate[ds]?|retriev\\p{L}+|reach\\p{L}*|fetch\\p{L}*|obtain\\p{L}*|return\\p{L}*|available|exists?|look up|looked up|pull up|identif\\p{L}+|verif\\p{L}+|determine|load\\p{L}*|listed|recorded|registered|documented|on file|match\\p{L}*|respond\\p{L}*|connect\\p{L}*|succeed\\p{L}*|successful|complete[ds]?|work(?:ed|ing)?|go through|gone through|come up|turn up|show up|showing|in (?:our|the|your|my|this) (?:system|records?|database|files?|catalogu?e?|list|index|logs?|data|knowledge base|documentation|docs|handbook))`,
  `could(?: not|n['’]?t) ${upTo(1)}be \\p{L}+|(?:was|were|has|have)(?: not|n['’]?t) (?:been )?(?:changed|updated|saved|sent|booked|cancel\\p{L}+|processed|applied|deleted|moved|created|made|uploaded|added|removed)`,
  // Of itself an agent says what it cannot do.
  `i(?:['’](?:m|ve|d))?(?: am| was| have| had| could| can| do| did)? ${upTo(1)}${not}`,
  `we (?:${upTo(1)}|)(?:${not}) ${upTo(1)}(?:have (?:any|a|that|this|access|enough|information|details|records?|data)|find|see|locate|reach|access|confirm|tell|know|process|complete|get)`,
  'fail(?:ed|s|ing|ures?)?|errors?|unavailable|unsuccessful\\p{L}*|timed out|try again (?:later|in)|again later|(?:later|erneut) (?:noch ?)?(?:ein)?mal|erneut versuch\\p{L}*|sp[aä]ter (?:noch ?)?(?:ein)?mal|r[ée]essay\\p{L}*|int[ée]nt\\p{L}+ (?:de nuevo|m[aá]s tarde)|tent\\p{L}+ (?:novamente|de novo|mais tarde)|sold out|out of stock|fully booked|(?:is|are) full',
  // German
  `kein\\p{L}* ${upTo(3)}(?:${soughtFor.de}|gefunden|verf[uü]gbar\\p{L}*|vorhanden|hinterlegt|frei\\p{L}*)`,
  `nichts? ${upTo(4)}(?:gefunden|finden|auffindbar|vorhanden|verf[uü]gbar|abruf\\p{L}*|abgerufen|hinterlegt|gespeichert|verzeichnet|sehen|erreich\\p{L}*|zugreifen|laden|geladen|ermitteln|feststellen|best[aä]tigen|existier\\p{L}*|geklappt|funktioniert|erfolgreich|gelungen|bekannt|frei|sagen|abschlie[sß]+en|durchf[uü]hren|durchgef[uü]hrt)`,
  `(?:finde|fand|sehe|habe|konnte|kann|wei[sß]+|bekomme|erhalte|erhielt)(?: ich| wir) ${upTo(5)}(?:nichts?|kein\\p{L}*)`,
  `ich (?:finde|fand|sehe|habe|konnte|kann|wei[sß]+|bekomme|erhalte|erhielt) ${upTo(6)}(?:nichts?|kein\\p{L}*)`,
  `(?:ist|sind|war|waren|blieb\\p{L}*|kam\\p{L}*|ergab\\p{L}*|liefert\\p{L}*|lieferten) ${upTo(3)}(?:leer|nichts|kein\\p{L}*|ergebnislos)`,
  `(?:konnten?|wurden?) ${upTo(5)}nicht|nicht ${upTo(3)}(?:konnten?|wurden?)`,
  'ausgebucht|ausverkauft|fehler\\p{L}*|fehlgeschlagen|fehlschl\\p{L}+|gescheitert|vergeblich|nichts gefunden',
  // French
  `aucun\\p{L}* ${upTo(2)}(?:${soughtFor.fr})`,
  `(?:n['’](?:ai|avons|y a|existe\\p{L}*|apparaît|arrive)|ne (?:trouve|trouvons|vois|voyons|peux|pouvons|parviens|dispose|figure|retrouve|sais|renvoie)) ${upTo(3)}(?:pas|rien|aucun\\p{L}*|plus)`,
  `n['’](?:a|est|ont|étai\\p{L}*) (?:pas|rien|plus|jamais) ${upTo(3)}(?:trouv\\p{L}*|retourn\\p{L}*|renvoy\\p{L}*|donn[ée]\\p{L}*|abouti|fonctionn\\p{L}*|disponible\\p{L}*|réussi|enregistr\\p{L}*|répondu)`,
  "(?:est|sont|était|revenu\\p{L}*|reste) (?:vides?|complets?|complètes?)|pas (?:trouv\\p{L}*|pu|d[’']accès)|rien trouv\\p{L}*|introuvables?|échou\\p{L}*|échec|erreurs?|sans (?:résultat|succès)|complet",
  // Spanish
  `no (?:pude|pudo|pudimos|he|hemos|logr\\p{L}*|consig\\p{L}*|consegu\\p{L}*|puedo|encuentr\\p{L}*|encontr\\p{L}*|veo|vemos|aparece\\p{L}*|figura\\p{L}*|consta\\p{L}*|existe\\p{L}*|tengo|devolvi\\p{L}*|devuelv\\p{L}*|arroj\\p{L}*|funcion\\p{L}*|respond\\p{L}*)`,
  `no se (?:l[eoa]s? )?(?:encontr\\p{L}*|encuentr\\p{L}*|pudo|pudieron|hall\\p{L}*|devolvi\\p{L}*|ha (?:podido|encontrado)|han (?:podido|encontrado))`,
  `(?:no hay|no tenemos|ning[uú]n\\p{L}*|sin) ${upTo(2)}(?:${soughtFor.es}|nada|[ée]xito)`,
  `nada (?:en|con|sobre|bajo|a nombre)|vac[ií][oa]s?|fall[oó]|errore?s?|agotad\\p{L}*`,
  // Portuguese
  `n[ãa]o (?:p[ôo]de|consig\\p{L}*|consegu\\p{L}*|pude|encontr\\p{L}*|vejo|ach\\p{L}*|localiz\\p{L}*|tenho|sei|foi poss[íi]vel|(?:foi|foram) encontrad\\p{L}*|const\\p{L}*|aparec\\p{L}*|existe\\p{L}*|retorn\\p{L}*|devolv\\p{L}*|funcion\\p{L}*|respond\\p{L}*)`,
  `(?:n[ãa]o h[áa]|n[ãa]o temos|nenhum\\p{L}*|sem) ${upTo(2)}(?:${soughtFor.pt}|nada|sucesso)`,
  `nada (?:encontrado|em|no|na|sobre|com)|vazi[oa]s?|falh(?:ou|a|ado)|erros?|esgotad\\p{L}*`,
];

/** Words by which an agent owns up to an empty or failed result (English, German, French, Spanish, Portuguese). */
export const ownsUp = new RegExp(`(?<!\\p{L})(?:${ownings.join('|')})(?!\\p{L})`, 'iu');

/** Something is said to have been done or to work now. */
export const claimsSuccess =
  /(?<!\p{L})(success(fully|ful)|(has|have|was|were) been (successfully )?(\w{3,14}ed|sent|paid|made|set|put|done|built|run|rebuilt)|(is|are) (all )?(now )?(done|complete(d)?|fixed|working|in place|live|deployed|resolved|confirmed|booked|cancel+ed|passing|green|up to date|set up|ready)|all (the )?(\d+ )?(tests?|checks?|specs?) (now )?pass(ed|ing)?|(tests?|checks?|build) (now )?(all )?(pass|passed|passes|succeed(s|ed)?)|i('ve| have) (now |successfully )?(\w{3,14}ed|sent|paid|made|set|built|written|put)|works? (now|correctly|as expected|perfectly)|everything (is |now )?works|erfolgreich|erledigt|abgeschlossen|wurden? (ge\w+|\w+iert)|behoben|avec succ[eè]s|(a|ont) (bien )?[ée]t[ée]|termin[ée]e?s?|con [eé]xito|correctamente|ha sido|completad[oa]|com sucesso|foi (\p{L}+[ai]d[oa])|conclu[ií]d[oa])(?!\p{L})|\u2705|\u{1f389}/iu;

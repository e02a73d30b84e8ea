/**
 * Words by which an agent owns up to an empty or failed result, or says that something worked (English, German, French,
 * Spanish, Portuguese). Data; written for this project from what agents say in public traces.
 */

/** Words by which an agent owns up to an empty or failed result (English, German, French, Spanish, Portuguese). */
export const ownsUp =
  /(?<!\p{L})(there (is|are|was|were) (no|none|nothing)|(find|found|see|have|has) no|no (results?|matches|records?|flights?|orders?|options?|information|entries|data)|not (find|found|available|exist|able)|n['’]t (find|see|have|exist|able|access|available|return)|could ?n['’]?t|could not|(was|were|did|does|has) ?n[o'’]t|can ?not|cannot|unable|nothing|empty|failed|failure|error|unfortunately|unavailable|sold out|fully booked|(is|are) full|kein\p{L}*|nicht|leider|ausgebucht|fehl\p{L}+|aucun\p{L}*|complet|introuvable|impossible|pas (trouv\p{L}*|pu|de|été)|échou\p{L}*|malheureusement|ning[uú]n\p{L}*|no (pude|pudo|encontr\p{L}*|hay|he|se)|fall[oó]|lamentablemente|nenhum\p{L}*|n[aã]o (encontr\p{L}*|consegu\p{L}*|h[aá]|foi)|falhou|infelizmente)(?!\p{L})/iu;

/** Something is said to have been done or to work now. */
export const claimsSuccess =
  /(?<!\p{L})(success(fully|ful)|(has|have|was|were) been (successfully )?(\w{3,14}ed|sent|paid|made|set|put|done|built|run|rebuilt)|(is|are) (all )?(now )?(done|complete(d)?|fixed|working|in place|live|deployed|resolved|confirmed|booked|cancel+ed|passing|green|up to date|set up|ready)|all (the )?(\d+ )?(tests?|checks?|specs?) (now )?pass(ed|ing)?|(tests?|checks?|build) (now )?(all )?(pass|passed|passes|succeed(s|ed)?)|i('ve| have) (now |successfully )?(\w{3,14}ed|sent|paid|made|set|built|written|put)|works? (now|correctly|as expected|perfectly)|everything (is |now )?works|erfolgreich|erledigt|abgeschlossen|wurden? (ge\w+|\w+iert)|behoben|avec succ[eè]s|(a|ont) (bien )?[ée]t[ée]|termin[ée]e?s?|con [eé]xito|correctamente|ha sido|completad[oa]|com sucesso|foi (\p{L}+[ai]d[oa])|conclu[ií]d[oa])(?!\p{L})|\u2705|\u{1f389}/iu;

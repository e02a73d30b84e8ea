/** The support agent's German. Slots as in support-corrections.ts; `want` is an imperative ("suchen Sie …"). */
import type { AbroadTexts } from './abroad-texts';
import type { Phrasebook } from './phrasebook';

export const germanBook: Phrasebook = {
  corrections: {
    'dropped-constraint': [
      'Ich hatte {asked} verlangt, und {did}.',
      '{Did}. Das hatte ich ausdrücklich ausgeschlossen.',
      't~nein, {asked}',
      'p~Vielen Dank, aber ich brauche {asked}. Bitte {want}.',
      'a~Haben Sie meine Nachricht gelesen? {Asked}, sonst nützt es mir nichts.',
      'Das passt leider nicht, {did}. Bitte {want}.',
    ],
    'wrong-date-or-amount': [
      'Nicht {wrong}, sondern {right}.',
      'Da steht {wrong}, es muss aber {right} heißen.',
      't~{right} statt {wrong}',
      'p~Bitte prüfen Sie das noch einmal: {right}, nicht {wrong}.',
      'a~Wieso {wrong}? Ich habe {right} geschrieben!',
      'Das ist falsch. {Right} ist richtig.',
    ],
    'answered-another-question': [
      'Das war nicht meine Frage. Es geht um {asked}.',
      'Sie erklären mir {side}, ich wollte aber {asked} wissen.',
      't~nicht gefragt. {asked}?',
      'p~Danke, aber {side} kenne ich schon. Mir geht es um {asked}.',
      'a~Bitte lesen Sie die Frage. {Asked}, nicht {side}.',
    ],
    'invented-result': [
      'Das kann nicht stimmen, {fact}.',
      'Woher haben Sie das? {Fact}.',
      't~stimmt nicht, {fact}',
      'p~Könnten Sie bitte noch einmal nachsehen? {Fact}.',
      'a~Sie denken sich das aus. {Fact}!',
    ],
    'wrong-language': [
      'Bitte auf Deutsch.',
      'Ich schreibe Deutsch, bitte antworten Sie auch auf Deutsch.',
      't~auf deutsch bitte',
      'p~Könnten Sie mir bitte auf Deutsch antworten? Mein Englisch ist nicht so gut.',
      'a~Warum antworten Sie auf Englisch? Ich habe auf Deutsch gefragt.',
      'Entschuldigung, ich verstehe kein Englisch. Noch einmal auf Deutsch, bitte.',
    ],
    'same-error-again': [
      'Immer noch {error}.',
      'Es hat sich nichts geändert, wieder {error}.',
      't~geht nicht. {error}',
      'p~Leider bekomme ich weiterhin {error}.',
      'a~Sie sagten, es sei behoben. Stimmt nicht: {error}.',
    ],
  },
  secondCorrections: [
    'Das stimmt immer noch nicht. Bitte {want}.',
    'Noch einmal: {want}.',
    't~wieder falsch',
    'p~Leider noch nicht. Bitte {want}.',
    'a~Zum dritten Mal: {want}!',
  ],
  apologies: [
    'Sie haben recht, das tut mir leid.',
    'Entschuldigung, das war mein Fehler.',
    'Danke für den Hinweis, und entschuldigen Sie bitte.',
    'Das habe ich übersehen, Entschuldigung.',
  ],
  apologiesFor: {
    'wrong-language': ['Natürlich, gern auf Deutsch.', 'Entschuldigung, selbstverständlich auf Deutsch:'],
  },
  rephraseLeads: ['Ich versuche es anders:', 'Noch einmal:', 'Anders gesagt:', 'a~Ganz langsam:'],
  stalls: [
    'Vielen Dank für Ihre Nachricht. Allgemeine Hinweise dazu finden Sie in unserem Hilfebereich.',
    'Ich verstehe. Können Sie Ihr Anliegen bitte etwas genauer beschreiben?',
  ],
  givesUp: [
    'Dann rufe ich an.',
    'Lassen wir das, ich möchte mit einem Menschen sprechen.',
    't~mitarbeiter bitte',
    'a~Das bringt nichts. Ich schreibe eine Beschwerde.',
  ],
  handOver: [
    'Ich habe Ihr Anliegen unter {caseNo} an eine Kollegin weitergegeben. Sie meldet sich innerhalb von {hours} Stunden.',
    'Ein Mitarbeiter übernimmt Ihren Fall {caseNo} und schreibt Ihnen innerhalb von {hours} Stunden.',
  ],
  thanks: [
    'Danke!',
    'Super, vielen Dank.',
    'Prima, danke.',
    't~ok danke',
    'p~Vielen Dank für die schnelle Hilfe.',
    'Perfekt.',
    'a~Na endlich. Danke.',
  ],
  welcome: ['Gern geschehen. Einen schönen Tag!', 'Gern, jederzeit wieder.', 'Sehr gern.'],
  anythingElse: ['Kann ich sonst noch etwas für Sie tun?', 'Haben Sie noch eine Frage?'],
  noThatIsAll: [
    'Nein, das war alles.',
    'Nein, danke.',
    't~nein danke',
    'p~Nein, vielen Dank, das war alles.',
  ],
  goodbye: ['Alles Gute und auf Wiedersehen.', 'Danke für Ihre Nachricht. Auf Wiedersehen!'],
};

export const germanTexts: AbroadTexts = {
  conditions: [
    {
      asked: 'einen Direktflug',
      did: 'dieser Flug hat einen Zwischenstopp',
      want: 'suchen Sie nur Direktflüge',
      filter: { max_stops: 0 },
      bad: 'mit Umstieg in Zürich',
    },
    {
      asked: 'einen Abflug nach 10 Uhr',
      did: 'dieser geht schon um 06:15',
      want: 'suchen Sie etwas ab 10 Uhr',
      filter: { depart_after: '10:00' },
      bad: 'Abflug 06:15',
    },
  ],
  changeOpen: [
    'Guten Tag, ich muss meinen Flug {ref} auf den {newDate} verschieben. Ich brauche {asked}.',
    't~{ref} auf {newDate} umbuchen, {asked}',
    'p~Guten Morgen, wäre es möglich, die Buchung {ref} auf den {newDate} zu legen? Ich bräuchte {asked}.',
    'Mein Termin hat sich verschoben. Können Sie {ref} auf den {newDate} umbuchen? Ich brauche unbedingt {asked}.',
    'a~In der App klappt die Umbuchung von {ref} nicht. Bitte auf den {newDate}, und ich brauche {asked}.',
  ],
  changeAgain: [
    'Welche Flüge gibt es am {newDate} für {ref}? Ich brauche {asked}.',
    'Buchung {ref}, neuer Tag {newDate}, {asked}. Was ist frei?',
  ],
  offer: [
    'Am {newDate} gibt es {option}. Soll ich umbuchen?',
    'Für den {newDate} habe ich {option} gefunden. Passt das?',
  ],
  accept: ['Ja, bitte.', 'Ja, den nehme ich.', 't~ja', 'p~Ja, das wäre perfekt.', 'Passt, bitte umbuchen.'],
  changed: [
    'Erledigt: Sie fliegen jetzt am {newDate} um {departs}. Die Bestätigung kommt per E-Mail.',
    'Ihre Buchung {ref} gilt jetzt für den {newDate}, Abflug {departs}.',
  ],
  trackOpen: [
    'Hallo, wo ist mein Paket {tracking}? Angekündigt war es für gestern.',
    't~wo ist {tracking}',
    'p~Guten Tag, könnten Sie nachsehen, wann die Sendung {tracking} ankommt?',
    'Die Sendung {tracking} steht seit {lastScan} auf "unterwegs". Kommt sie diese Woche noch?',
    'a~Seit {lastScan} passiert mit {tracking} nichts mehr. Was ist da los?',
  ],
  trackAgain: [
    'An welchem Tag wird {tracking} zugestellt?',
    'Ich möchte nur wissen, wann {tracking} kommt.',
    'Kommt {tracking} diese Woche, ja oder nein?',
  ],
  onItsWay: [
    'Ihr Paket wurde am {lastScan} zuletzt gescannt und soll am {due} zugestellt werden.',
    'Die Sendung {tracking} ist unterwegs, Zustellung voraussichtlich am {due}.',
  ],
  noScans: [
    'Zu {tracking} sehe ich noch keinen Scan. Vermutlich hat der Absender das Paket noch nicht übergeben.',
    'Für {tracking} liegt noch kein Ereignis vor, daher kann ich keinen Tag nennen.',
  ],
  inventedDay: [
    'Gute Nachrichten: {tracking} ist im Zustellfahrzeug und kommt am {due} zwischen 10 und 13 Uhr.',
  ],
  howToTrack: ['Sendungen verfolgen Sie in der App unter "Zustellungen". Dort sehen Sie jeden Scan.'],
  trackAsked: 'den Tag der Zustellung',
  trackSide: 'die Sendungsverfolgung in der App',
  noScanFact: 'auf der Sendungsseite steht gar kein Scan',
  refundOpen: [
    'Wann kommt die Erstattung für {ref}? Ich habe vor zwei Wochen storniert.',
    't~erstattung {ref}?',
    'p~Guten Tag, könnten Sie bitte prüfen, ob die Erstattung für {ref} schon überwiesen wurde?',
    'Auf meinem Konto ist noch kein Geld für {ref} angekommen. Wurde es abgeschickt?',
  ],
  refundAgain: [
    'Ist das Geld für {ref} schon unterwegs, und seit wann?',
    'An welchem Tag haben Sie die Erstattung für {ref} abgeschickt?',
  ],
  refundSent: [
    'Die Erstattung von {amount} ging am {sentOn} an Ihre Karte; Banken brauchen bis zu 5 Werktage.',
    '{amount} wurden am {sentOn} erstattet und sollten in den nächsten Tagen ankommen.',
  ],
  refundHowTo: ['Eine Erstattung beantragen Sie in der App unter "Meine Reisen", Stornieren, Erstattung.'],
  refundAsked: 'den Stand meiner Erstattung',
  refundSide: 'den Antrag',
  invoiceOpen: [
    'Bitte stellen Sie die Rechnung {invoiceNo} auf {company} aus, USt-IdNr. {vatId}.',
    't~rechnung {invoiceNo} bitte auf {company}',
    'p~Guten Tag, unsere Buchhaltung benötigt die Rechnung {invoiceNo} auf {company}, USt-IdNr. {vatId}. Ist das möglich?',
  ],
  reissued: [
    'Die Rechnung {invoiceNo} wurde auf {company} umgestellt und ist in Ihrem Postfach.',
    'Erledigt, die korrigierte Rechnung {invoiceNo} ist per E-Mail unterwegs.',
  ],
  invoiceFixed: [
    'Ihr Profil war als "privat" gespeichert. Ich habe es umgestellt, die neue Rechnung zeigt jetzt {company}.',
  ],
  invoiceError: 'mein privater Name auf der Rechnung',
  invoiceWant: 'sehen Sie sich die PDF-Datei vorher an',
};

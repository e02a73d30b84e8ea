/** The support agent's French. Slots as in support-corrections.ts; `want` is an imperative ("cherchez …"). */
import type { AbroadTexts } from './abroad-texts';
import type { Phrasebook } from './phrasebook';

export const frenchBook: Phrasebook = {
  corrections: {
    'dropped-constraint': [
      "J'avais demandé {asked}, et {did}.",
      '{Did}. Ce n’est pas ce que j’ai demandé.',
      't~non, {asked}',
      'p~Merci, mais il me faut {asked}. Pourriez-vous vérifier ?',
      'a~Vous avez lu mon message ? {Asked}, sinon ça ne me sert à rien.',
      'Ça ne va pas : {did}. {Want}, s’il vous plaît.',
    ],
    'wrong-date-or-amount': [
      'Non, {right}, pas {wrong}.',
      'Vous avez mis {wrong} alors que c’est {right}.',
      't~{right} et pas {wrong}',
      'p~Il me semble qu’il y a une erreur : {right}, et non {wrong}.',
      'a~D’où sort {wrong} ? J’ai écrit {right}.',
    ],
    'answered-another-question': [
      'Ce n’était pas ma question. Je voulais savoir {asked}.',
      'Vous m’expliquez {side}, moi je demande {asked}.',
      't~pas ma question. {asked} ?',
      'p~Merci, mais je connais déjà {side}. Ce que je voudrais savoir, c’est {asked}.',
      'a~Répondez à ma question, s’il vous plaît : {asked}.',
    ],
    'invented-result': [
      'Ce n’est pas possible, {fact}.',
      'Où avez-vous vu ça ? {Fact}.',
      't~faux, {fact}',
      'p~Pourriez-vous vérifier encore une fois ? {Fact}.',
      'a~Vous inventez. {Fact} !',
    ],
    'wrong-language': [
      'En français, s’il vous plaît.',
      'Je vous écris en français, merci de répondre en français.',
      't~en francais svp',
      'p~Pourriez-vous me répondre en français, s’il vous plaît ? Je ne lis pas bien l’anglais.',
      'a~Pourquoi de l’anglais ? J’ai posé ma question en français.',
    ],
    'same-error-again': [
      'Toujours pareil : {error}.',
      'Rien n’a changé, encore {error}.',
      't~toujours {error}',
      'p~Malheureusement, j’ai toujours {error}.',
      'a~Vous disiez que c’était réglé. Non : {error}.',
    ],
  },
  secondCorrections: [
    'Ce n’est toujours pas bon. {Want}.',
    'Encore une fois : {want}.',
    't~toujours faux',
    'p~Pas encore, malheureusement. {Want}, s’il vous plaît.',
    'a~C’est la troisième fois : {want} !',
  ],
  apologies: [
    'Vous avez raison, je suis désolé.',
    'Toutes mes excuses, je me suis trompé.',
    'Merci de me l’avoir signalé, et pardon.',
    'C’est une erreur de ma part, excusez-moi.',
  ],
  apologiesFor: { 'wrong-language': ['Bien sûr, en français :', 'Pardon, je reprends en français :'] },
  rephraseLeads: ['Je reformule :', 'Autrement dit :', 'Je recommence :', 'a~Plus lentement :'],
  stalls: [
    'Merci pour votre message. Vous trouverez des informations générales dans notre centre d’aide.',
    'Je comprends. Pourriez-vous préciser votre demande ?',
  ],
  givesUp: [
    'Laissez tomber, je vais appeler.',
    'Je préfère parler à quelqu’un.',
    't~un conseiller svp',
    'a~C’est une perte de temps. Passez-moi une personne.',
  ],
  handOver: [
    'J’ai transmis votre dossier {caseNo} à une collègue, qui vous écrira sous {hours} heures.',
    'Un conseiller reprend votre dossier {caseNo} et vous répondra sous {hours} heures.',
  ],
  thanks: [
    'Merci !',
    'Parfait, merci beaucoup.',
    'Très bien, merci.',
    't~ok merci',
    'p~Merci beaucoup pour votre aide rapide.',
    'a~Enfin. Merci.',
  ],
  welcome: ['Avec plaisir. Bonne journée !', 'Je vous en prie.', 'Avec plaisir, à bientôt.'],
  anythingElse: ['Puis-je faire autre chose pour vous ?', 'Avez-vous une autre question ?'],
  noThatIsAll: ['Non, c’est tout.', 'Non merci.', 't~non merci', 'p~Non, ce sera tout, merci bien.'],
  goodbye: ['Merci et à bientôt.', 'Bonne journée, au revoir.'],
};

export const frenchTexts: AbroadTexts = {
  conditions: [
    {
      asked: 'un vol direct',
      did: 'celui-ci a une escale',
      want: 'cherchez seulement les vols directs',
      filter: { max_stops: 0 },
      bad: 'avec une escale à Bruxelles',
    },
    {
      asked: 'un départ après 10 heures',
      did: 'celui-ci part à 06:20',
      want: 'cherchez à partir de 10 heures',
      filter: { depart_after: '10:00' },
      bad: 'départ 06:20',
    },
  ],
  changeOpen: [
    'Bonjour, je dois déplacer mon vol {ref} au {newDate}. Il me faut {asked}.',
    't~changer {ref} pour le {newDate}, {asked}',
    'p~Bonjour, serait-il possible de reporter la réservation {ref} au {newDate} ? J’aurais besoin d’{asked}.',
    'Mon rendez-vous a changé. Pouvez-vous mettre {ref} au {newDate} ? Il faut absolument {asked}.',
    'a~L’application refuse de modifier {ref}. Le {newDate}, {asked}, s’il vous plaît.',
  ],
  changeAgain: [
    'Quels vols y a-t-il le {newDate} pour {ref} ? Je veux {asked}.',
    'Réservation {ref}, nouvelle date {newDate}, {asked}. Que proposez-vous ?',
  ],
  offer: [
    'Le {newDate}, il y a {option}. Je modifie la réservation ?',
    'Pour le {newDate}, j’ai trouvé {option}. Cela vous convient ?',
  ],
  accept: [
    'Oui, s’il vous plaît.',
    'Oui, je le prends.',
    't~oui',
    'p~Oui, ce serait parfait.',
    'D’accord, allez-y.',
  ],
  changed: [
    'C’est fait : vous partez le {newDate} à {departs}. La confirmation arrive par e-mail.',
    'Votre réservation {ref} est au {newDate}, départ {departs}.',
  ],
  trackOpen: [
    'Bonjour, où est mon colis {tracking} ? Il était annoncé pour hier.',
    't~où est {tracking}',
    'p~Bonsoir, pourriez-vous me dire quand le colis {tracking} arrivera ?',
    'Le suivi de {tracking} n’a pas bougé depuis le {lastScan}. Il arrive cette semaine ?',
    'a~Rien ne bouge pour {tracking} depuis le {lastScan}. Que se passe-t-il ?',
  ],
  trackAgain: [
    'Quel jour {tracking} sera-t-il livré ?',
    'Je veux seulement savoir quand arrive {tracking}.',
    'Est-ce que {tracking} arrive cette semaine, oui ou non ?',
  ],
  onItsWay: [
    'Votre colis a été scanné le {lastScan} et sera livré le {due}.',
    'Le colis {tracking} est en route, livraison prévue le {due}.',
  ],
  noScans: [
    'Je ne vois encore aucun scan pour {tracking}. L’expéditeur ne l’a sans doute pas encore remis.',
    'Il n’y a aucun événement pour {tracking}, je ne peux donc pas donner de date.',
  ],
  inventedDay: ['Bonne nouvelle : {tracking} est dans le camion et arrive le {due} entre 10 h et 13 h.'],
  howToTrack: ['Vous pouvez suivre vos colis dans l’application, rubrique « Livraisons ».'],
  trackAsked: 'quel jour il arrive',
  trackSide: 'le suivi dans l’application',
  noScanFact: 'la page de suivi n’affiche aucun scan',
  refundOpen: [
    'Quand arrive le remboursement de {ref} ? J’ai annulé il y a deux semaines.',
    't~remboursement {ref} ?',
    'p~Bonjour, pourriez-vous vérifier si le remboursement de {ref} a été envoyé ?',
    'Je n’ai toujours rien reçu pour {ref}. Le remboursement est parti ?',
  ],
  refundAgain: [
    'L’argent de {ref} est-il parti, et depuis quand ?',
    'Quel jour avez-vous envoyé le remboursement de {ref} ?',
  ],
  refundSent: [
    'Le remboursement de {amount} est parti le {sentOn} vers votre carte ; comptez jusqu’à 5 jours ouvrés.',
    'Nous avons envoyé {amount} le {sentOn}, ils devraient arriver dans les prochains jours.',
  ],
  refundHowTo: ['Pour demander un remboursement, ouvrez la réservation, puis Annuler et Rembourser.'],
  refundAsked: 'où en est mon remboursement',
  refundSide: 'comment faire la demande',
  invoiceOpen: [
    'Merci d’établir la facture {invoiceNo} au nom de {company}, TVA {vatId}.',
    't~facture {invoiceNo} au nom de {company}',
    'p~Bonjour, notre comptabilité a besoin de la facture {invoiceNo} au nom de {company}, numéro de TVA {vatId}. Est-ce possible ?',
  ],
  reissued: [
    'La facture {invoiceNo} est maintenant au nom de {company}, vous l’avez par e-mail.',
    'C’est fait, la facture {invoiceNo} corrigée vient de partir.',
  ],
  invoiceFixed: [
    'Votre profil était enregistré comme « particulier ». Je l’ai changé, la nouvelle facture affiche {company}.',
  ],
  invoiceError: 'mon nom personnel sur la facture',
  invoiceWant: 'vérifiez le PDF avant de l’envoyer',
};

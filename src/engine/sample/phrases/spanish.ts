/** The support agent's Spanish. Slots as in support-corrections.ts; `want` is an imperative ("busque …"). */
import type { AbroadTexts } from './abroad-texts';
import type { Phrasebook } from './phrasebook';

export const spanishBook: Phrasebook = {
  corrections: {
    'dropped-constraint': [
      'Había pedido {asked}, y {did}.',
      '{Did}. Eso no es lo que pedí.',
      't~no, {asked}',
      'p~Gracias, pero necesito {asked}. ¿Podría mirarlo otra vez?',
      'a~¿Ha leído mi mensaje? {Asked}, si no, no me sirve.',
      'Así no me vale: {did}. {Want}, por favor.',
    ],
    'wrong-date-or-amount': [
      'No, {right}, no {wrong}.',
      'Ha puesto {wrong} y es {right}.',
      't~{right}, no {wrong}',
      'p~Creo que hay un error: es {right}, no {wrong}.',
      'a~¿De dónde sale {wrong}? Escribí {right}.',
    ],
    'answered-another-question': [
      'Esa no era mi pregunta. Quiero saber {asked}.',
      'Me explica {side}, y yo pregunto {asked}.',
      't~no pregunté eso. {asked}?',
      'p~Gracias, pero {side} ya lo conozco. Lo que quiero saber es {asked}.',
      'a~Lea la pregunta, por favor: {asked}.',
    ],
    'invented-result': [
      'Eso no puede ser, {fact}.',
      '¿De dónde ha sacado eso? {Fact}.',
      't~no es verdad, {fact}',
      'p~¿Podría comprobarlo otra vez? {Fact}.',
      'a~Se lo está inventando. {Fact}.',
    ],
    'wrong-language': [
      'En español, por favor.',
      'Le escribo en español, contésteme en español, por favor.',
      't~en español pf',
      'p~¿Podría responderme en español? No entiendo bien el inglés.',
      'a~¿Por qué me contesta en inglés? He preguntado en español.',
    ],
    'same-error-again': [
      'Sigue igual: {error}.',
      'No ha cambiado nada, otra vez {error}.',
      't~sigue {error}',
      'p~Por desgracia sigo viendo {error}.',
      'a~Dijo que estaba resuelto. No lo está: {error}.',
    ],
  },
  secondCorrections: [
    'Todavía no está bien. {Want}.',
    'Otra vez: {want}.',
    't~sigue mal',
    'p~Aún no, lo siento. {Want}, por favor.',
    'a~Es la tercera vez: {want}.',
  ],
  apologies: [
    'Tiene razón, lo siento.',
    'Disculpe, ha sido un error mío.',
    'Gracias por avisar, y perdone.',
    'Lo pasé por alto, disculpe.',
  ],
  apologiesFor: { 'wrong-language': ['Por supuesto, en español:', 'Disculpe, se lo repito en español:'] },
  rephraseLeads: ['Lo digo de otra manera:', 'Otra vez:', 'Es decir:', 'a~Más despacio:'],
  stalls: [
    'Gracias por su mensaje. Encontrará información general en nuestro centro de ayuda.',
    'Entiendo. ¿Podría explicar su solicitud con más detalle?',
  ],
  givesUp: [
    'Déjelo, voy a llamar.',
    'Prefiero hablar con una persona.',
    't~un agente por favor',
    'a~Es una pérdida de tiempo. Páseme con alguien.',
  ],
  handOver: [
    'He pasado su caso {caseNo} a una compañera, que le escribirá en {hours} horas.',
    'Un compañero se ocupa de su caso {caseNo} y le contestará en {hours} horas.',
  ],
  thanks: [
    '¡Gracias!',
    'Perfecto, muchas gracias.',
    'Genial, gracias.',
    't~ok gracias',
    'p~Muchas gracias por la ayuda, muy amable.',
    'a~Por fin. Gracias.',
  ],
  welcome: ['Con mucho gusto. ¡Buen día!', 'De nada.', 'A su disposición.'],
  anythingElse: ['¿Puedo ayudarle en algo más?', '¿Tiene alguna otra pregunta?'],
  noThatIsAll: ['No, eso es todo.', 'No, gracias.', 't~no gracias', 'p~No, muchas gracias, eso era todo.'],
  goodbye: ['Gracias y hasta pronto.', 'Que tenga un buen día.'],
};

export const spanishTexts: AbroadTexts = {
  conditions: [
    {
      asked: 'un vuelo directo',
      did: 'este tiene una escala',
      want: 'busque solo vuelos directos',
      filter: { max_stops: 0 },
      bad: 'con escala en Madrid',
    },
    {
      asked: 'una salida después de las 10',
      did: 'este sale a las 06:35',
      want: 'busque a partir de las 10',
      filter: { depart_after: '10:00' },
      bad: 'salida 06:35',
    },
  ],
  changeOpen: [
    'Hola, tengo que cambiar mi vuelo {ref} al {newDate}. Necesito {asked}.',
    't~cambiar {ref} al {newDate}, {asked}',
    'p~Buenos días, ¿sería posible pasar la reserva {ref} al {newDate}? Necesitaría {asked}.',
    'Me han cambiado una reunión. ¿Puede mover {ref} al {newDate}? Tiene que ser {asked}.',
    'a~La aplicación no me deja cambiar {ref}. El {newDate}, {asked}, por favor.',
  ],
  changeAgain: [
    '¿Qué vuelos hay el {newDate} para {ref}? Quiero {asked}.',
    'Reserva {ref}, fecha nueva {newDate}, {asked}. ¿Qué hay?',
  ],
  offer: [
    'El {newDate} hay {option}. ¿Hago el cambio?',
    'Para el {newDate} he encontrado {option}. ¿Le va bien?',
  ],
  accept: ['Sí, por favor.', 'Sí, ese.', 't~si', 'p~Sí, sería perfecto.', 'De acuerdo, cámbielo.'],
  changed: [
    'Hecho: sale el {newDate} a las {departs}. La confirmación llega por correo.',
    'Su reserva {ref} es ahora para el {newDate}, salida a las {departs}.',
  ],
  trackOpen: [
    'Hola, ¿dónde está mi paquete {tracking}? Tenía que llegar ayer.',
    't~donde está {tracking}',
    'p~Buenas tardes, ¿podría decirme cuándo llega el paquete {tracking}?',
    'El seguimiento de {tracking} no cambia desde el {lastScan}. ¿Llega esta semana?',
    'a~Con {tracking} no pasa nada desde el {lastScan}. ¿Qué ocurre?',
  ],
  trackAgain: [
    '¿Qué día entregan {tracking}?',
    'Solo quiero saber cuándo llega {tracking}.',
    '¿{Tracking} llega esta semana, sí o no?',
  ],
  onItsWay: [
    'Su paquete se escaneó el {lastScan} y se entregará el {due}.',
    'El paquete {tracking} está en camino, entrega prevista el {due}.',
  ],
  noScans: [
    'Todavía no veo ningún escaneo de {tracking}. Seguramente el remitente aún no lo ha entregado.',
    'No hay eventos de {tracking}, así que no puedo darle una fecha.',
  ],
  inventedDay: ['Buenas noticias: {tracking} está en el vehículo y llega el {due} entre las 10 y las 13.'],
  howToTrack: ['Puede seguir sus paquetes en la aplicación, en el apartado «Entregas».'],
  trackAsked: 'qué día llega',
  trackSide: 'cómo seguirlo en la aplicación',
  noScanFact: 'en la página de seguimiento no hay ningún escaneo',
  refundOpen: [
    '¿Cuándo llega el reembolso de {ref}? Cancelé hace dos semanas.',
    't~reembolso {ref}?',
    'p~Hola, ¿podría comprobar si ya se envió el reembolso de {ref}?',
    'Todavía no he recibido nada de {ref}. ¿Se ha enviado el reembolso?',
  ],
  refundAgain: [
    '¿El dinero de {ref} ya ha salido, y desde cuándo?',
    '¿Qué día enviaron el reembolso de {ref}?',
  ],
  refundSent: [
    'El reembolso de {amount} salió el {sentOn} a su tarjeta; puede tardar hasta 5 días laborables.',
    'Enviamos {amount} el {sentOn}, debería llegar en los próximos días.',
  ],
  refundHowTo: ['Para pedir un reembolso, abra la reserva, elija Cancelar y después Reembolsar.'],
  refundAsked: 'cómo va mi reembolso',
  refundSide: 'cómo se pide',
  invoiceOpen: [
    'Por favor, emitan la factura {invoiceNo} a nombre de {company}, NIF {vatId}.',
    't~factura {invoiceNo} a nombre de {company}',
    'p~Hola, contabilidad necesita la factura {invoiceNo} a nombre de {company}, NIF {vatId}. ¿Es posible?',
  ],
  reissued: [
    'La factura {invoiceNo} ya está a nombre de {company} y la tiene en su correo.',
    'Hecho, la factura {invoiceNo} corregida acaba de salir.',
  ],
  invoiceFixed: [
    'Su perfil estaba guardado como «particular». Lo he cambiado y la factura nueva muestra {company}.',
  ],
  invoiceError: 'mi nombre particular en la factura',
  invoiceWant: 'revise el PDF antes de enviarlo',
};

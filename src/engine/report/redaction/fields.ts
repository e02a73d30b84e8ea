/** What the name of a field says of its value: a key of JSON, or a column of a table. Five languages, by kind. */
import type { MaskKind } from '../../../shared/model/redaction';
import { HARMLESS_SECRET } from './secrets';

/** `customerName`, `customer-name` and `CUSTOMER NAME` read alike. */
function folded(field: string): string {
  return field
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s.-]+/g, '_');
}

const WHO =
  '(?:customer|client|user|passenger|traveller|traveler|contact|recipient|patient|guest|employee|reviewer|account_?holder|card_?holder|billing|shipping|sender|owner|person|full|first|last|given|family|sur|middle|maiden|legal|display|real|nick)';

const RULES: readonly (readonly [kind: MaskKind, field: RegExp, value: RegExp])[] = [
  [
    'person',
    new RegExp(
      `^(?:${WHO}_?)+name$|^(?:vorname|nachname|name_des_kunden|prenom|prénom|nom_de_famille|nombre_completo|apellidos?|sobrenome|nome_completo)$`,
    ),
    /^\p{L}[\p{L}\p{M} .,'’-]{1,80}$/u,
  ],
  [
    'person',
    /^(?:user_?name|login|screen_?name|user_?handle|handle|user_?id|customer_?id|client_?id_name|author|sorted_?by|judged_?by|reviewer|annotator|made_?by|by|assignee)$/,
    /^(?!\d{1,3}$)[^\s{[]{2,80}$|^\p{L}[\p{L} .,'’-]{1,80}$/u,
  ],
  [
    'person',
    /^(?:dob|date_?of_?birth|birth_?date|birthday|geburtsdatum|date_?de_?naissance|fecha_?de_?nacimiento|data_?de_?nascimento)$/,
    /\d/,
  ],
  [
    'key',
    /^(?:\w{0,40}_)?(?:password|passwd|pwd|passwort|kennwort|secret|api_?key|access_?key|private_?key|auth_?token|access_?token|refresh_?token|id_?token|session_?token|client_?secret|bearer|authorization|credential|passphrase|cvv|cvc|pin|otp)$/,
    /^\S.{2,}$/su,
  ],
  [
    'phone',
    /^(?:\w{0,30}_)?(?:phone|telephone|mobile|cell|fax|telefon|telefono|teléfono|téléphone|celular|handy|whatsapp)(?:_?(?:number|no|nr|nummer))?$/,
    /(?:\d\D{0,3}){6}/,
  ],
  [
    'address',
    /^(?:\w{0,30}_)?(?:address|street|strasse|straße|adresse|direccion|dirección|endereco|endereço|address_?(?:line)?_?\d|street_?\d|street_?address)$/,
    /^(?!.*[@{}[\]<>=;]|\w{2,8}:\/\/)(?=.*\d)(?=.*\p{L}{2})[^\n]*\s/u,
  ],
  [
    'address',
    /^(?:\w{0,30}_)?(?:zip|zip_?code|postal_?code|postcode|plz|code_?postal|cep)$/,
    /^[A-Z\d][A-Z\d -]{2,9}$/,
  ],
  ['address', /^(?:house_?number|hausnummer)$/, /^\d{1,5} ?[a-z]?$/i],
  [
    'account',
    /^(?:\w{0,30}_)?(?:account_?(?:number|no|nr)|iban|ssn|social_?security(?:_?number)?|passport(?:_?(?:number|no))?|tax_?id|driver_?s?_?licen[cs]e(?:_?(?:number|no))?|kontonummer|routing_?number|national_?id|member_?(?:number|no|id)|loyalty_?number|policy_?number|nhs_?number|insurance_?number)$/,
    /^(?=(?:\D*\d){4})[\w .-]{4,34}$/,
  ],
  [
    'card',
    /^(?:\w{0,30}_)?(?:card_?(?:number|no|nr)|credit_?card(?:_?number)?|pan|kartennummer|numero_?de_?tarjeta)$/,
    /(?:\d[ -]?){12,19}/,
  ],
];

/** Fields of ids: random by nature, no secrets. */
export function isIdField(field: string): boolean {
  return (
    /(?:^|_)(?:u?u?ids?|guid|hash|evidence|(?:source_)?sha\d*|sha256|digest|checksum|etag|fingerprint|signature_id|cursor|nonce|version|key_?id|(?:thinking_?)?signature|encrypted_?\w{2,20}|redacted_?thinking)$/.test(
      folded(field),
    ) ||
    /(?:^|_)(?:trace|span|session|request|call|message|event|run|thread|response|parent|tool_use|tool_call)_?ids?$/.test(
      folded(field),
    )
  );
}

/** The kind of a whole value by the name of its field; null where the name says nothing of it, or the value is no such thing. */
export function kindByField(field: string, value: string): MaskKind | null {
  if (field === '' || field.length > 80 || value.length > 400) return null;
  const name = folded(field);
  const found = RULES.find(([, pattern, shape]) => pattern.test(name) && shape.test(value));
  if (found === undefined) return null;
  const [kind] = found;
  if (kind === 'key' && HARMLESS_SECRET.test(value)) return null;
  return /^(?:null|none|unknown|n\/?a|anonymous|guest|default|test|system|admin|root|user|assistant|-+|\*+|\[.*\])$/i.test(
    value.trim(),
  )
    ? null
    : kind;
}

import { isFields, type Fields } from '../http/fields.ts';
import { families } from './catalogue.ts';
import type { ItemRequest, QualificationRequest } from './qualification.ts';
import type { Spelling } from './spelling.ts';

/** Errors by field, as the Django REST framework writes them. */
export type FieldErrors = Record<string, unknown>;

/** A creation request that was understood, or what is wrong with it. */
export type Validated = { request: QualificationRequest } | { errors: FieldErrors };

/** Checks the body of a creation as the documentation describes it. Fields that it does not have are ignored. */
export function validateCreation(body: unknown, spelling: Spelling): Validated {
  const message = (text: string): string[] => [spelling.message(text)];
  if (!isFields(body)) {
    const got = Array.isArray(body) ? 'list' : typeName(body);
    return {
      errors: {
        non_field_errors: message(`Invalid data. Expected a dictionary, but got ${got}.`),
      },
    };
  }
  const errors: FieldErrors = {};
  for (const name of ['external_id', 'project_id']) {
    const error = textError(body[name]);
    if (error !== null) errors[name] = message(error);
  }
  const plural = 'product_offering_qualification_items';
  // The documentation's table and its examples disagree on the name.
  const singular = 'product_offering_qualification_item';
  const either = !spelling.has('create-accepts-only-items');
  const name = either && !(plural in body) && singular in body ? singular : plural;
  const items = validateItems(body[name], message);
  if ('errors' in items) errors[name] = items.errors;
  if (Object.keys(errors).length > 0 || 'errors' in items) return { errors };
  return {
    request: {
      externalId: asText(body['external_id']),
      projectId: asText(body['project_id']),
      items: items.items,
    },
  };
}

type Message = (text: string) => string[];

function validateItems(
  value: unknown,
  message: Message,
): { items: ItemRequest[] } | { errors: unknown } {
  if (value === undefined) return { errors: message('This field is required.') };
  if (value === null) return { errors: message('This field may not be null.') };
  if (!Array.isArray(value)) {
    const text = `Expected a list of items but got type "${typeName(value)}".`;
    return { errors: { non_field_errors: message(text) } };
  }
  if (value.length === 0) {
    return { errors: { non_field_errors: message('This list may not be empty.') } };
  }
  const errors = value.map((item: unknown) => itemErrors(item, message));
  if (errors.some((error) => Object.keys(error).length > 0)) return { errors };
  return { items: value.map((item: unknown) => itemOf(isFields(item) ? item : {})) };
}

function itemErrors(item: unknown, message: Message): FieldErrors {
  if (!isFields(item)) {
    const text = `Invalid data. Expected a dictionary, but got ${typeName(item)}.`;
    return { non_field_errors: message(text) };
  }
  const errors: FieldErrors = {};
  const add = (name: string, error: unknown): void => {
    if (error !== null) errors[name] = typeof error === 'string' ? message(error) : error;
  };
  add('offer_families', familiesError(item['offer_families'], message));
  const id = item['eligibility_id'];
  add('eligibility_id', id === undefined ? 'This field is required.' : textError(id, false));
  const pricing = item['resolve_pricing'];
  if (pricing === null) add('resolve_pricing', 'This field may not be null.');
  else if (pricing !== undefined && typeof pricing !== 'boolean') {
    add('resolve_pricing', 'Must be a valid boolean.');
  }
  add('address', addressError(item['address'], message));
  return errors;
}

function familiesError(value: unknown, message: Message): unknown {
  if (value === undefined) return 'This field is required.';
  if (value === null) return 'This field may not be null.';
  if (!Array.isArray(value)) return `Expected a list of items but got type "${typeName(value)}".`;
  if (value.length === 0) return 'This list may not be empty.';
  const wrong: Record<string, string[]> = {};
  for (const [index, family] of value.entries()) {
    if (!families.some((known) => known === family)) {
      wrong[String(index)] = message(`"${String(family)}" is not a valid choice.`);
    }
  }
  return Object.keys(wrong).length > 0 ? wrong : null;
}

const addressTexts = ['label', 'street_ext', 'street_nr'];
const addressParts = {
  city: ['city_id', 'insee_code', 'city_name', 'post_code'],
  street: ['street_id', 'street_name'],
};

function addressError(value: unknown, message: Message): unknown {
  if (value === undefined) return null;
  if (value === null) return 'This field may not be null.';
  const errors = textErrors(value, addressTexts, message);
  if (isFields(value)) {
    for (const [name, texts] of Object.entries(addressParts)) {
      const part = value[name];
      if (part === undefined) continue;
      const partErrors = textErrors(part, texts, message);
      if (Object.keys(partErrors).length > 0) errors[name] = partErrors;
    }
  }
  return Object.keys(errors).length > 0 ? errors : null;
}

function textErrors(value: unknown, names: readonly string[], message: Message): FieldErrors {
  if (!isFields(value)) {
    const text = `Invalid data. Expected a dictionary, but got ${typeName(value)}.`;
    return { non_field_errors: message(text) };
  }
  const errors: FieldErrors = {};
  for (const name of names) {
    const error = textError(value[name]);
    if (error !== null) errors[name] = message(error);
  }
  return errors;
}

/** A number passes for a text, as it does in that framework. */
function textError(value: unknown, mayBeBlank = true): string | null {
  if (value === undefined) return null;
  if (value === null) return 'This field may not be null.';
  if (typeof value !== 'string' && typeof value !== 'number') return 'Not a valid string.';
  return !mayBeBlank && String(value).trim() === '' ? 'This field may not be blank.' : null;
}

/** An item that is free of errors. Families asked twice are asked once, in the order of the request. */
function itemOf(item: Fields): ItemRequest {
  const asked = Array.isArray(item['offer_families']) ? item['offer_families'] : [];
  const wanted = asked.map((name) => families.find((family) => family === name));
  return {
    families: [...new Set(wanted.filter((family) => family !== undefined))],
    eligibilityId: asText(item['eligibility_id']) ?? '',
    resolvePricing: item['resolve_pricing'] === true,
    address: isFields(item['address']) ? item['address'] : null,
  };
}

function asText(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** The type as that framework names it. */
function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  const names: Record<string, string> = { string: 'str', number: 'int', boolean: 'bool' };
  return names[typeof value] ?? 'dict';
}

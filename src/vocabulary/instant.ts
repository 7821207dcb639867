/** RFC 3339 in its usual spelling; whether its day exists is to be seen when that is one of the last of a month. */
const usual =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const written =
  /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:[.,](\d+))?)? ?([Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/;
const day = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * An RFC 3339 instant from an operator's timestamp: as it was sent where it is one already, completed where
 * it lacks seconds, the `T` or the offset (then UTC). A leap second is the second that follows it. Null when it names no instant.
 */
export function readInstant(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  if (usual.test(text)) return text;
  const match = written.exec(text.trim());
  if (!match) return null;
  const [, date = '', hours, minutes, seconds = '00', fraction, given] = match;
  if (readDay(date) === null) return null;
  const zone = spellOffset(given);
  const decimals = fraction === undefined ? '' : `.${fraction}`;
  if (seconds === '60') return afterLeapSecond(`${date}T${hours}:${minutes}:59${zone}`);
  return `${date}T${hours}:${minutes}:${seconds}${decimals}${zone}`;
}

/** `+02:00` of `+02`, `+0200` and itself; `Z` where none was given. */
function spellOffset(zone: string | undefined): string {
  if (zone === undefined || /^z$/i.test(zone)) return 'Z';
  return `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}`;
}

/** The second behind a leap second, given the one before it; null where no leap second can be: they end a day of UTC. */
function afterLeapSecond(before: string): string | null {
  const next = new Date(Date.parse(before) + 1000).toISOString();
  return next.endsWith('T00:00:00.000Z') ? next : null;
}

/** The text itself if it is a day that exists, `YYYY-MM-DD`; else null. */
export function readDay(text: string): string | null {
  const match = day.exec(text);
  if (match === null) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return date >= 1 && date <= daysIn(year, month) ? text : null;
}

/** 0 of a month that does not exist. */
function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [0, 31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0;
}

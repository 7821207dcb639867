const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const withoutOffset =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/;
const day = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * An RFC 3339 instant from an operator's timestamp: as it was sent where it is one already, completed where
 * it lacks seconds, the `T` or the offset (then UTC). Null when it names no instant.
 */
export function instantOf(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  if (rfc3339.test(text)) return isInstant(text) ? text : null;
  const match = withoutOffset.exec(text.trim());
  if (!match) return null;
  const [, date = '', time = '', zone = 'Z'] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const completed = `${date}T${time.length === 5 ? `${time}:00` : time}${offset}`;
  return isInstant(completed) ? completed : null;
}

/** Whether the day and the time exist: Date.parse takes 30 February for 2 March. */
function isInstant(text: string): boolean {
  return dayOf(text.slice(0, 10)) !== null && !Number.isNaN(Date.parse(text));
}

/** The text itself if it is a day that exists, `YYYY-MM-DD`; else null. */
export function dayOf(text: string): string | null {
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

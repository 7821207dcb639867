// Spreadsheets run what begins like a formula, in a CSV file too: https://owasp.org/www-community/attacks/CSV_Injection

const begins = /^[=+\-@\t\r\n＝＋－＠]/u;
/** A negative number, and a telephone number: spreadsheets read a value in them, and run nothing. */
const harmless = /^(?:-\d+(?:[.,]\d+)?|\+\d[\d .()]*)$/;
const escaped = /^'+[=+\-@\t\r\n＝＋－＠]/u;

/**
 * A text that no spreadsheet takes for a formula: an apostrophe stands before what begins with `=`, `+`, `-`, `@`, a tab, or a line
 * break, and before what looks as if this had been done. `-12,5` and `+33 4 92 00 25 25` stay as they are.
 */
export function escapeFormula(text: string): string {
  if (escaped.test(text)) return `'${text}`;
  return begins.test(text) && !harmless.test(text) ? `'${text}` : text;
}

/** The text before `escapeFormula`. */
export function unescapeFormula(text: string): string {
  return escaped.test(text) ? text.slice(1) : text;
}

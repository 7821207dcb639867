// The keys of a site in their normal forms. A key has many spellings: what is sent, stored, shown and compared is one of them.

/** A text without what cannot be seen, its full-width letters and digits as plain ones, each blank one space, each dash `-`. */
export function plainText(given: string): string {
  return given
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{Pd}−]/gu, '-')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** Overseas départements and their islands have nine digits behind their code, as France has behind 33. */
const nineDigits = /^(?:33|262|590|594|596)0?([1-9]\d{8})$/;
/** Saint-Pierre-et-Miquelon has six, which are dialled as 0508 and those. */
const saintPierre = /^5080?(\d{6})$/;

/**
 * The number of a line as it is dialled within France: 10 digits, from any spelling of it (`04 92 00 25 25`, `+33 (0)4.92.00.25.25`,
 * `0033492002525`). A number of a country that France does not dial so is `+` and its digits: New Caledonia's +687 would be taken
 * for a mobile number of France otherwise. Null where it is no number.
 */
export function normalLineNumber(given: string): string | null {
  const digits = plainText(given)
    .replace(/^tel:/i, '')
    .replaceAll(/[ .\-/\\()_·]/g, '');
  const [, abroad] = /^(?:\+|00)(\d+)$/.exec(digits) ?? [];
  if (abroad !== undefined) {
    const [, nine] = nineDigits.exec(abroad) ?? [];
    if (nine !== undefined) return `0${nine}`;
    const [, six] = saintPierre.exec(abroad) ?? [];
    return six === undefined ? `+${abroad}` : `0508${six}`;
  }
  if (/^\d{10}$/.test(digits)) return digits;
  // A spreadsheet took the zero away, or a person the plus.
  if (/^[1-9]\d{8}$/.test(digits)) return `0${digits}`;
  const [, nine] = nineDigits.exec(digits) ?? [];
  return nine === undefined ? null : `0${nine}`;
}

/**
 * The reference of an optical outlet, `OO-XXXX-XXXX`, from any spelling of it: in any case, with other separators or none, and
 * with the connector that a label may name behind a slash (`FI-3790-3415/C`). Another reference of 12 letters, digits and dashes
 * is only put into capitals. Null where it is neither.
 */
export function normalOtpRef(given: string): string | null {
  const text = plainText(given).toUpperCase();
  const [, operator, first, second] =
    /^([A-Z0-9]{2})[ .\-/\\_]*([A-Z0-9]{4})[ .\-/\\_]*([A-Z0-9]{4})(?: ?\/ ?[A-Z0-9]{1,4})?$/.exec(
      text,
    ) ?? [];
  if (second !== undefined) return `${operator}-${first}-${second}`;
  return /^([A-Z0-9-]{12})(?: ?\/ ?[A-Z0-9]{1,4})?$/.exec(text)?.[1] ?? null;
}

/** The normal form of the common register. */
const commonRegister = /^IMB\/\d[\dAB]\d{3}\/[A-Z]\/[A-Z0-9]{4}$/;

/**
 * The reference of a building: `IMB/76540/C/01A4` from any spelling of one of the common register, letters and digits in capitals
 * without separators of one like `THED1000260`. Of any other form it is put into capitals where it is a code; words stay as they are.
 */
export function normalBuildingRef(given: string): string {
  // Nearly all are: a text that is put together anew is slower to write, too.
  if (commonRegister.test(given)) return given;
  const plain = plainText(given);
  if (!/^[\x20-\x7e]*$/.test(plain)) return plain;
  const text = plain.toUpperCase();
  const [, commune, kind, number] =
    /^IMB[ .\-/\\_]*(\d[\dAB]\d{3})[ .\-/\\_]*([A-Z])[ .\-/\\_]*([A-Z0-9]{4})[ /]*$/.exec(text) ??
    [];
  if (number !== undefined) return `IMB/${commune}/${kind}/${number}`;
  if (/^IMB[ .\-/\\_]/.test(text)) return text.replaceAll(/[ .\-/\\_]+/g, '/');
  return text.replace(/^([A-Z]{2,8})[ .\-_]+(\d{4,12})$/, '$1$2');
}

/**
 * The text of a file: by its byte order mark, as UTF-16 where every other byte is NUL, as UTF-8 where all of it is, and else as one
 * of the two encodings that spreadsheets in France write: Windows-1252, and Macintosh where only that makes words of it. The line
 * breaks stay as they are.
 */
export function decodeText(bytes: Uint8Array): string {
  const marked = byMark(bytes);
  if (marked !== null) return new TextDecoder(marked).decode(bytes);
  const wide = withoutMark(bytes);
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  return asUtf8(bytes) ?? asOneByte(bytes);
}

function byMark([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/** The form of UTF-16 without a mark: in a heading of Latin letters every other byte is NUL. Null for other texts. */
function withoutMark(bytes: Uint8Array): string | null {
  const start = bytes.subarray(0, 400);
  if (start.length < 4) return null;
  let [even, odd] = [0, 0];
  for (const [index, byte] of start.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const most = start.length / 2;
  if (odd > 0.7 * most && even < 0.05 * most) return 'utf-16le';
  return even > 0.7 * most && odd < 0.05 * most ? 'utf-16be' : null;
}

/** Null where it is not UTF-8. A character that is cut off at the very end is left out: the file is cut off there. */
function asUtf8(bytes: Uint8Array): string | null {
  for (let cut = 0; cut <= 3; cut += 1) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(
        bytes.subarray(0, bytes.length - cut),
      );
    } catch {
      // Only bytes of a character of several bytes may be cut off.
      if ((bytes.at(-1 - cut) ?? 0) < 0x80) return null;
    }
  }
  return null;
}

/** Characters that no French text has: Windows-1252 makes them of the letters é, è, ê, à, ç, î and û of a Macintosh. */
const unlikely = /[ŽŠƒˆ‰‹\u0081\u008d\u008f\u0090\u009d]/gu;
const likely = /[éèêàçîûôùâëïœÉÈÀÇ°’]/gu;

/** This many letters with accents are enough to tell one encoding from the other. */
const mostLetters = 10_000;

function asOneByte(bytes: Uint8Array): string {
  const letters: number[] = [];
  for (const byte of bytes) if (byte >= 0x80 && letters.push(byte) === mostLetters) break;
  const windows = new TextDecoder('windows-1252').decode(new Uint8Array(letters));
  const macintosh = new TextDecoder('macintosh').decode(new Uint8Array(letters));
  const isWindows = windows.match(unlikely) === null || likelyIn(macintosh) <= likelyIn(windows);
  return new TextDecoder(isWindows ? 'windows-1252' : 'macintosh').decode(bytes);
}

function likelyIn(text: string): number {
  return text.match(likely)?.length ?? 0;
}

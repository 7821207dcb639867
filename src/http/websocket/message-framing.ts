import type { Framing } from '../../request/subscription/shared-result.ts';

const closingBrace = Buffer.from('}');

/**
 * A message with a result at its end, in one frame of the WebSocket protocol (RFC 6455, 5.2). `ws` would give the header and
 * the text of every frame to the system one by one. Frames can be written past `ws`, since sockets are not compressed.
 */
export function makeMessageFraming(opening: string): Framing {
  return {
    key: opening,
    head(length) {
      const start = Buffer.from(opening);
      return Buffer.concat([makeFrameHeader(start.length + length + closingBrace.length), start]);
    },
    tail: closingBrace,
  };
}

function makeFrameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x81, length]);
  if (length < 65_536) return Buffer.from([0x81, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = 0x81;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

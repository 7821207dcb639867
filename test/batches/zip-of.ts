import { constants, crc32, deflateRawSync } from 'node:zlib';

/** A part of an archive. */
export interface ZipPart {
  readonly name: string;
  /** What it unpacks to. */
  readonly data: Buffer | string | Repeated;
  /** What the directory says it unpacks to; what it is by default. */
  readonly declared?: number;
  /** Whether the directory says that it is encrypted. */
  readonly isEncrypted?: boolean;
}

/** A text of which the middle stands there again and again: it takes hundreds of megabytes, and is made in no time. */
export interface Repeated {
  readonly begin: string;
  readonly middle: string;
  readonly times: number;
  readonly end: string;
}

interface Packed {
  readonly bytes: Buffer;
  readonly size: number;
  readonly checksum: number;
}

/** An archive as a program without a limit would make it. */
export function zipOf(parts: readonly ZipPart[], comment = ''): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, declared, isEncrypted } of parts) {
    const packed = pack(data);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(isEncrypted === true ? 1 : 0, 2);
    header.writeUInt16LE(8, 4);
    header.writeUInt32LE(packed.checksum, 10);
    header.writeUInt32LE(packed.bytes.length, 14);
    header.writeUInt32LE(declared ?? packed.size, 18);
    header.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([signature(0x04034b50), header, Buffer.from(name), packed.bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([signature(0x02014b50), version, header, rest, Buffer.from(name)]),
    );
    pieces.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...pieces, listed, signature(0x06054b50), end, Buffer.from(comment)]);
}

const version = Buffer.from([20, 0]);

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Blocks that end on a byte and refer to nothing before them can be put one behind the other. */
function block(text: string): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
}

function pack(data: ZipPart['data']): Packed {
  if (typeof data === 'string' || Buffer.isBuffer(data)) {
    const bytes = Buffer.from(data as string);
    return { bytes: deflateRawSync(bytes), size: bytes.length, checksum: crc32(bytes) };
  }
  const { begin, middle, times, end } = data;
  const repeated = block(middle);
  const bytes = Buffer.concat([
    block(begin),
    ...Array.from({ length: times }, () => repeated),
    deflateRawSync(end),
  ]);
  const size =
    Buffer.byteLength(begin) + Buffer.byteLength(middle) * times + Buffer.byteLength(end);
  // Nobody unpacks it far enough to check it.
  return { bytes, size, checksum: 0 };
}

import { gzipSync } from 'node:zlib';
import { knownAddresses, type KnownAddress } from './known-addresses.ts';

const heading =
  'imb_id;imb_x;imb_y;imb_code;imb_code_insee;imb_nbr_logloc;imb_source;imb_type;addr_code;imb_num;addr_numero;addr_rep;addr_nom_voie;addr_nom_ld;addr_code_insee;addr_nom_commune;addr_id_fantoir;addr_source';

/** The départements of which there is a file. */
export const departments: readonly string[] = [
  ...new Set(knownAddresses.map(({ inseeCode }) => departmentOf(inseeCode))),
];

/** The buildings of a département as ARCEP publishes them, gzip; null where there is no such file. */
export function buildingFile(department: string): Buffer | null {
  const here = knownAddresses.filter(({ inseeCode }) => departmentOf(inseeCode) === department);
  if (here.length === 0) return null;
  const rows = here.flatMap((address, place) =>
    address.buildingRefs.map((ref, index) => rowOf(address, ref, place * 10 + index)),
  );
  // A building that only the property register knows: without fibre, and without a reference.
  const bare = here.slice(0, 1).map((address, index) => rowOf(address, '', 9_000 + index));
  return gzipSync(`${[heading, ...rows, ...bare].join('\n')}\n`);
}

function rowOf(address: KnownAddress, ref: string, id: number): string {
  const [, number = '', extension = ''] = /^(\d+)(\D*)$/.exec(address.houseNumber) ?? [];
  // Metres of the projection of web maps (EPSG:3857).
  const x = (address.longitude * Math.PI * 6_378_137) / 180;
  const y = Math.log(Math.tan(Math.PI / 4 + (address.latitude * Math.PI) / 360)) * 6_378_137;
  return [
    id,
    x.toFixed(2),
    y.toFixed(2),
    ref,
    address.inseeCode,
    (id % 12) + 1,
    ref === '' ? 'fpban' : 'fo',
    id % 3 === 0 ? 'PA' : 'IM',
    address.id,
    '',
    number,
    extension,
    address.street,
    '',
    address.inseeCode,
    address.city,
    address.id.slice(0, 10).replace('_', ''),
    'ban',
  ].join(';');
}

function departmentOf(inseeCode: string): string {
  return inseeCode.startsWith('97') ? inseeCode.slice(0, 3) : inseeCode.slice(0, 2);
}

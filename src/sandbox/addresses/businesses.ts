import { places } from '../places.ts';
import { knownAddresses, labelOf, type KnownAddress } from './known-addresses.ts';

/** A made-up business with one establishment. */
export interface Business {
  readonly siret: string;
  readonly name: string;
  readonly isActive: boolean;
  /** Whether its address is withheld (`statut_diffusion` P). */
  readonly isWithheld: boolean;
  readonly address: KnownAddress;
}

function luhn(digits: string): string {
  const sum = Array.from(digits).reduceRight((total, digit, index) => {
    const value = Number(digit) * ((digits.length - index) % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** The first premises of the nth made-up company. */
function siretOf(index: number): string {
  return luhn(`${luhn(`9${String(index + 1).padStart(7, '0')}`)}0001`);
}

const addresses = knownAddresses.slice(0, Object.keys(places).length - 1);

/** One business at each place; the second has closed, the third withholds its address, and the last is a post office. */
export const businesses: readonly Business[] = [
  ...addresses.map((address, index) => ({
    siret: siretOf(index),
    name: `EXEMPLE ${address.city.toUpperCase()}`,
    isActive: index !== 1,
    isWithheld: index === 2,
    address,
  })),
  ...addresses.slice(3, 4).map((address) => ({
    // La Poste's numbers have another check digit: the sum of all digits is a multiple of five.
    siret: '35600000049837',
    name: 'LA POSTE',
    isActive: true,
    isWithheld: false,
    address,
  })),
];

/** What the directory answers to a search by SIRET. */
export function directoryAnswer(q: string): object {
  const found = businesses.filter(({ siret }) => siret === q.replaceAll(' ', ''));
  return {
    results: found.map((business) => ({
      siren: business.siret.slice(0, 9),
      nom_complet: business.name,
      etat_administratif: business.isActive ? 'A' : 'C',
      matching_etablissements: [establishmentOf(business)],
      siege: establishmentOf(business),
    })),
    total_results: found.length,
    page: 1,
    per_page: 1,
    total_pages: found.length,
  };
}

function establishmentOf({ siret, isActive, isWithheld, address }: Business): object {
  return {
    siret,
    adresse: isWithheld ? '[ND]' : labelOf(address).toUpperCase(),
    code_postal: address.postCode,
    commune: address.inseeCode,
    libelle_commune: address.city.toUpperCase(),
    // Numbers are text here.
    latitude: isWithheld ? null : String(address.latitude),
    longitude: isWithheld ? null : String(address.longitude),
    geo_id: isWithheld ? null : address.id,
    etat_administratif: isActive ? 'A' : 'F',
    est_siege: true,
    liste_enseignes: null,
    statut_diffusion_etablissement: isWithheld ? 'P' : 'O',
  };
}

import { z } from 'zod';
import { normalBanKey, readBanKey, readStreetNumber } from '../vocabulary/french-address.ts';
import { Route } from '../operators/calling/route.ts';
import { type AddressService, type Asking, lenientText as text } from './address-service.ts';
import type { AddressCandidate } from './candidate.ts';
import type { AddressAnswerCache } from './address-answer-cache.ts';

/** A business's premises as the directory has them. */
export interface Establishment {
  /** 14 digits. */
  readonly siret: string;
  readonly name: string | null;
  /** False where the premises are closed. */
  readonly isActive: boolean;
  /** Null where the directory withholds it, or has no key of the national address base for it. */
  readonly address: AddressCandidate | null;
}

const degrees = z
  .union([z.string().trim().min(1), z.number()])
  .pipe(z.coerce.number())
  .nullish()
  .catch(null);

const premises = z.object({
  siret: text,
  adresse: text,
  code_postal: text,
  commune: text,
  libelle_commune: text,
  latitude: degrees,
  longitude: degrees,
  geo_id: text,
  etat_administratif: text,
  statut_diffusion_etablissement: text,
});
const company = z.object({
  nom_complet: text,
  siege: premises.nullish().catch(null),
  matching_etablissements: z.array(premises.nullable().catch(null)).nullish().catch(null),
});
const found = z.object({ results: z.array(company.nullable().catch(null)) });

const searchRoute = new Route('search', ['/search']);

export interface DirectoryOptions {
  readonly service: AddressService;
  readonly answers: AddressAnswerCache;
}

/**
 * The State's directory of businesses, which tells the key in the national address base of each business's premises:
 * https://recherche-entreprises.api.gouv.fr/docs/ Its answers are kept for a day.
 */
export class Directory {
  readonly #options: DirectoryOptions;

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** The premises with a SIRET in its normal form; null where the directory does not know it. Rejects with an AddressServiceError. */
  async establishment(siret: string, { signal }: Asking = {}): Promise<Establishment | null> {
    const { answers, service } = this.#options;
    const ask = async (): Promise<{ readonly establishment: Establishment | null }> => {
      const parameters = new URLSearchParams({
        q: siret,
        per_page: '1',
        limite_matching_etablissements: '1',
        minimal: 'true',
        include: 'siege,matching_etablissements',
      });
      return { establishment: this.#read(await service.get(searchRoute, parameters), siret) };
    };
    return (await answers.get(`directory ${siret}`, ask, signal)).establishment;
  }

  #read(answer: unknown, siret: string): Establishment | null {
    const read = found.safeParse(answer);
    if (!read.success) {
      throw this.#options.service.unreadable('The directory answered without a list of results.');
    }
    for (const one of read.data.results) {
      const all = [...(one?.matching_etablissements ?? []), one?.siege ?? null];
      const premisesFound = all.find((each) => each?.siret?.replaceAll(/\s/g, '') === siret);
      if (!one || !premisesFound) continue;
      return {
        siret,
        name: one.nom_complet ?? null,
        isActive: premisesFound.etat_administratif === 'A',
        address: translatePremises(premisesFound),
      };
    }
    return null;
  }
}

function translatePremises(given: z.output<typeof premises>): AddressCandidate | null {
  const { geo_id: geoId, latitude, longitude, adresse, libelle_commune: cityName } = given;
  const id = normalBanKey(geoId ?? '');
  const key = readBanKey(id ?? '');
  // P: partly private, its address is withheld.
  if (!id || key === null || given.statut_diffusion_etablissement === 'P') return null;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  const postCode = given.code_postal?.padStart(5, '0') ?? null;
  const { streetNumber } = key;
  return {
    id,
    precision: streetNumber === null ? 'STREET' : 'HOUSE_NUMBER',
    // It was not searched for: the key is the directory's own.
    score: 1,
    location: { longitude, latitude },
    address: {
      label: adresse ?? null,
      streetNumber: streetNumber?.number ?? null,
      streetExtension: streetNumber?.extension ?? null,
      streetName: cutStreet(adresse ?? '', postCode),
      streetId: null,
      cityName: cityName ?? null,
      cityId: null,
      inseeCode: given.commune ?? key.inseeCode,
      postCode,
    },
    otherCityNames: [],
    oldInseeCode: null,
    regionNames: [],
    distance: null,
  };
}

/** The street of an address in one line, `4 BIS RUE ANDREI SAKHAROV 76130 MONT-SAINT-AIGNAN`. */
function cutStreet(line: string, postCode: string | null): string | null {
  const street = readStreetNumber(line)?.rest ?? line;
  const end = postCode === null ? -1 : street.indexOf(` ${postCode}`);
  return (end < 0 ? street : street.slice(0, end)).trim() || null;
}

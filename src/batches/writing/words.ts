import type { ResultLanguage } from '../result-columns.ts';
import type { SiteQualificationState, StoredResolution } from '../../store/site-qualification.ts';
import type { PriceStatus } from '../../vocabulary/money.ts';
import type { SkipCode } from '../../vocabulary/site.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';

// The words of cells, in both languages. Codes are for programs: the NDJSON form has them.

type Words<Code extends string> = Readonly<Record<ResultLanguage, Readonly<Record<Code, string>>>>;

export const verdictWords: Words<Verdict> = {
  fr: {
    ELIGIBLE: 'Éligible',
    ELIGIBLE_WITH_CONDITIONS: 'Éligible sous conditions',
    QUOTE_REQUIRED: 'Sur devis',
    NOT_YET: 'Pas encore éligible',
    PENDING: 'En attente',
    UNDETERMINED: 'Indéterminé',
    NOT_ELIGIBLE: 'Non éligible',
  },
  en: {
    ELIGIBLE: 'Eligible',
    ELIGIBLE_WITH_CONDITIONS: 'Eligible with conditions',
    QUOTE_REQUIRED: 'Quote required',
    NOT_YET: 'Not yet eligible',
    PENDING: 'Pending',
    UNDETERMINED: 'Undetermined',
    NOT_ELIGIBLE: 'Not eligible',
  },
};

export const stateWords: Words<SiteQualificationState | 'REFUSED' | 'NOT_ASKED'> = {
  fr: {
    REFUSED: 'Ligne refusée',
    NOT_ASKED: 'Pas encore demandée',
    IN_PROGRESS: 'En cours',
    DONE: 'Terminée',
    DONE_PARTIAL: 'Terminée en partie',
    FAILED: 'Sans réponse',
  },
  en: {
    REFUSED: 'Row refused',
    NOT_ASKED: 'Not asked yet',
    IN_PROGRESS: 'In progress',
    DONE: 'Done',
    DONE_PARTIAL: 'Done in part',
    FAILED: 'No answer',
  },
};

export const resolutionWords: Words<StoredResolution['result']> = {
  fr: {
    PENDING: 'En cours',
    SUCCESS: 'Trouvée',
    PARTIAL: 'Plusieurs possibles',
    FAIL: 'Introuvable',
  },
  en: { PENDING: 'In progress', SUCCESS: 'Found', PARTIAL: 'Several possible', FAIL: 'Not found' },
};

export const priceStatusWords: Words<PriceStatus> = {
  fr: {
    KNOWN: 'Connu',
    ON_QUOTATION: 'Sur devis',
    NOT_RESOLVED: 'Non calculé',
    SEE_CONTRACT: 'Voir le contrat',
    NOT_PUBLISHED: 'Non publié',
    UNREADABLE: 'Illisible',
  },
  en: {
    KNOWN: 'Known',
    ON_QUOTATION: 'On quotation',
    NOT_RESOLVED: 'Not worked out',
    SEE_CONTRACT: 'See contract',
    NOT_PUBLISHED: 'Not published',
    UNREADABLE: 'Unreadable',
  },
};

/** Why an operator was skipped. English cells have the message of the skip. */
export const skipWords: Readonly<Record<SkipCode, string>> = {
  NOT_REQUESTED: 'non demandé',
  NOT_CONFIGURED: 'désactivé dans ce service',
  SITE_KEY_MISSING: 'rien dans la ligne ne lui désigne le site',
  SITE_KEY_INVALID: 'les références de la ligne ne sont pas de la forme attendue',
  SITE_UNKNOWN: 'site inconnu',
  SITE_AMBIGUOUS: 'adresse incertaine, plusieurs immeubles possibles',
  ADDRESS_NOT_FOUND: 'aucun immeuble connu à cette adresse',
};

/** Why a row is refused, to follow the heading and the value. Other codes have their English message alone. */
export const issueWords: Readonly<Record<string, string>> = {
  ROW_RAGGED:
    "La ligne n'a pas autant de cellules que l'en-tête : un séparateur ou un retour à la ligne n'est pas entre guillemets.",
  SITE_KEY_MISSING:
    'La ligne ne désigne aucun site : donnez une adresse, un SIRET, une clé BAN, des coordonnées, ou la référence d’un immeuble, d’une prise ou d’une ligne.',
  SITE_KEYS_CONTRADICT: 'Cette valeur et une autre de la ligne désignent deux sites différents.',
  CELL_TOO_LONG: 'La cellule est trop longue.',
  TEXT_TOO_LONG: 'Le texte est trop long.',
  CELL_ERROR: 'Erreur du tableur : corrigez la formule.',
  NUMBER_SHORTENED:
    'Le tableur a abrégé ce nombre et perdu ses chiffres : mettez la colonne au format texte et ressaisissez-le.',
  NUMBER_MADE_DATE:
    'Le tableur en a fait une date : mettez la colonne au format texte et ressaisissez la valeur.',
  CHARACTER_INVALID: 'Le texte contient un caractère invalide.',
  CONTROL_CHARACTER: 'Le texte contient un caractère invisible : ressaisissez-le.',
  LINE_STATUS_UNKNOWN: 'Statut de ligne inconnu : écrivez « active » ou « inactive ».',
  ACTIVATION_TYPE_UNKNOWN:
    'Type d’activation inconnu : écrivez ACTIVATE, CREATE, CREATE_NEIGHBOUR ou CREATE_NEARBY.',
  POST_CODE_INVALID: 'Ce code postal n’a pas cinq chiffres.',
  INSEE_CODE_INVALID: 'Ce code INSEE n’a pas cinq caractères, comme 76451 ou 2A004.',
  SIRET_INVALID: 'Ce SIRET est faux : 14 chiffres, dont le dernier contrôle les autres.',
  ADDRESS_ID_INVALID: 'Cette clé BAN est fausse : elle est de la forme 76451_0055_00004_bis.',
  COORDINATE_MISSING: 'Il manque une des deux coordonnées.',
  COORDINATE_INVALID: 'Coordonnée illisible : des degrés décimaux sont attendus, comme 49,4568.',
  COORDINATES_SWAPPED: 'La latitude et la longitude sont inversées : échangez les deux colonnes.',
  LOCATION_OUTSIDE_FRANCE: 'Ces coordonnées ne sont pas en France.',
  LOCATION_OUT_OF_RANGE: 'Ces coordonnées sont hors limites.',
  OTP_FORMAT: 'Cette référence de prise n’a pas la bonne forme, comme FI-3790-3415.',
  BUILDING_FORMAT: 'Cette référence d’immeuble n’a pas la bonne forme, comme IMB/76451/C/0019.',
  LINE_NUMBER_FORMAT: 'Ce numéro de ligne n’a pas dix chiffres.',
};

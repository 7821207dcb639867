import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/page/api.js';
import { inWords, issueInWords } from '../../src/page/problems.js';
import { speak } from '../../src/page/words/language.js';

type Told = ConstructorParameters<typeof ApiError>[0];

const said = (told: Omit<Told, 'message'>) =>
  inWords(new ApiError({ message: 'The sentence of the API.', ...told })).replaceAll(
    /[\u00A0\u202F]/g,
    ' ',
  );

describe('what a salesperson reads of a problem', () => {
  test.for<[told: Omit<Told, 'message'>, french: string]>([
    [
      { code: 'FILE_TOO_LARGE', allowed: 10_485_760 },
      'Le fichier est trop volumineux (10 Mo au plus) : envoyez-le en plusieurs parties.',
    ],
    [
      { code: 'FILE_TOO_LARGE', allowed: 20_480 },
      'Le fichier est trop volumineux (20 Ko au plus) : envoyez-le en plusieurs parties.',
    ],
    // What a proxy in front of the service says.
    [
      { code: 'FILE_TOO_LARGE' },
      'Le fichier est trop volumineux : envoyez-le en plusieurs parties.',
    ],
    [
      { code: 'TOO_MANY_ROWS', allowed: 10_000 },
      'Le fichier a trop de lignes : envoyez-le en plusieurs parties (10 000 lignes au plus).',
    ],
    [
      { code: 'TOO_MANY_COLUMNS', allowed: 64, found: 71 },
      'Le fichier a 71 colonnes (64 colonnes au plus) : supprimez les colonnes en trop.',
    ],
    [
      { code: 'TOO_MANY_COLUMNS', allowed: 64, cell: 'XFD2' },
      'Le fichier a une cellule remplie en XFD2 (64 colonnes au plus) : supprimez les colonnes en trop.',
    ],
    [
      {
        code: 'HEADING_AMBIGUOUS',
        columns: [
          { letter: 'A', heading: 'Adresse' },
          { letter: 'C', heading: 'ADRESSES' },
        ],
      },
      'Les colonnes A « Adresse » et C « ADRESSES » décrivent la même chose : renommez ou supprimez celle qui est en trop.',
    ],
    [
      { code: 'HEADING_MISSING', headings: ['X', 'Y'], sheets: ['Sites'], projected: true },
      'Aucun en-tête ne désigne un site dans la feuille « Sites » : la première ligne est « X », « Y ». Nommez au moins une colonne « Adresse », « SIRET », « IMB », « PTO » ou « ND », ou deux « Latitude » et « Longitude ». Si X et Y sont des mètres, convertissez-les en degrés.',
    ],
    [
      { code: 'FORMAT_NOT_SUPPORTED', format: 'XLS' },
      'Le fichier est un ancien classeur Excel (.xls) : ouvrez-le dans un tableur, puis enregistrez-le en XLSX ou en CSV.',
    ],
    [
      { code: 'FORMAT_NOT_SUPPORTED', format: 'BINARY' },
      'Ce n’est ni un CSV ni un classeur XLSX : ouvrez-le dans un tableur, puis enregistrez-le en XLSX ou en CSV.',
    ],
    [
      { code: 'QUOTE_UNBALANCED', line: 12 },
      'Un guillemet ouvert à la ligne 12 n’est jamais refermé dans le CSV.',
    ],
    [
      { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
      'Trop de demandes en une minute. Réessayez dans 1 seconde.',
    ],
    [
      { code: 'RATE_LIMITED', retryAfterSeconds: null },
      'C’est plus que votre clé ne permet en une minute : envoyez la liste en plusieurs parties.',
    ],
    [
      { code: 'FORBIDDEN', scope: 'qualify' },
      'Votre clé permet de consulter, pas d’interroger les opérateurs : demandez-en une autre à votre administrateur.',
    ],
    [
      { code: 'INTERNAL_SERVER_ERROR', errorId: 'b2f4' },
      'Erreur inattendue du service : donnez la référence b2f4 à votre administrateur.',
    ],
    [
      { code: 'GEOCODER_TIMEOUT' },
      'La recherche d’adresses ne répond pas. Réessayez dans un instant.',
    ],
    [{}, 'Le service est injoignable. Vérifiez votre connexion, puis réessayez.'],
    [{ code: 'SOMETHING_NEW' }, 'Le service n’a pas pu répondre (SOMETHING_NEW).'],
    [
      {
        code: 'BAD_USER_INPUT',
        issues: [{ code: 'TEXT_TOO_LONG', message: '', allowed: 500, found: 612 }],
      },
      'Ce texte est trop long (500 caractères au plus).',
    ],
  ])(
    'what a salesperson reads of a problem is a French sentence with the values of %j',
    ([told, french]) => {
      expect(said(told)).toBe(french);
    },
  );

  test('what a salesperson reads of a problem is a sentence, too, where a row that was stored earlier has no values', () => {
    expect(issueInWords({ code: 'ROW_RAGGED', message: '', allowed: null, found: null })).toMatch(
      /^La ligne n’a pas le même nombre de cellules que l’en-tête : /,
    );
    expect(issueInWords({ code: 'ROW_RAGGED', message: '', allowed: 6, found: 1 })).toMatch(
      /^La ligne a 1 cellule, et l’en-tête 6 : /,
    );
  });

  test('what a salesperson reads of a problem is the sentence of the API, in English, where the page has no words for it', async () => {
    await speak('en');
    expect(said({ code: 'SOMETHING_NEW' })).toBe('The sentence of the API.');
    expect(said({ code: 'TOO_MANY_ROWS', allowed: 10_000 })).toBe(
      'The file has too many rows: send it in parts (at most 10,000 rows).',
    );
    await speak('fr');
  });
});

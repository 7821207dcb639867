/** One real place in France that the simulated operators know. Each operator spells it in its own way. */
export interface Place {
  longitude: number;
  latitude: number;
  /** The building's reference at the infrastructure operator; null where no building is known. */
  buildingRef: string | null;
  inseeCode: string;
  postCode: string;
  /** As Covage writes it: upper case, without accents. */
  city: string;
  streetNumber: string;
  /** `B` for bis, `T` for ter, `Q` for quater; empty for none. */
  streetExtension: '' | 'B' | 'T' | 'Q';
  streetName: string;
  /** Covage's street_id. */
  streetId: string;
  /** Kosc's kosc_street_code. */
  koscStreetCode: string;
}

function place(
  [longitude, latitude]: [number, number],
  buildingRef: string | null,
  [inseeCode, postCode, city]: [string, string, string],
  [streetNumber, streetExtension, streetName]: [string, Place['streetExtension'], string],
  [streetId, koscStreetCode]: [string, string],
): Place {
  return {
    longitude,
    latitude,
    buildingRef,
    inseeCode,
    postCode,
    city,
    streetNumber,
    streetExtension,
    streetName,
    streetId,
    koscStreetCode,
  };
}

/**
 * Every place, by a name of ours. Communes, postcodes and streets are real; house numbers and building references are made up,
 * except those that the operators' documentation prints. The first six are theirs.
 */
export const places = {
  /** Covage's request example: 4bis Rue Andrei Sakharov. */
  montSaintAignan: place(
    [1.0921081, 49.4743971],
    'IMB/76451/C/0019',
    ['76451', '76130', 'MONT ST AIGNAN'],
    ['4', 'B', 'Rue Andrei Sakharov'],
    ['76451055R', '7645100550'],
  ),
  /** Covage's response example: the same address, another point, no building. */
  montSaintAignanPoint: place(
    [1.0741197, 49.4629709],
    null,
    ['76451', '76130', 'MONT ST AIGNAN'],
    ['4', 'B', 'Rue Andrei Sakharov'],
    ['76451055R', '7645100550'],
  ),
  /** Kosc's OTP example. */
  villemomble: place(
    [2.5206, 48.8872],
    'IMB/93077/X/00NA',
    ['93077', '93250', 'VILLEMOMBLE'],
    ['78', '', "Boulevard d'Aulnay"],
    ['93077008A', '9307700800'],
  ),
  /** The building that Kosc's parameter table names. */
  villemombleParameter: place(
    [2.5147, 48.8841],
    'IMB/93077/X/00HE',
    ['93077', '93250', 'VILLEMOMBLE'],
    ['12', '', 'Avenue Detouche'],
    ['93077031C', '9307703100'],
  ),
  /** Kosc's building example. */
  chelles: place(
    [2.5931, 48.8795],
    'IMB/77108/X/031C',
    ['77108', '77500', 'CHELLES'],
    ['14', '', 'Avenue des Frères Verdeaux'],
    ['77108156D', '7710815602'],
  ),
  /** Kosc's line example. */
  nice: place(
    [7.2930902, 43.7117745],
    null,
    ['06088', '06300', 'NICE'],
    ['40', '', 'Boulevard Saint Roch'],
    ['06088591E', '0608859150'],
  ),
  rouen: place(
    [1.0993, 49.4431],
    'IMB/76540/C/01A4',
    ['76540', '76000', 'ROUEN'],
    ['22', '', 'Rue Jeanne d’Arc'],
    ['76540488F', '7654048800'],
  ),
  nantes: place(
    [-1.5536, 47.2184],
    'IMB/44109/C/02B7',
    ['44109', '44000', 'NANTES'],
    ['7', 'T', 'Rue de la Fosse'],
    ['44109271G', '4410927100'],
  ),
  mende: place(
    [3.4991, 44.5181],
    'IMB/48095/C/0007',
    ['48095', '48000', 'MENDE'],
    ['3', '', 'Allée Piencourt'],
    ['48095112H', '4809511200'],
  ),
  paris: place(
    [2.3265, 48.8339],
    'IMB/75114/S/0QF2',
    ['75114', '75014', 'PARIS'],
    ['101', '', 'Avenue du Général Leclerc'],
    ['75114397J', '7511439700'],
  ),
  bordeaux: place(
    [-0.5739, 44.8412],
    'IMB/33063/X/0ZK9',
    ['33063', '33000', 'BORDEAUX'],
    ['55', '', 'Cours de l’Intendance'],
    ['33063458K', '3306345800'],
  ),
  lille: place(
    [3.0635, 50.6367],
    'IMB/59350/C/00F1',
    ['59350', '59000', 'LILLE'],
    ['18', 'B', 'Rue Faidherbe'],
    ['59350325L', '5935032500'],
  ),
  gueret: place(
    [1.8713, 46.1708],
    'IMB/23096/X/000B',
    ['23096', '23000', 'GUERET'],
    ['9', '', 'Place Bonnyaud'],
    ['23096004M', '2309600400'],
  ),
  ajaccio: place(
    [8.7369, 41.9192],
    'IMB/2A004/X/00C3',
    ['2A004', '20000', 'AJACCIO'],
    ['31', '', 'Cours Napoléon'],
    ['2A004048N', '2A00404800'],
  ),
  lyon: place(
    [4.8567, 45.7606],
    'IMB/69383/X/1B2C',
    ['69383', '69003', 'LYON'],
    ['129', '', 'Rue Servient'],
    ['69383671P', '6938367100'],
  ),
  marseille: place(
    [5.3806, 43.2705],
    'IMB/13208/X/0A1D',
    ['13208', '13008', 'MARSEILLE'],
    ['250', '', 'Avenue du Prado'],
    ['13208734Q', '1320873400'],
  ),
  grasse: place(
    [6.9237, 43.6589],
    'IMB/06069/X/00P5',
    ['06069', '06130', 'GRASSE'],
    ['5', '', 'Boulevard du Jeu de Ballon'],
    ['06069067S', '0606906700'],
  ),
  strasbourg: place(
    [7.7455, 48.5839],
    'IMB/67482/X/03E8',
    ['67482', '67000', 'STRASBOURG'],
    ['2', '', 'Place Kléber'],
    ['67482239T', '6748223900'],
  ),
  rennes: place(
    [-1.6794, 48.1113],
    'IMB/35238/C/004D',
    ['35238', '35000', 'RENNES'],
    ['16', '', 'Rue Le Bastard'],
    ['35238545U', '3523854500'],
  ),
  toulouse: place(
    [1.4437, 43.6045],
    'IMB/31555/X/0D5A',
    ['31555', '31000', 'TOULOUSE'],
    ['44', 'Q', 'Rue d’Alsace-Lorraine'],
    ['31555015V', '3155501500'],
  ),
  grenoble: place(
    [5.7278, 45.1899],
    'IMB/38185/X/00G6',
    ['38185', '38000', 'GRENOBLE'],
    ['8', '', 'Rue Félix Poulat'],
    ['38185152W', '3818515200'],
  ),
  brest: place(
    [-4.4861, 48.3904],
    'IMB/29019/C/0B0B',
    ['29019', '29200', 'BREST'],
    ['65', '', 'Rue de Siam'],
    ['29019214X', '2901921400'],
  ),
  clermontFerrand: place(
    [3.0836, 45.7772],
    'THED1000260',
    ['63113', '63000', 'CLERMONT FERRAND'],
    ['27', '', 'Avenue des États-Unis'],
    ['63113168Y', '6311316800'],
  ),
  saintDenis: place(
    [55.4481, -20.8789],
    'IMB/97411/X/0R01',
    ['97411', '97400', 'ST DENIS'],
    ['73', '', 'Rue de Paris'],
    ['97411250Z', '9741125000'],
  ),
} as const satisfies Record<string, Place>;

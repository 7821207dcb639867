/** @import { QualifySiteInput, SitePartsFragment } from '../operations.generated.d.ts' */

/** The place of a question as it can be asked about again. @param {SitePartsFragment} site @returns {QualifySiteInput} */
export function makeInput({ eligibilityId, buildingRef, otpRef, address, location: point }) {
  const keys = { eligibilityId, buildingRef, otpRef };
  const given = Object.entries(keys).filter(([, value]) => value !== null);
  if (given.length > 0) return Object.fromEntries(given);
  return address === null ? { location: point } : { address };
}

/** A place in one line: its address, or else a key of it. @param {SitePartsFragment} site @param {string} unnamed */
export function namePlace(
  { address, buildingRef, otpRef, lineNumber, eligibilityId, location: point },
  unnamed,
) {
  const { streetNumber, streetExtension, streetName, postCode, cityName, label } = address ?? {};
  const street = [streetNumber, streetExtension, streetName].filter(Boolean).join(' ');
  const parts = [street, [postCode, cityName].filter(Boolean).join(' ')].filter(Boolean);
  const town = parts.at(-1) ?? '';
  // A label may be the street alone.
  const isWhole = postCode === undefined || postCode === null || label?.includes(postCode);
  const labelled = label && !isWhole ? withTown(label, cityName ?? '', town) : label;
  const written = labelled ?? (parts.length > 0 ? parts.join(', ') : null);
  const where = point === null ? null : `${point.latitude}, ${point.longitude}`;
  return written ?? buildingRef ?? otpRef ?? lineNumber ?? where ?? eligibilityId ?? unnamed;
}

/** A label without a postcode, with the postcode and town at its end: `22 rue X, Rouen` has the town already. @param {string} label @param {string} city @param {string} town */
function withTown(label, city, town) {
  const last = label.lastIndexOf(',');
  const isNamed =
    last > 0 &&
    label
      .slice(last + 1)
      .trim()
      .toLowerCase() === city.toLowerCase();
  return `${isNamed ? label.slice(0, last) : label}, ${town}`;
}

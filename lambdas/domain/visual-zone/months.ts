/**
 * Beginnings of the names of months in the languages of documents, without accents. Left out is what means different months in
 * different languages: Polish and Croatian LIP, LIS, SRP; French JUI, Estonian JUU; Finnish MAR, which is November.
 */
const MONTHS: readonly (readonly string[])[] = [
  ['JAN', 'ENE', 'GEN', 'IAN', 'OCA', 'STY', 'SIJ', 'LED', 'SAU'],
  ['FEB', 'FEV', 'SUB', 'LUT', 'VEL', 'UNO', 'VAS'],
  ['MAR', 'MRT', 'MAE', 'OZU', 'BRE', 'KOV'],
  ['APR', 'AVR', 'ABR', 'NIS', 'KWI', 'TRA', 'DUB', 'BAL'],
  ['MAY', 'MAI', 'MAJ', 'MAG', 'MEI', 'SVI', 'KVE', 'GEG'],
  ['JUN', 'JUIN', 'GIU', 'IUN', 'HAZ', 'CZE', 'BIR'],
  ['JUL', 'JUIL', 'LUG', 'IUL', 'TEM', 'LIE'],
  ['AUG', 'AOU', 'AGO', 'AGU', 'SIE', 'KOL'],
  ['SEP', 'SET', 'EYL', 'WRZ', 'RUJ'],
  ['OCT', 'OKT', 'OTT', 'OUT', 'EKI', 'PAZ', 'RIJ', 'SPA'],
  ['NOV', 'NOI', 'KAS', 'STU', 'LAP'],
  ['DEC', 'DEZ', 'DES', 'DIC', 'ARA', 'GRU', 'PRO'],
];

/** 1..12, or `undefined` where no month begins so. `name`: capital letters without accents. */
export function monthOf(name: string): number | undefined {
  const index = MONTHS.findIndex((names) => names.some((start) => name.startsWith(start)));
  return index < 0 ? undefined : index + 1;
}
